//! A database as an older service left it, with rows of every shape that it ever wrote.

#![expect(
    clippy::expect_used,
    reason = "this is for tests, which panic when they fail"
)]

use mongodb::bson::{Bson, DateTime, Document, doc, oid::ObjectId};
use mongodb::{Client, Database};

/// How many rows there are of each shape.
const OF_EACH: u32 = 8;

/// Rows that an older service wrote, by collection.
///
/// ```no_run
/// use atlas_storage::contract::{MongoDatabase, OldDatabase};
///
/// # async fn write() {
/// let database = MongoDatabase::fresh();
/// let old = OldDatabase::write(&database).await;
/// assert_eq!(old.rows("calls").await.len(), old.calls.len());
/// # }
/// ```
#[derive(Debug)]
pub struct OldDatabase {
    database: Database,
    /// The rows of `users`.
    pub users: Vec<Document>,
    /// The rows of `calls`.
    pub calls: Vec<Document>,
    /// The rows of `recordings`.
    pub recordings: Vec<Document>,
}

impl OldDatabase {
    /// Writes the rows and the indexes of an older service into a database that is empty.
    ///
    /// # Panics
    /// When the server does not take them.
    pub async fn write(own: &super::MongoDatabase) -> Self {
        let client = Client::with_uri_str(own.uri()).await.expect("a server");
        let calls: Vec<_> = (0..OF_EACH).flat_map(calls_of_every_shape).collect();
        let old = Self {
            database: client.database(own.name()),
            users: (0..OF_EACH).flat_map(users_of_every_shape).collect(),
            recordings: recordings_of(&calls),
            calls,
        };
        for (name, rows) in [
            ("users", &old.users),
            ("calls", &old.calls),
            ("recordings", &old.recordings),
        ] {
            let collection = old.database.collection::<Document>(name);
            collection.insert_many(rows).await.expect("old rows");
        }
        for (collection, index) in indexes() {
            let command = doc! { "createIndexes": collection, "indexes": [index] };
            old.database.run_command(command).await.expect("an index");
        }
        old
    }

    /// The rows of a collection as they are now.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn rows(&self, collection: &str) -> Vec<Document> {
        let collection = self.database.collection::<Document>(collection);
        let mut found = collection.find(doc! {}).await.expect("an answer");
        let mut rows = Vec::new();
        while found.advance().await.expect("an answer") {
            rows.push(found.deserialize_current().expect("a document"));
        }
        rows
    }

    /// Checks that every field of every old row is in the same row still, or, where another value
    /// took its place, below `legacy`. Fields named in `changed` may have other values.
    ///
    /// # Panics
    /// When a row or a field is gone.
    pub async fn assert_nothing_is_lost(&self, changed: &[&str]) {
        for (name, old) in [
            ("users", &self.users),
            ("calls", &self.calls),
            ("recordings", &self.recordings),
        ] {
            let rows = self.rows(name).await;
            for before in old {
                let id = before.get("_id");
                let now = rows.iter().find(|row| row.get("_id") == id);
                let now = now.expect("a row that was there before");
                let originals = now.get_document("legacy").ok();
                for (field, value) in before {
                    let there = now.get(field).is_some_and(|now| same(now, value))
                        || originals.is_some_and(|kept| kept.get(field) == Some(value))
                        || changed.contains(&field.as_str())
                        // Null says no more than nothing.
                        || *value == Bson::Null;
                    assert!(there, "{name}.{field} of {id:?} was {value:?}");
                }
            }
        }
    }
}

fn same(now: &Bson, value: &Bson) -> bool {
    let whole = |value: &Bson| value.as_i64().or_else(|| value.as_i32().map(i64::from));
    match (now, value) {
        // What Atlas does not know inside is kept inside.
        (Bson::Document(now), Bson::Document(value)) => value
            .iter()
            .all(|(name, value)| now.get(name).is_some_and(|now| same(now, value))),
        (now, value) => now == value || whole(value).is_some_and(|value| whole(now) == Some(value)),
    }
}

fn indexes() -> Vec<(&'static str, Document)> {
    let index = |key: &str| doc! { "key": { key: 1 }, "name": format!("{key}_1") };
    let unique = |key: &str, name: &str| doc! { "key": { key: 1 }, "name": name, "unique": true };
    vec![
        ("users", index("email")),
        ("users", index("phone_number")),
        ("users", unique("external_id", "uniq_external_id")),
        ("users", doc! { "key": { "phone": 1 }, "name": "idx_phone" }),
        ("calls", index("call_sid")),
        (
            "calls",
            doc! { "key": { "user_id": 1, "started_at": 1 }, "name": "idx_user_started_at" },
        ),
        ("calls", index("user_id")),
        (
            "calls",
            doc! { "key": { "twilio_sid": 1 }, "name": "twilio_sid_1", "unique": true, "sparse": true },
        ),
        ("calls", index("created_at")),
        ("calls", index("status")),
        ("calls", index("attempt_count")),
        ("calls", index("updated_at")),
        ("recordings", index("call_id")),
        ("recordings", index("twilio_sid")),
    ]
}

/// The id of row `number` of kind `kind`.
fn id(kind: u8, number: u32) -> ObjectId {
    let mut bytes = [0x65, 0x93, 0x80, 0, kind, 0, 0, 0, 0, 0, 0, 0];
    for (there, byte) in bytes.iter_mut().skip(8).zip(number.to_be_bytes()) {
        *there = byte;
    }
    ObjectId::from_bytes(bytes)
}

fn date(number: u32) -> DateTime {
    DateTime::from_millis(1_704_164_645_678 + i64::from(number) * 60_000)
}

fn sid(kind: &str, number: u32) -> String {
    format!("CA{kind:0>8}{number:024x}")
}

fn users_of_every_shape(number: u32) -> Vec<Document> {
    let plain = doc! {
        "_id": id(1, number), "name": format!("Ann {number}"),
        "email": format!("Ann.{number}@Example.com"), "phone_number": "+15550100042",
        "external_id": format!("crm-{number}"), "created_at": date(number),
        "updated_at": date(number), "crm": { "case": i64::from(number) },
    };
    let odd_number = doc! {
        "_id": id(2, number), "name": "x".repeat(150), "email": format!("bob{number}@localhost"),
        "phone_number": "(030) 12345", "external_id": format!("odd-{number}"),
        "created_at": "2024-01-02 03:04:05.678901", "updated_at": date(number),
        "tags": ["a", 1],
    };
    let upserted = doc! {
        "_id": id(3, number), "external_id": i64::from(900_000 + number),
        "phone": "+15550100077", "created_at": date(number), "updated_at": date(number),
    };
    vec![plain, odd_number, upserted]
}

fn calls_of_every_shape(number: u32) -> Vec<Document> {
    let base = |kind: u8, name: &str| {
        doc! {
            "_id": id(kind, number),
            "call_id": format!("6f2cbf1c-53d2-4e4b-9d8c-{:012x}", (u32::from(kind) << 16) + number),
            "user_id": id(1, number).to_hex(), "twilio_sid": sid(name, number),
            "to_number": "+15550100042", "from_number": "+15005550006", "status": "completed",
            "script": format!("Hello {number}."), "recording_enabled": true,
            "created_at": date(u32::from(kind) * 100 + number),
            "updated_at": date(u32::from(kind) * 100 + number),
            "unknown": { "kept": i64::from(number), "why": ["because"] },
        }
    };
    let with = |mut row: Document, more: Document| {
        row.extend(more);
        row
    };
    let word = match number % 4 {
        0 => "Queued",
        1 => "answered",
        2 => "CANCELED",
        _ => "lost",
    };
    let first = base(10, "a");
    let mut calls = vec![
        first,
        with(
            base(11, "b"),
            doc! {
                "call_sid": sid("b", number), "started_at": date(number), "status": "busy",
                "user_external_id": format!("crm-{number}"), "user_id": format!("crm-{number}"),
            },
        ),
        with(
            base(12, "c"),
            doc! {
                "feedback": {
                    "call_quality": 5, "agent_helpfulness": 4.0, "resolution": "3",
                    "call_ease": 2_i64, "overall_satisfaction": 1, "notes": "Fine.",
                    "feedback_provided_at": "2024-01-02T03:04:05.678901", "channel": "web",
                },
                "twilio_status": "completed", "direction": "outbound-dial", "duration_sec": "30",
                "ended_at": date(number + 1), "meta": { "raw": { "CallSid": sid("c", number) } },
            },
        ),
        with(
            base(13, "d"),
            doc! {
                "attempts": [
                    { "attempt_no": 1, "status": "ringing", "reason": "it rings", "at": date(1), "by": "x" },
                    { "attempt_no": 2, "status": "no-answer", "reason": "nobody", "at": date(2) },
                ],
                "attempt_count": { "$ifNull": ["$attempt_count", 0] },
                "retry_limit": 3.0, "retry_delay_sec": "10", "status": "no-answer",
            },
        ),
        with(
            base(14, "e"),
            doc! {
                "call_sid": sid("e", number), "max_attempts": 3, "should_retry": true,
                "next_retry_at": date(number), "no_answer_detected": true, "retry_count": 1,
                "is_voicemail": false, "voicemail_signals": ["beep"], "answered_by": "human",
                "attempts": [
                    { "attempt_number": 1, "twilio_sid": sid("e", number), "status": "no-answer",
                      "timestamp": date(number), "error_message": "rang out" },
                    { "attempt_number": 2, "twilio_sid": sid("e2", number), "status": "completed",
                      "timestamp": "2024-01-02T03:05:05.678901+00:00", "duration": 12.0 },
                ],
            },
        ),
        with(
            base(15, "f"),
            doc! {
                "attempts": [
                    "nonsense", 7, Bson::Null, { "attempt_no": "x" }, [],
                    { "attempt_no": 1, "status": "RINGING", "at": "soon" },
                    { "attempt_number": 2, "twilio_sid": sid("f2", number), "status": "failed",
                      "timestamp": 1_704_164_700, "error_message": "refused" },
                ],
                "status": "failed", "retry_limit": -4, "recording_enabled": "yes", "script": 5,
            },
        ),
        doc! {
            "_id": id(16, number), "call_sid": sid("a1", number), "status": "ringing",
            "updated_at": date(number),
        },
        doc! {
            "_id": id(17, number), "call_sid": sid("a", number), "status": "completed",
            "updated_at": date(number), "stream_sid": "MZ1",
        },
        with(base(18, "b1"), doc! { "status": word }),
        with(
            base(19, "e1"),
            doc! { "twilio_sid": format!("no sid {number}"), "status": "initiated" },
        ),
        with(
            base(20, "c1"),
            doc! {
                "feedback": { "call_quality": 9, "agent_helpfulness": Bson::Null, "notes": "?" },
                "to_number": "030 / 12345", "from_number": Bson::Null, "user_id": "no object id",
                "created_at": "2024-02-03T04:05:06Z", "updated_at": 1_706_933_106.5,
                "script": "x".repeat(6000),
            },
        ),
    ];
    let mut unsettled = base(21, "d1");
    unsettled.remove("twilio_sid");
    unsettled.remove("status");
    calls.push(unsettled);
    calls
}

/// Recordings of the first calls of each shape, that name their call in every way.
fn recordings_of(calls: &[Document]) -> Vec<Document> {
    let mut recordings: Vec<_> = (0..)
        .zip(calls)
        .map(|(number, call)| {
            let row_id = call.get("_id").cloned().unwrap_or(Bson::Null);
            let in_text = row_id.as_object_id().map(|id| id.to_hex());
            let names = [
                row_id,
                in_text.into(),
                call.get("call_id").cloned().unwrap_or(Bson::Null),
            ];
            let name = names.into_iter().nth(number as usize % 3);
            doc! {
                "_id": id(30, number), "call_id": name, "twilio_sid": format!("RE{number:032x}"),
                "recording_url": "https://api.twilio.com/RE1", "recording_status": "completed",
                "status": "completed", "created_at": date(number), "duration": "12",
                "transcription_text": "Hello?", "checked_by": "Bob",
            }
        })
        .collect();
    recordings.push(doc! { "_id": id(31, 1), "recording_url": 7, "status": "odd" });
    recordings
}
