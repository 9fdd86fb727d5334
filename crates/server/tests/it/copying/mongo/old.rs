//! Rows of an older service: what a copy makes of them is what taking them over in place makes.

use std::collections::BTreeMap;

use atlas_storage::contract::MongoDatabase;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::{Client, Database};

use super::{connect, place};
use crate::copying::{Files, assert_copied, copy};

#[tokio::test]
async fn old_rows_come_through_a_file_as_if_they_were_taken_over_where_they_are() {
    let files = Files::new();
    let old = MongoDatabase::fresh();
    let taken_over = MongoDatabase::fresh();
    let copied = MongoDatabase::fresh();
    for database in [&old, &taken_over] {
        insert_old_rows(&raw(database).await).await;
    }
    let before = documents(&raw(&old).await).await;
    assert_copied(&copy(&place(&old), &files.place("between.db")).await);
    assert_copied(&copy(&files.place("between.db"), &place(&copied)).await);
    assert!(
        before == documents(&raw(&old).await).await,
        "the source was written to"
    );

    connect(&taken_over).await.migrate().await.unwrap();
    let expected = documents(&raw(&taken_over).await).await;
    let found = documents(&raw(&copied).await).await;
    let ids =
        |documents: &BTreeMap<String, Document>| documents.keys().cloned().collect::<Vec<_>>();
    assert_eq!(ids(&found), ids(&expected));
    for (id, document) in &found {
        assert_eq!(Some(document), expected.get(id), "{id}");
    }
    assert_eq!(found.len(), 9);
}

async fn raw(database: &MongoDatabase) -> Database {
    let client = Client::with_uri_str(database.uri()).await.unwrap();
    client.database(database.name())
}

/// Every row, by its collection and `_id`.
async fn documents(database: &Database) -> BTreeMap<String, Document> {
    let mut documents = BTreeMap::new();
    for collection in ["users", "calls", "recordings"] {
        let mut rows = database
            .collection::<Document>(collection)
            .find(doc! {})
            .await
            .unwrap();
        while rows.advance().await.unwrap() {
            let row = rows.deserialize_current().unwrap();
            let id = row.get("_id").unwrap();
            documents.insert(format!("{collection} {id}"), row);
        }
    }
    documents
}

async fn insert_old_rows(database: &Database) {
    for (collection, rows) in old_rows() {
        let rows_of: mongodb::Collection<Document> = database.collection(collection);
        rows_of.insert_many(rows).await.unwrap();
    }
}

fn old_rows() -> [(&'static str, Vec<Document>); 3] {
    let at = |second: i64| Bson::DateTime(DateTime::from_millis(1_700_000_000_123 + second * 1000));
    let id = |last: u8| ObjectId::from_bytes([0x65, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last]);
    let users = vec![
        doc! {
            "_id": id(1), "name": "Ann", "email": "Ann@example.com", "phone_number": "5550100042",
            "created_at": at(0), "updated_at": at(1), "favourite": { "z": 1, "a": [1.5, null] },
        },
        doc! {
            "_id": id(2), "external_id": "crm-1", "phone": "+15550100043",
            "created_at": at(0), "updated_at": at(0),
        },
    ];
    let calls = vec![
        doc! {
            "_id": id(3), "call_id": "0b8f4a3e-2c3f-4c55-9d5f-0a2a5b1f7e01", "user_id": id(1).to_hex(),
            "twilio_sid": "CA01", "to_number": "+15550100042", "from_number": "+15005550006",
            "status": "answered", "script": "Hello", "recording_enabled": true,
            "created_at": at(2), "updated_at": at(3), "legacy": "a field of that name",
        },
        doc! {
            "_id": id(4), "call_id": "0b8f4a3e-2c3f-4c55-9d5f-0a2a5b1f7e02", "user_external_id": "crm-1",
            "call_sid": "CA02", "to_number": "5550100043", "status": "completed",
            "direction": "outbound-dial", "duration_sec": "12", "twilio_status": "completed",
            "meta": { "raw": { "$where": "x", "a.b": 1 } }, "started_at": "2025-01-02T03:04:05.678901",
            "feedback": {
                "call_quality": 5, "agent_helpfulness": 4, "resolution": 3, "call_ease": 2,
                "overall_satisfaction": 1, "notes": "good", "feedback_provided_at": at(9),
                "mood": "fine",
            },
            "attempts": [
                { "attempt_no": 1, "status": "ringing", "reason": "it rang", "at": at(4), "who": 1 },
                { "attempt_no": 2, "status": "completed", "reason": "answered", "at": at(5) },
            ],
            "attempt_count": { "$ifNull": ["$attempt_count", 0] }, "retry_limit": 3,
            "retry_delay_sec": 10, "created_at": at(2), "updated_at": at(6),
        },
        doc! {
            "_id": id(5), "call_id": "0b8f4a3e-2c3f-4c55-9d5f-0a2a5b1f7e03", "call_sid": "CA03",
            "to_number": "+15550100044", "status": "no-answer", "max_attempts": 3,
            "attempts": [
                {
                    "attempt_number": 1, "twilio_sid": "CA03", "status": "no-answer",
                    "timestamp": at(4), "error_message": "nobody", "duration": 0,
                },
                { "attempt_number": 2, "twilio_sid": "CA04", "status": "busy", "timestamp": at(40) },
                "nonsense",
            ],
            "voicemail_signals": ["beep", 2], "next_retry_at": at(99),
            "created_at": at(2), "updated_at": at(41),
        },
        // A callback for an unknown SID left this behind, and this one for a SID of a known call.
        doc! { "_id": id(6), "call_sid": "CA99", "status": "busy", "updated_at": at(7) },
        doc! { "_id": id(7), "call_sid": "CA01", "status": "ringing", "updated_at": at(7) },
    ];
    let recordings = vec![
        doc! {
            "_id": id(8), "call_id": id(3), "twilio_sid": "RE01", "recording_url": "not a URL",
            "recording_status": "completed", "status": "completed", "created_at": at(8),
            "duration": "7", "played": true,
        },
        doc! {
            "_id": id(9), "call_id": "0b8f4a3e-2c3f-4c55-9d5f-0a2a5b1f7e02", "twilio_sid": "RE02",
            "recording_status": "absent", "status": "failed", "created_at": at(8),
        },
    ];
    [
        ("users", users),
        ("calls", calls),
        ("recordings", recordings),
    ]
}
