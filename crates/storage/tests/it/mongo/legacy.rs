//! A database that an older service left behind: served as it is, and taken over.

mod late_rows;
mod shared_sids;

use std::collections::{BTreeMap, BTreeSet};

use atlas_domain::call::{
    Call, CallEvent, CallPurpose, CallStatus, EventIdentity, StatusUpdate, next_work,
};
use atlas_domain::{
    CallId, CallSid, ObjectId, PageNumber, PageRequest, PageSize, PageStart, Recording,
    RecordingId, Stored, TenantId, Timestamp, User, UserChanges, UserId,
};
use atlas_storage::contract::{MongoDatabase, OldDatabase};
use atlas_storage::mongo::{MigrationError, MongoOptions, MongoStore};
use atlas_storage::{
    CallFilter, CallRepository, Claim, Directory, NotificationFilter, RecordingRepository,
    UserRepository,
};
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Client, Collection};

/// An old database, and a store over it that has not migrated it.
struct Fixture {
    store: MongoStore,
    old: OldDatabase,
    own: MongoDatabase,
}

impl Fixture {
    async fn written() -> Self {
        let own = MongoDatabase::fresh();
        let old = OldDatabase::write(&own).await;
        let store = connect(&own).await;
        Self { store, old, own }
    }

    /// Everything Atlas makes of the rows.
    async fn seen(&self) -> Seen {
        let calls = walk_calls(&self.store, &CallFilter::default()).await;
        let mut recordings = Vec::new();
        for row in &self.old.recordings {
            let id = RecordingId::new(object_id(row));
            recordings.extend(self.store_recordings(id).await);
        }
        Seen {
            calls: calls.into_iter().map(|call| (call.call_id, call)).collect(),
            users: walk_users(&self.store).await,
            recordings,
        }
    }

    async fn collection(&self, name: &str) -> Collection<Document> {
        let client = Client::with_uri_str(self.own.uri()).await.unwrap();
        client.database(self.own.name()).collection(name)
    }

    async fn store_recordings(&self, id: RecordingId) -> Option<Recording> {
        RecordingRepository::find(&self.store, &tenant(), id)
            .await
            .unwrap()
    }
}

#[derive(Debug, PartialEq)]
struct Seen {
    calls: BTreeMap<CallId, Call>,
    users: Vec<User>,
    recordings: Vec<Recording>,
}

async fn connect(own: &MongoDatabase) -> MongoStore {
    let uri = own.uri().into();
    MongoStore::connect(&uri, own.name(), MongoOptions::default())
        .await
        .unwrap()
}

fn tenant() -> TenantId {
    TenantId::default()
}

fn object_id(row: &Document) -> ObjectId {
    ObjectId::from_bytes(row.get_object_id("_id").unwrap().bytes())
}

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-01-02T03:04:05Z").unwrap()
}

/// Every call of a list, by page and by cursor alike, each once.
async fn walk_calls(store: &MongoStore, filter: &CallFilter) -> Vec<Call> {
    let size = PageSize::new(10).unwrap();
    let mut by_cursor: Vec<Call> = Vec::new();
    let mut start = PageStart::Number(PageNumber::new(1).unwrap());
    loop {
        let request = PageRequest { start, size };
        let page = CallRepository::list(store, &tenant(), filter, &request)
            .await
            .unwrap();
        by_cursor.extend(page.items);
        match page.next_cursor {
            Some(cursor) => start = PageStart::After(cursor),
            None => break,
        }
    }
    let mut by_page: Vec<Call> = Vec::new();
    for number in 1.. {
        let start = PageStart::Number(PageNumber::new(number).unwrap());
        let request = PageRequest { start, size };
        let page = CallRepository::list(store, &tenant(), filter, &request)
            .await
            .unwrap();
        if page.items.is_empty() {
            break;
        }
        by_page.extend(page.items);
    }
    assert_eq!(by_page, by_cursor);
    let ids: BTreeSet<_> = by_page.iter().map(|call| call.call_id).collect();
    assert_eq!(ids.len(), by_page.len(), "each once");
    by_page
}

async fn walk_users(store: &MongoStore) -> Vec<User> {
    let request = PageRequest {
        start: PageStart::Number(PageNumber::new(1).unwrap()),
        size: PageSize::new(100).unwrap(),
    };
    let mut users = UserRepository::list(store, &tenant(), &request)
        .await
        .unwrap()
        .items;
    users.sort_by_key(|user| user.id);
    users
}

#[tokio::test]
async fn old_rows_are_read_alike_before_and_after_they_are_taken_over() {
    let fixture = Fixture::written().await;
    let mut before = fixture.seen().await;
    assert_eq!(before.calls.len(), fixture.old.calls.len());
    assert_eq!(before.users.len(), fixture.old.users.len());
    assert_eq!(before.recordings.len(), fixture.old.recordings.len());

    let report = fixture.store.migrate().await.unwrap();
    let adopted: u64 = report.applied.iter().map(|file| file.adopted_rows).sum();
    let rows = before.calls.len() + before.users.len() + before.recordings.len();
    assert_eq!(adopted, u64::try_from(rows).unwrap());
    fixture.old.assert_nothing_is_lost(&[]).await;
    for collection in ["users", "calls", "recordings"] {
        for row in fixture.old.rows(collection).await {
            assert_eq!(row.get("shape"), Some(&Bson::Int32(1)), "{row:?}");
        }
    }

    let mut after = fixture.seen().await;
    // What a callback for an unknown SID had left behind gives that up to the call that has it.
    let sids = |calls: &BTreeMap<CallId, Call>| -> usize {
        calls
            .values()
            .map(|call| call.dials.iter().filter(|dial| dial.sid.is_some()).count())
            .sum()
    };
    assert_eq!(
        sids(&before.calls) - sids(&after.calls),
        fixture.old.calls.len() / 12
    );
    for call in before.calls.values_mut().chain(after.calls.values_mut()) {
        if call.call_id.as_uuid().get_version_num() == 8 {
            for dial in &mut call.dials {
                dial.sid = None;
                dial.sid_source = None;
            }
        }
    }
    assert_eq!(before, after);

    let again = connect(&fixture.own).await;
    assert!(again.migrate().await.unwrap().applied.is_empty());
}

#[tokio::test]
async fn old_calls_are_found_by_their_ids_and_by_every_sid_of_theirs() {
    let fixture = Fixture::written().await;
    for migrated in [false, true] {
        if migrated {
            fixture.store.migrate().await.unwrap();
        }
        for call in walk_calls(&fixture.store, &CallFilter::default()).await {
            let found = CallRepository::find(&fixture.store, &tenant(), call.call_id).await;
            assert_eq!(found.unwrap().as_ref(), Some(&call));
            let located = fixture.store.locate_call(call.call_id).await.unwrap();
            assert_eq!(located.unwrap().call_id, call.call_id);
            for sid in call.dials.iter().filter_map(|dial| dial.sid.as_ref()) {
                let found = CallRepository::find_by_sid(&fixture.store, &tenant(), sid)
                    .await
                    .unwrap();
                assert!(found.unwrap().dial_by_sid(sid).is_some());
                let located = fixture.store.locate_sid(sid).await.unwrap();
                assert!(located.is_some());
            }
            let recordings = fixture.store.list_of_call(&tenant(), call.call_id).await;
            assert_eq!(recordings.unwrap().len(), 1, "{call:?}");
        }
    }
}

#[tokio::test]
async fn a_callback_takes_an_old_call_over_and_folds_and_nothing_is_lost() {
    for migrated in [false, true] {
        let fixture = Fixture::written().await;
        if migrated {
            fixture.store.migrate().await.unwrap();
        }
        for call in walk_calls(&fixture.store, &CallFilter::default()).await {
            let Some(sid) = call.twilio_sid() else {
                continue;
            };
            let located = fixture.store.locate_sid(sid).await.unwrap().unwrap();
            let applied = apply(&fixture.store, located.call_id, completed(sid)).await;
            assert_eq!(
                applied.dial_by_sid(sid).unwrap().status(),
                CallStatus::Completed
            );
            assert_eq!(next_work(&applied), None, "nothing is dialled");
            let stored = CallRepository::find(&fixture.store, &tenant(), located.call_id).await;
            assert_eq!(stored.unwrap(), Some(applied));
        }
        let may_change = ["status", "updated_at"];
        fixture.old.assert_nothing_is_lost(&may_change).await;
    }
}

#[tokio::test]
async fn taking_over_makes_no_work_and_a_held_call_can_be_given_up() {
    let fixture = Fixture::written().await;
    fixture.store.migrate().await.unwrap();
    let claim = Claim {
        owner: "test".to_owned(),
        lease_duration: std::time::Duration::from_secs(60),
        limit: 100,
    };
    let later = now().plus(std::time::Duration::from_secs(86_400));
    assert_eq!(fixture.store.claim_due(&claim, later).await.unwrap(), []);
    assert_eq!(fixture.store.next_due_at().await.unwrap(), None);

    let held = CallFilter {
        held: Some(true),
        ..CallFilter::default()
    };
    let held = walk_calls(&fixture.store, &held).await;
    assert!(!held.is_empty());
    for call in held {
        assert!(call.dials.iter().all(|dial| dial.sid.is_none()));
        let ended = apply(&fixture.store, call.call_id, CallEvent::HangUpRequested).await;
        assert_eq!(ended.status(), CallStatus::Canceled);
    }
}

#[tokio::test]
async fn every_call_says_a_script_and_none_is_a_notification() {
    let fixture = Fixture::written().await;
    let notifications = CallFilter {
        notifications: Some(NotificationFilter::default()),
        ..CallFilter::default()
    };
    for taken_over in [false, true] {
        if taken_over {
            fixture.store.migrate().await.unwrap();
        }
        let calls = walk_calls(&fixture.store, &CallFilter::default()).await;
        assert!(!calls.is_empty());
        for call in calls {
            assert_eq!(call.purpose, CallPurpose::Script);
        }
        assert_eq!(walk_calls(&fixture.store, &notifications).await, []);
    }
}

#[tokio::test]
async fn dials_that_were_attempts_are_rebuilt() {
    let fixture = Fixture::written().await;
    fixture.store.migrate().await.unwrap();
    let completed = CallFilter {
        status: Some(CallStatus::Completed),
        ..CallFilter::default()
    };
    let calls = walk_calls(&fixture.store, &completed).await;
    let redialled: Vec<_> = calls.iter().filter(|call| call.dials.len() == 2).collect();
    assert_eq!(redialled.len(), fixture.old.calls.len() / 12);
    for call in redialled {
        let words: Vec<_> = call
            .attempts
            .iter()
            .map(|attempt| (attempt.status, call.reason_of(attempt)))
            .collect();
        let expected = [
            (CallStatus::NoAnswer, "rang out".to_owned()),
            (CallStatus::Completed, "answered".to_owned()),
        ];
        assert_eq!(words, expected);
        assert_eq!(call.dials[0].status(), CallStatus::NoAnswer);
        assert_eq!(call.dials[1].state().duration_seconds, Some(12));
        assert_eq!(call.retry_plan.limit(), 2);
    }
}

#[tokio::test]
async fn changing_an_old_user_takes_it_over_and_keeps_what_atlas_does_not_know() {
    let fixture = Fixture::written().await;
    for row in &fixture.old.users {
        let changes = UserChanges {
            name: Some("New".parse().unwrap()),
            ..UserChanges::default()
        };
        let id = UserId::new(object_id(row));
        let before = UserRepository::find(&fixture.store, &tenant(), id).await;
        let changed = UserRepository::update(&fixture.store, &tenant(), id, &changes, now())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(changed.name, Stored::Valid("New".parse().unwrap()));
        assert_eq!(changed.email, before.unwrap().unwrap().email);
    }
    let may_change = ["name", "updated_at"];
    fixture.old.assert_nothing_is_lost(&may_change).await;
}

#[tokio::test]
async fn two_users_with_one_address_stop_the_migration_which_names_their_rows() {
    let fixture = Fixture::written().await;
    let client = Client::with_uri_str(fixture.own.uri()).await.unwrap();
    let users = client
        .database(fixture.own.name())
        .collection::<Document>("users");
    let twin = doc! { "name": "Twin", "email": "ANN.1@example.COM", "external_id": "twin" };
    let twin = users.insert_one(twin).await.unwrap().inserted_id;
    let error = fixture.store.migrate().await.unwrap_err();
    assert!(
        matches!(error, MigrationError::Violations { .. }),
        "{error:?}"
    );
    let words = format!("{error} {error:?}");
    let twin = twin.as_object_id().unwrap().to_hex();
    assert!(words.contains(&twin), "{words}");
    assert!(!words.to_lowercase().contains("ann.1@"), "{words}");
    users
        .delete_one(doc! { "external_id": "twin" })
        .await
        .unwrap();
    fixture.store.migrate().await.unwrap();
    fixture.old.assert_nothing_is_lost(&[]).await;
}

#[tokio::test]
async fn two_instances_take_over_one_database_at_once() {
    let fixture = Fixture::written().await;
    let other = connect(&fixture.own).await;
    let (one, two) = tokio::join!(fixture.store.migrate(), other.migrate());
    one.unwrap();
    two.unwrap();
    fixture.old.assert_nothing_is_lost(&[]).await;
    assert_eq!(fixture.seen().await.calls.len(), fixture.old.calls.len());
}

async fn apply(store: &MongoStore, call_id: CallId, event: CallEvent) -> Call {
    let applied = CallRepository::apply(store, &tenant(), call_id, &event, now()).await;
    applied.unwrap().unwrap().call
}

fn completed(sid: &CallSid) -> CallEvent {
    CallEvent::StatusReceived(StatusUpdate {
        sid: sid.clone(),
        dial_no: None,
        status: CallStatus::Completed,
        identity: EventIdentity::Sequence(9),
        carrier_time: Some(now()),
        duration_seconds: Some(4),
        sip_response_code: None,
        answered_by: None,
    })
}
