//! Several instances on one database, and other programs beside them.

use std::collections::HashSet;
use std::time::Duration;

use atlas_domain::call::{
    AskedBy, Backoff, Call, CallEvent, CallPurpose, CallStatus, Effect, EventIdentity, NewCall,
    PLACEMENT_GRACE, Placed, RetryPlan, StatusUpdate,
};
use atlas_domain::{CallId, DialNo, Feedback, Score, TenantId, Timestamp};
use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MongoOptions, MongoStore};
use atlas_storage::{CallRepository, Claim, Directory, StorageError, Unique};
use mongodb::bson::{Document, doc};
use mongodb::{Client, Collection};
use secrecy::SecretString;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_updates_at_once_over_two_instances_are_two_hundred_attempts() {
    let database = MongoDatabase::fresh();
    let stores = [instance(&database).await, instance(&database).await];
    store_accepted(&stores[0], 1).await;
    let mut updates = JoinSet::new();
    for number in 0..200_u32 {
        let store = stores[number as usize % 2].clone();
        updates.spawn(async move { apply(&store, 1, &ringing(1, number)).await });
    }
    let effects = updates.join_all().await;
    assert!(effects.iter().all(|effect| *effect == Effect::Changed));
    assert_attempts(&stores[0], 200).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_overtake_each_other_all_the_time_lose_no_update() {
    let database = MongoDatabase::fresh();
    let stores = [instance(&database).await, instance(&database).await];
    store_accepted(&stores[0], 1).await;
    let mut updates = JoinSet::new();
    for (index, store) in (0..).zip(&stores) {
        let store = store.clone();
        updates.spawn(async move {
            for number in 0..15 {
                let event = ringing(1, index * 15 + number);
                assert_eq!(apply(&store, 1, &event).await, Effect::Changed);
            }
        });
    }
    updates.join_all().await;
    assert_attempts(&stores[0], 30).await;
}

async fn assert_attempts(store: &MongoStore, count: u32) {
    let call = store.find(&tenant(), call_id(1)).await.unwrap().unwrap();
    let numbers: Vec<_> = call.attempts.iter().map(|one| one.attempt_no).collect();
    assert_eq!(numbers, (1..=count).collect::<Vec<_>>());
    let mut sequences: Vec<_> = call
        .attempts
        .iter()
        .filter_map(|one| one.sequence_number())
        .collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (0..count).collect::<Vec<_>>());
    // Stored, accepted, and each update.
    assert_eq!(call.revision, 2 + u64::from(count));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_claim_every_due_call_exactly_once() {
    let database = MongoDatabase::fresh();
    let stores = [instance(&database).await, instance(&database).await];
    for number in 0..50 {
        stores[0].insert(&tenant(), &call(number)).await.unwrap();
    }
    let mut claims = JoinSet::new();
    for (index, store) in stores.iter().enumerate() {
        for worker in 0..3 {
            let store = store.clone();
            claims.spawn(async move {
                let claim = Claim {
                    owner: format!("instance {index}, worker {worker}"),
                    lease_duration: Duration::from_secs(60),
                    limit: 50,
                };
                store.claim_due(&claim, at(0).plus(PLACEMENT_GRACE)).await
            });
        }
    }
    let claimed: Vec<_> = claims
        .join_all()
        .await
        .into_iter()
        .flat_map(Result::unwrap)
        .map(|claimed| claimed.entry.call_id)
        .collect();
    let distinct: HashSet<_> = claimed.iter().collect();
    assert_eq!((claimed.len(), distinct.len()), (50, 50));
}

#[tokio::test]
async fn an_event_that_is_refused_does_not_disturb_those_that_came_with_it() {
    let database = MongoDatabase::fresh();
    let store = instance(&database).await;
    store_accepted(&store, 1).await;
    store_accepted(&store, 2).await;
    let busy = CallEvent::StatusReceived(StatusUpdate {
        status: CallStatus::Busy,
        ..update(1, 100)
    });
    apply(&store, 1, &busy).await;
    apply(&store, 1, &CallEvent::RedialRequested).await;
    let mut events = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        let event = match number {
            10 => accepted(DialNo::FIRST.next(), 2),
            _ => ringing(1, number),
        };
        events.spawn(async move {
            let applied = store.apply(&tenant(), call_id(1), &event, at(5)).await;
            (number, applied)
        });
    }
    let mut refused = 0;
    for (number, applied) in events.join_all().await {
        match applied.map(|applied| applied.unwrap().effect) {
            Ok(effect) => assert_eq!(effect, Effect::Changed, "event {number}"),
            Err(StorageError::Duplicate(Unique::CallSid)) => {
                assert_eq!(number, 10);
                refused += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    let call = store.find(&tenant(), call_id(1)).await.unwrap().unwrap();
    assert_eq!((call.attempts.len(), refused), (20, 1));
}

#[tokio::test]
async fn fields_that_other_programs_added_survive_every_change() {
    let database = MongoDatabase::fresh();
    let store = instance(&database).await;
    store_accepted(&store, 1).await;
    apply(&store, 1, &ringing(1, 0)).await;
    apply(&store, 1, &CallEvent::FeedbackGiven(feedback(1))).await;
    let calls = documents(&database).await;
    let of_call = doc! { "call_id": call_id(1).to_string() };
    let added = doc! { "$set": {
        "crm": { "case": 17 },
        "dials.0.carrier_note": "line 4",
        "attempts.0.seen_by": ["ann"],
        "feedback.reviewed": true,
    } };
    calls.update_one(of_call.clone(), added).await.unwrap();

    let busy = CallEvent::StatusReceived(StatusUpdate {
        status: CallStatus::Busy,
        ..update(1, 1)
    });
    for event in [
        busy,
        CallEvent::RedialRequested,
        CallEvent::FeedbackGiven(feedback(5)),
        CallEvent::HangUpRequested,
    ] {
        let applied = apply(&store, 1, &event).await;
        assert_eq!(applied, Effect::Changed, "{event:?}");
    }
    let stored = calls.find_one(of_call).await.unwrap().unwrap();
    assert_eq!(stored.get_document("crm").unwrap(), &doc! { "case": 17 });
    let entry = |name: &str| {
        let entries = stored.get_array(name).unwrap();
        entries[0].as_document().unwrap().clone()
    };
    assert_eq!(entry("dials").get_str("carrier_note").unwrap(), "line 4");
    assert_eq!(entry("attempts").get_array("seen_by").unwrap().len(), 1);
    let feedback = stored.get_document("feedback").unwrap();
    assert!(feedback.get_bool("reviewed").unwrap());
    assert_eq!(feedback.get_i32("call_quality").unwrap(), 5);
    assert_eq!(
        entry("dials")
            .get_document("progress")
            .unwrap()
            .get_str("status")
            .unwrap(),
        "busy"
    );
}

#[tokio::test]
async fn a_call_that_would_outgrow_a_document_is_refused_and_stays_as_it_is() {
    let database = MongoDatabase::fresh();
    let store = instance(&database).await;
    store_accepted(&store, 1).await;
    let before = store.find(&tenant(), call_id(1)).await.unwrap();
    let event = CallEvent::RecordingLinked {
        recording_url: None,
        transcription_text: Some("x".repeat(17 * 1024 * 1024)),
    };
    let refused = store.apply(&tenant(), call_id(1), &event, at(5)).await;
    assert!(
        matches!(&refused, Err(StorageError::Corrupt { .. })),
        "{:?}",
        refused.err()
    );
    assert_eq!(store.find(&tenant(), call_id(1)).await.unwrap(), before);
}

#[tokio::test]
async fn a_call_is_stored_once_also_where_no_index_says_so() {
    let database = MongoDatabase::fresh();
    let store = connect(&database).await;
    store.insert(&tenant(), &call(1)).await.unwrap();
    let again = store.insert(&tenant(), &call(1)).await;
    assert!(
        matches!(again, Err(StorageError::Duplicate(Unique::CallId))),
        "{again:?}"
    );
}

/// An instance on a database that is brought up to date.
pub(super) async fn instance(database: &MongoDatabase) -> MongoStore {
    let store = connect(database).await;
    store.migrate().await.unwrap();
    store
}

pub(super) async fn connect(database: &MongoDatabase) -> MongoStore {
    let uri = SecretString::from(database.uri());
    let options = MongoOptions {
        answer_timeout: Duration::from_secs(30),
    };
    MongoStore::connect(&uri, database.name(), options)
        .await
        .unwrap()
}

pub(super) async fn documents(database: &MongoDatabase) -> Collection<Document> {
    let client = Client::with_uri_str(database.uri()).await.unwrap();
    client.database(database.name()).collection("calls")
}

pub(super) async fn store_accepted(store: &MongoStore, number: u32) {
    store.insert(&tenant(), &call(number)).await.unwrap();
    apply(store, number, &accepted(DialNo::FIRST, number)).await;
}

pub(super) async fn apply(store: &MongoStore, number: u32, event: &CallEvent) -> Effect {
    let applied = store.apply(&tenant(), call_id(number), event, at(5)).await;
    applied.unwrap().unwrap().effect
}

pub(super) fn accepted(dial_no: DialNo, number: u32) -> CallEvent {
    CallEvent::Placed {
        dial_no,
        outcome: Placed::Accepted {
            sid: format!("CA{number}").parse().unwrap(),
        },
        asked_by: AskedBy::Worker,
    }
}

fn ringing(number: u32, sequence: u32) -> CallEvent {
    CallEvent::StatusReceived(update(number, sequence))
}

fn update(number: u32, sequence: u32) -> StatusUpdate {
    StatusUpdate {
        sid: format!("CA{number}").parse().unwrap(),
        dial_no: None,
        status: CallStatus::Ringing,
        identity: EventIdentity::Sequence(sequence),
        carrier_time: None,
        duration_seconds: None,
        sip_response_code: None,
        answered_by: None,
    }
}

pub(super) fn feedback(mark: i64) -> Feedback {
    let mark = Score::new(mark).unwrap();
    Feedback {
        call_quality: mark,
        agent_helpfulness: mark,
        resolution: mark,
        call_ease: mark,
        overall_satisfaction: mark,
        notes: None,
        created_at: at(7),
    }
}

pub(super) fn tenant() -> TenantId {
    TenantId::default()
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_767_000_000_678 + seconds * 1000).unwrap()
}

pub(super) fn call_id(number: u32) -> CallId {
    format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}")
        .parse()
        .unwrap()
}

pub(super) fn call(number: u32) -> Call {
    let new = NewCall {
        call_id: call_id(number),
        user_id: None,
        user_external_id: None,
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
    };
    Call::begin(new, at(0))
}
