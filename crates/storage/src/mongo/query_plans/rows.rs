//! Rows enough for a plan to matter.

use std::time::Duration;

use atlas_domain::call::{
    AskedBy, Backoff, Call, CallEvent, CallPurpose, NewCall, Placed, RetryPlan,
};
use atlas_domain::{
    CallId, CallSid, DialNo, NewUser, ObjectId, RecordingEvent, RecordingEventKind, RecordingId,
    RecordingStatus, RecordingUpdate, TenantId, Timestamp, User, UserId,
};
use mongodb::Database;
use mongodb::bson::{DateTime, Document, doc, oid};

use crate::mongo::MongoStore;
use crate::{CallRepository, RecordingRepository, UserRepository};

/// How many rows each collection has.
pub(super) const ROWS: u32 = 200;

pub(super) fn call_id(number: u32) -> CallId {
    format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}")
        .parse()
        .unwrap()
}

pub(super) fn sid(number: u32) -> CallSid {
    format!("CA{number}").parse().unwrap()
}

pub(super) fn created_at(number: u32) -> Timestamp {
    Timestamp::EPOCH.plus(Duration::from_secs(u64::from(number)))
}

fn object_id(number: u32) -> ObjectId {
    ObjectId::from_parts(Timestamp::EPOCH, u64::from(number).to_be_bytes())
}

pub(super) fn user_id(number: u32) -> UserId {
    UserId::new(object_id(number))
}

pub(super) fn recording_id(number: u32) -> RecordingId {
    RecordingId::new(object_id(number))
}

pub(super) fn user(number: u32) -> User {
    let new = NewUser {
        name: "Ann".parse().unwrap(),
        email: format!("ann{number}@example.com").parse().unwrap(),
        phone_number: "+15550100042".parse().unwrap(),
        external_id: Some(format!("crm-{number}").parse().unwrap()),
    };
    new.into_user(user_id(number), created_at(number))
}

pub(super) fn recording_event(number: u32, duration_seconds: Option<u32>) -> RecordingEvent {
    RecordingEvent {
        recording_sid: format!("RE{number}").parse().unwrap(),
        call_sid: None,
        update: RecordingEventKind::Recording(RecordingUpdate {
            status: RecordingStatus::Completed,
            recording_url: None,
            duration_seconds,
            channels: None,
        }),
    }
}

/// Stores one row of each kind as the repositories do, and copies of it that differ in what
/// queries look for.
pub(super) async fn insert(store: &MongoStore, database: &Database) {
    let (tenant, now) = (TenantId::default(), created_at(1));
    UserRepository::insert(store, &tenant, &user(1))
        .await
        .unwrap();
    let new = NewCall {
        call_id: call_id(1),
        user_id: Some(user_id(1)),
        user_external_id: Some("crm-1".parse().unwrap()),
        to_number: "+15550100042".parse().unwrap(),
        from_number: "+15005550006".parse().unwrap(),
        purpose: CallPurpose::Script,
        script: None,
        recording_enabled: true,
        retry_plan: RetryPlan::new(3, 10, Backoff::Fixed).unwrap(),
    };
    let call = Call::begin(new, now);
    CallRepository::insert(store, &tenant, &call).await.unwrap();
    let accepted = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Accepted { sid: sid(1) },
        asked_by: AskedBy::Worker,
    };
    CallRepository::apply(store, &tenant, call.call_id, &accepted, now)
        .await
        .unwrap();
    let recorded = recording_event(1, None);
    let id = recording_id(1);
    RecordingRepository::apply(store, &tenant, call.call_id, &recorded, id, now)
        .await
        .unwrap();
    for (collection, change) in [
        ("users", vary_user as fn(&Document, u32) -> Document),
        ("calls", vary_call),
        ("recordings", vary_recording),
    ] {
        let rows = database.collection::<Document>(collection);
        let one = rows.find_one(doc! {}).await.unwrap().unwrap();
        let others = (2..=ROWS).map(|number| {
            let mut other = one.clone();
            other.extend(change(&one, number));
            other
        });
        rows.insert_many(others).await.unwrap();
    }
}

fn date(number: u32) -> DateTime {
    DateTime::from_millis(created_at(number).unix_millis())
}

fn vary_user(_: &Document, number: u32) -> Document {
    doc! {
        "_id": oid::ObjectId::from_bytes(*object_id(number).bytes()),
        "tenant": tenant_of(number),
        "email_key": format!("ann{number}@example.com"),
        "external_id": format!("crm-{number}"),
        "created_at": date(number),
    }
}

fn vary_call(one: &Document, number: u32) -> Document {
    let sid = format!("CA{number}");
    let mut dials = one.get_array("dials").unwrap().clone();
    let dial = dials[0].as_document_mut().unwrap();
    dial.insert("twilio_sid", &sid);
    let mut changes = doc! {
        "dials": dials,
        "_id": oid::ObjectId::new(),
        "tenant": tenant_of(number),
        "call_id": call_id(number).to_string(),
        "sids": [&sid],
        "twilio_sid": &sid,
        "call_sid": &sid,
        "user_id": user_id(number % 20).to_string(),
        "user_external_id": format!("crm-{}", number % 20),
        "to_number": format!("+155501000{}", 10 + number % 80),
        "status": if number.is_multiple_of(2) { "busy" } else { "completed" },
        "held": number.is_multiple_of(50),
        "due_at": date(number),
        "created_at": date(number),
    };
    if number.is_multiple_of(2) {
        changes.insert("purpose", "notification");
        changes.insert("notification", notification(number));
    }
    changes
}

/// Two tasks of many notifications each, of which every third is acknowledged.
fn notification(number: u32) -> Document {
    let mut notification = doc! {
        "task_id": if number.is_multiple_of(4) { "7" } else { "8" },
        "task_title": "Restart the pump",
        "acknowledged": number.is_multiple_of(3),
    };
    if number.is_multiple_of(3) {
        let acknowledgement = doc! {
            "acknowledged_at": date(number),
            "via": "api",
            "superseded_dials": 0_i64,
            "end_others_at": date(number),
        };
        notification.insert("acknowledgement", acknowledgement);
    }
    notification
}

fn vary_recording(_: &Document, number: u32) -> Document {
    doc! {
        "_id": oid::ObjectId::from_bytes(*object_id(number).bytes()),
        "tenant": tenant_of(number),
        "twilio_sid": format!("RE{number}"),
        "call_id": call_id(number).to_string(),
        "created_at": date(number),
    }
}

/// A few rows belong to somebody else.
fn tenant_of(number: u32) -> &'static str {
    if number.is_multiple_of(10) {
        "other"
    } else {
        "default"
    }
}
