//! The validators: what the domain would refuse, the database refuses too.

mod notifications;

use std::time::Duration;

use atlas_domain::call::{
    AskedBy, Backoff, Call, CallEvent, CallPurpose, CallStatus, EventIdentity,
};
use atlas_domain::call::{NewCall, Placed, RetryPlan, StatusUpdate};
use atlas_domain::{CallId, DialNo, Feedback, NewUser, ObjectId, RecordingEvent, RecordingId};
use atlas_domain::{RecordingEventKind, RecordingStatus, RecordingUpdate, Score, TenantId};
use atlas_domain::{Timestamp, UserId};
use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MongoOptions, MongoStore};
use atlas_storage::{CallRepository, IdempotencyClaim, IdempotencyKey, IdempotencyRepository};
use atlas_storage::{RecordedResponse, RecordingRepository, RequestDigest, UserRepository};
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::{Client, Database};

/// The server's code for a document that its collection's validator refuses.
const REFUSED: &str = "121";

/// One document of each collection, written by the repositories.
struct Written {
    store: MongoStore,
    database: Database,
    _own: MongoDatabase,
}

impl Written {
    async fn fresh() -> Self {
        let own = MongoDatabase::fresh();
        let uri = own.uri().into();
        let options = MongoOptions {
            answer_timeout: Duration::from_secs(30),
        };
        let store = MongoStore::connect(&uri, own.name(), options)
            .await
            .unwrap();
        store.migrate().await.unwrap();
        write_one_of_each(&store).await;
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        Self {
            store,
            database: client.database(own.name()),
            _own: own,
        }
    }

    async fn document(&self, collection: &str) -> Document {
        let rows = self.database.collection::<Document>(collection);
        rows.find_one(doc! {}).await.unwrap().unwrap()
    }

    /// Puts `document` where that of the repositories was; says whether that was refused.
    async fn is_refused(&self, collection: &str, document: Document) -> bool {
        let rows = self.database.collection::<Document>(collection);
        rows.delete_many(doc! {}).await.unwrap();
        match rows.insert_one(document).await {
            Ok(_) => false,
            Err(error) => {
                assert!(error.to_string().contains(REFUSED), "{error}");
                true
            }
        }
    }
}

#[tokio::test]
async fn documents_without_a_field_that_the_domain_needs_are_refused() {
    let written = Written::fresh().await;
    let needed = [
        ("users", "tenant created_at updated_at shape email_key"),
        (
            "calls",
            "tenant call_id status recording_enabled sids attempts attempt_count retry_limit \
             retry_delay_sec retry_backoff redials_given_up dials held revision shape created_at \
             updated_at call_sid dials.0.dial_no dials.0.placement dials.0.placement.state \
             dials.0.intended_at dials.0.asked_at dials.0.tries dials.0.progress \
             dials.0.progress.ending.status attempts.0.attempt_no attempts.0.dial_no \
             attempts.0.status attempts.0.identity attempts.0.at feedback.call_quality \
             feedback.feedback_provided_at lease.fence",
        ),
        (
            "recordings",
            "tenant call_id twilio_sid recording_status status linked created_at updated_at shape",
        ),
        (
            "idempotency_keys",
            "tenant request_sha256 call_id lease_expires_at expires_at response.http_status \
             response.body response.content_type",
        ),
    ];
    for (collection, paths) in needed {
        let valid = written.document(collection).await;
        assert!(!written.is_refused(collection, valid.clone()).await);
        for path in paths.split_whitespace() {
            let mut document = valid.clone();
            set(&mut document, path, None);
            assert!(
                written.is_refused(collection, document).await,
                "{collection} without {path}"
            );
        }
    }
}

#[tokio::test]
async fn documents_with_a_value_that_the_domain_refuses_are_refused() {
    let written = Written::fresh().await;
    let mut documents = Vec::new();
    for collection in ["users", "calls", "recordings", "idempotency_keys"] {
        documents.push((collection, written.document(collection).await));
    }
    let valid = |collection: &str| {
        let found = documents.iter().find(|(name, _)| *name == collection);
        found.unwrap().1.clone()
    };
    let date = Bson::DateTime(DateTime::from_millis(0));
    let cases: Vec<(&str, &str, Bson)> = vec![
        ("users", "tenant", "a b".into()),
        ("users", "tenant", "".into()),
        ("users", "name", "".into()),
        ("users", "email", 1.into()),
        ("users", "created_at", "2026-01-01".into()),
        ("users", "shape", 2.into()),
        ("users", "phone_number", Bson::Null),
        (
            "calls",
            "call_id",
            "6F2CBF1C-53D2-4E4B-9D8C-000000000001".into(),
        ),
        ("calls", "call_id", "not a UUID".into()),
        ("calls", "user_id", "12".into()),
        ("calls", "status", "answered".into()),
        ("calls", "sids", "CA1".into()),
        ("calls", "sids", vec![Bson::from("CA 1")].into()),
        (
            "calls",
            "sids",
            vec![Bson::from("CA1"), "CA1".into()].into(),
        ),
        ("calls", "twilio_sid", "é".into()),
        ("calls", "attempt_count", doc! { "$ifNull": 1 }.into()),
        ("calls", "attempt_count", Bson::from(-1)),
        ("calls", "retry_limit", 11.into()),
        ("calls", "retry_limit", 1.5.into()),
        ("calls", "retry_delay_sec", 0.into()),
        ("calls", "retry_delay_sec", 86_401.into()),
        ("calls", "retry_backoff", "none".into()),
        ("calls", "duration_sec", "12".into()),
        ("calls", "held", 1.into()),
        ("calls", "due_at", 1.into()),
        ("calls", "revision", Bson::from(-1_i64)),
        (
            "calls",
            "hang_up",
            doc! { "requested_at": date.clone() }.into(),
        ),
        (
            "calls",
            "lease",
            doc! { "fence": 1_i64, "owner": "one" }.into(),
        ),
        (
            "calls",
            "lease",
            doc! { "fence": 1_i64, "expires_at": date.clone() }.into(),
        ),
        ("calls", "feedback.resolution", 6.into()),
        ("calls", "feedback.resolution", 0.into()),
        ("calls", "feedback.notes", 1.into()),
        ("calls", "dials.0", "a dial".into()),
        ("calls", "dials.0.dial_no", 0.into()),
        ("calls", "dials.0.sid_source", "guess".into()),
        (
            "calls",
            "dials.0.placement",
            doc! { "state": "lost" }.into(),
        ),
        (
            "calls",
            "dials.0.placement",
            doc! { "state": "unknown" }.into(),
        ),
        (
            "calls",
            "dials.0.placement",
            doc! { "state": "held" }.into(),
        ),
        (
            "calls",
            "dials.0.placement",
            doc! { "state": "deferred", "next_try_at": date }.into(),
        ),
        (
            "calls",
            "dials.0.placement",
            doc! { "state": "failed", "reason": "busy" }.into(),
        ),
        ("calls", "dials.0.progress.status", "queued".into()),
        ("calls", "attempts.0.attempt_no", 0.into()),
        ("calls", "attempts.0.status", "queued".into()),
        ("calls", "attempts.0.identity", 7.into()),
        ("calls", "attempts.0.identity", "".into()),
        ("calls", "attempts.0.sip_response_code", 65_536.into()),
        (
            "recordings",
            "call_id",
            mongodb::bson::oid::ObjectId::new().into(),
        ),
        ("recordings", "twilio_sid", "".into()),
        ("recordings", "recording_status", "done".into()),
        ("recordings", "status", "in-progress".into()),
        ("recordings", "linked", "yes".into()),
        ("recordings", "channels", Bson::from(-1)),
        ("idempotency_keys", "_id", "a key".into()),
        ("idempotency_keys", "request_sha256", "ab".into()),
        ("idempotency_keys", "expires_at", 1_i64.into()),
        ("idempotency_keys", "response.http_status", 99.into()),
    ];
    for (collection, path, value) in cases {
        let valid = valid(collection);
        let mut document = valid.clone();
        set(&mut document, path, Some(value.clone()));
        assert!(
            written.is_refused(collection, document).await,
            "{collection} with {path}: {value}"
        );
        assert!(!written.is_refused(collection, valid).await, "{collection}");
    }
}

#[tokio::test]
async fn fields_that_atlas_does_not_know_are_kept_and_not_looked_at() {
    let written = Written::fresh().await;
    for collection in ["users", "calls", "recordings"] {
        let mut document = written.document(collection).await;
        document.insert("meta", doc! { "raw": { "CallSid": 7 } });
        document.insert("legacy", doc! { "attempt_count": { "$ifNull": [1, 0] } });
        assert!(!written.is_refused(collection, document).await);
    }
    let mut call = written.document("calls").await;
    for path in ["dials.0.note", "attempts.0.duration", "feedback.by"] {
        set(&mut call, path, Some("unknown".into()));
    }
    set(&mut call, "to_number", Some("030 1234567".into()));
    assert!(!written.is_refused("calls", call).await);
}

#[tokio::test]
async fn a_row_of_an_older_atlas_may_be_changed_although_it_does_not_fit() {
    let written = Written::fresh().await;
    let calls = written.database.collection::<Document>("calls");
    let old = doc! { "_id": "old", "status": "answered", "duration_sec": "12" };
    let refused = calls.insert_one(old.clone()).await.unwrap_err();
    assert!(refused.to_string().contains(REFUSED), "{refused}");
    calls
        .insert_one(old)
        .bypass_document_validation(true)
        .await
        .unwrap();
    let change = doc! { "$set": { "status": "completed" } };
    let changed = calls
        .update_one(doc! { "_id": "old" }, change)
        .await
        .unwrap();
    assert_eq!(changed.modified_count, 1);
    let spoil = doc! { "$set": { "status": "answered" } };
    let fitting = doc! { "_id": { "$ne": "old" } };
    let refused = calls.update_one(fitting, spoil).await.unwrap_err();
    assert!(refused.to_string().contains(REFUSED), "{refused}");
}

async fn write_one_of_each(store: &MongoStore) {
    let tenant = TenantId::default();
    let now = Timestamp::EPOCH;
    let user = NewUser {
        name: "Ann".parse().unwrap(),
        email: "Ann@example.com".parse().unwrap(),
        phone_number: "+15550100042".parse().unwrap(),
        external_id: Some("crm-1".parse().unwrap()),
    };
    let id = ObjectId::from_parts(now, [7; 8]);
    let user = user.into_user(UserId::new(id), now);
    UserRepository::insert(store, &tenant, &user).await.unwrap();
    let call_id = write_call(store, &tenant, user.id).await;
    let recorded = RecordingEvent {
        recording_sid: "RE1".parse().unwrap(),
        call_sid: Some("CA1".parse().unwrap()),
        update: RecordingEventKind::Recording(RecordingUpdate {
            status: RecordingStatus::Completed,
            recording_url: Some("https://api.twilio.com/RE1".to_owned()),
            duration_seconds: Some(7),
            channels: Some(1),
        }),
    };
    let recording_id = RecordingId::new(id);
    RecordingRepository::apply(store, &tenant, call_id, &recorded, recording_id, now)
        .await
        .unwrap();
    let key = IdempotencyKey {
        api_key_name: "crm".to_owned(),
        route: "POST /calls/outbound".to_owned(),
        key: "1".to_owned(),
    };
    let claim = IdempotencyClaim {
        key: key.clone(),
        request: RequestDigest([7; 32]),
        call_id,
        lease_duration: Duration::from_secs(60),
        keep_for: Duration::from_secs(60),
    };
    store.begin(&tenant, &claim, now).await.unwrap();
    let response = RecordedResponse {
        http_status: 201,
        location: Some("/calls/1".to_owned()),
        content_type: "application/json".to_owned(),
        body: b"{}".to_vec(),
    };
    store
        .complete(&tenant, &key, call_id, &response)
        .await
        .unwrap();
}

/// A call that was answered, has ended and was rated.
async fn write_call(store: &MongoStore, tenant: &TenantId, user_id: UserId) -> CallId {
    let now = Timestamp::EPOCH;
    let new = NewCall {
        call_id: "6f2cbf1c-53d2-4e4b-9d8c-000000000001".parse().unwrap(),
        user_id: Some(user_id),
        user_external_id: Some("crm-1".parse().unwrap()),
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: Some("Hello".parse().unwrap()),
        recording_enabled: true,
        retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
    };
    let call = Call::begin(new, now);
    CallRepository::insert(store, tenant, &call).await.unwrap();
    let score = |mark| Score::new(mark).unwrap();
    let events = [
        CallEvent::Placed {
            dial_no: DialNo::FIRST,
            outcome: Placed::Accepted {
                sid: "CA1".parse().unwrap(),
            },
            asked_by: AskedBy::Worker,
        },
        CallEvent::StatusReceived(StatusUpdate {
            sid: "CA1".parse().unwrap(),
            dial_no: None,
            status: CallStatus::Completed,
            identity: EventIdentity::Sequence(3),
            carrier_time: Some(now),
            duration_seconds: Some(7),
            sip_response_code: Some(200),
            answered_by: Some("human".to_owned()),
        }),
        CallEvent::FeedbackGiven(Feedback {
            call_quality: score(1),
            agent_helpfulness: score(2),
            resolution: score(3),
            call_ease: score(4),
            overall_satisfaction: score(5),
            notes: Some("fine".parse().unwrap()),
            created_at: now,
        }),
    ];
    for event in events {
        CallRepository::apply(store, tenant, call.call_id, &event, now)
            .await
            .unwrap();
    }
    call.call_id
}

/// Sets the field at a path such as `dials.0.dial_no`, or removes it.
fn set(document: &mut Document, path: &str, value: Option<Bson>) {
    let Some((first, rest)) = path.split_once('.') else {
        match value {
            Some(value) => document.insert(path, value),
            None => Some(document.remove(path).unwrap()),
        };
        return;
    };
    let nested = document.get_mut(first).unwrap();
    let Some(entries) = nested.as_array_mut() else {
        return set(nested.as_document_mut().unwrap(), rest, value);
    };
    let (index, inside) = match rest.split_once('.') {
        Some((index, inside)) => (index, Some(inside)),
        None => (rest, None),
    };
    let entry = &mut entries[index.parse::<usize>().unwrap()];
    match inside {
        Some(inside) => set(entry.as_document_mut().unwrap(), inside, value),
        None => *entry = value.unwrap(),
    }
}
