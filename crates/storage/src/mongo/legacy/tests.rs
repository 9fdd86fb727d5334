//! Whatever an old row holds, it is read, adopted, and read again as the same.

use atlas_domain::call::{self, CallEvent, CallStatus, EventIdentity, StatusUpdate};
use atlas_domain::{TenantId, Timestamp};
use mongodb::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::adopt::adopted_call;
use super::read_call;
use crate::mongo::calls;

const FIELDS: [&str; 30] = [
    "_id",
    "call_id",
    "tenant",
    "user_id",
    "user_external_id",
    "to_number",
    "from_number",
    "status",
    "twilio_status",
    "twilio_sid",
    "call_sid",
    "sids",
    "dials",
    "attempts",
    "attempt_count",
    "feedback",
    "created_at",
    "updated_at",
    "started_at",
    "ended_at",
    "duration_sec",
    "retry_limit",
    "retry_delay_sec",
    "max_attempts",
    "recording_enabled",
    "script",
    "direction",
    "lease",
    "legacy",
    "unknown",
];
const ENTRY_FIELDS: [&str; 10] = [
    "attempt_no",
    "attempt_number",
    "twilio_sid",
    "status",
    "at",
    "timestamp",
    "reason",
    "error_message",
    "duration",
    "call_quality",
];

fn any_leaf() -> impl Strategy<Value = Bson> {
    prop_oneof![
        Just(Bson::Null),
        any::<bool>().prop_map(Bson::Boolean),
        any::<i32>().prop_map(Bson::Int32),
        any::<i64>().prop_map(Bson::Int64),
        any::<f64>().prop_map(Bson::Double),
        any::<i64>().prop_map(|millis| Bson::DateTime(DateTime::from_millis(millis))),
        any::<[u8; 12]>().prop_map(|bytes| Bson::ObjectId(ObjectId::from_bytes(bytes))),
        ".{0,12}".prop_map(Bson::String),
        prop::sample::select(vec![
            "queued",
            "Completed",
            "no-answer",
            "failed",
            "CA1",
            "CA2",
            "2025-01-02T03:04:05.678901",
            "+15550100042",
            "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11",
            "3",
        ])
        .prop_map(Bson::from),
    ]
}

fn any_entry() -> impl Strategy<Value = Bson> {
    let field = (prop::sample::select(ENTRY_FIELDS.to_vec()), any_leaf());
    let document = vec(field, 0..6).prop_map(document_of);
    prop_oneof![3 => document.prop_map(Bson::Document), 1 => any_leaf()]
}

fn any_value() -> impl Strategy<Value = Bson> {
    prop_oneof![
        4 => any_leaf(),
        1 => any_entry(),
        2 => vec(any_entry(), 0..5).prop_map(Bson::Array),
    ]
}

fn any_row() -> impl Strategy<Value = Document> {
    let field = (prop::sample::select(FIELDS.to_vec()), any_value());
    let attempts = vec(any_entry(), 0..5);
    (vec(field, 0..20), attempts).prop_map(|(fields, attempts)| {
        let mut row = document_of(fields);
        row.entry("attempts".to_owned()).or_insert(attempts.into());
        row
    })
}

fn document_of(fields: Vec<(&str, Bson)>) -> Document {
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

proptest! {
    #[test]
    fn whatever_an_old_row_holds_is_read_and_adopted_and_goes_on(row in any_row()) {
        let old = read_call(&row);
        prop_assert!(!old.dials.is_empty());
        prop_assert_eq!(call::next_work(&old), None, "taking over makes no work");
        let adopted = adopted_call(&row, &old);
        let again = calls::read(&adopted);
        prop_assert_eq!(again.as_ref().ok(), Some(&old), "{:?}", again);

        let update = CallEvent::StatusReceived(StatusUpdate {
            sid: "CA1".parse().unwrap(),
            dial_no: None,
            status: CallStatus::Completed,
            identity: EventIdentity::Sequence(1),
            carrier_time: None,
            duration_seconds: None,
            sip_response_code: None,
            answered_by: None,
        });
        let now = Timestamp::MAX;
        for event in [update, CallEvent::HangUpRequested, CallEvent::RedialRequested] {
            let after = call::apply(&old, &event, now).call;
            let stored = calls::new_document(&TenantId::default(), &after);
            let found = calls::read(&stored);
            prop_assert_eq!(found.as_ref().ok(), Some(&after), "{:?}", found);
        }
    }
}

#[test]
fn what_replaces_a_value_keeps_the_original_and_what_is_unknown_stays() {
    let row = doc! {
        "_id": ObjectId::from_bytes([7; 12]), "call_sid": "CA1", "status": "Queued",
        "duration_sec": "30", "attempt_count": { "$ifNull": ["$attempt_count", 0] },
        "meta": { "raw": 1 }, "legacy": "mine",
    };
    let adopted = adopted_call(&row, &read_call(&row));
    assert_eq!(adopted.get("status"), Some(&Bson::from("initiated")));
    assert_eq!(adopted.get("meta"), row.get("meta"));
    let originals = adopted.get_document("legacy").unwrap();
    for name in ["status", "duration_sec", "attempt_count", "legacy"] {
        assert_eq!(originals.get(name), row.get(name), "{name}");
    }
    assert_eq!(originals.get("call_sid"), None, "it is what it was");
}
