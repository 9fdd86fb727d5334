//! Old calls that name several SIDs, or the SID of another.

use atlas_domain::CallSid;
use atlas_domain::call::{Call, CallStatus};
use atlas_storage::CallRepository;
use atlas_storage::mongo::MigrationError;
use mongodb::bson::{Document, doc};

use super::{Fixture, tenant};

const ONE: &str = "0d3a5a70-93b4-4c6b-8f3f-0a8f4f6d1e01";
const OTHER: &str = "0d3a5a70-93b4-4c6b-8f3f-0a8f4f6d1e02";

#[tokio::test]
async fn two_calls_that_name_one_sid_stop_the_migration_which_names_their_rows() {
    let fixture = Fixture::written().await;
    let calls = fixture.collection("calls").await;
    let rows = [
        doc! { "call_id": ONE, "call_sid": "CAshared" },
        doc! { "call_id": OTHER, "twilio_sid": "CAshared" },
        doc! { "call_sid": "CAshared", "status": "ringing" },
    ];
    let mut ids = Vec::new();
    for row in rows {
        let id = calls.insert_one(row).await.unwrap().inserted_id;
        ids.push(id.as_object_id().unwrap());
    }
    let error = fixture.store.migrate().await.unwrap_err();
    let MigrationError::Violations { violations, .. } = &error else {
        unreachable!("{error:?}");
    };
    let mut named = violations.0[0].groups.concat();
    named.sort();
    assert_eq!(named, [ids[0].to_hex(), ids[1].to_hex()], "no phantom");
    assert!(error.to_string().contains(&named[1]), "{error}");
    assert!(!error.to_string().contains("CAshared"), "{error}");
    let adopted = doc! { "_id": { "$in": &ids }, "shape": 1 };
    assert_eq!(calls.count_documents(adopted).await.unwrap(), 0);

    // As the message says.
    let forget = doc! { "$unset": { "twilio_sid": "" } };
    let other = doc! { "_id": ids[1] };
    calls.update_one(other, forget).await.unwrap();
    fixture.store.migrate().await.unwrap();
    let found = found_by(&fixture, "CAshared").await.unwrap();
    assert_eq!(found.call_id.to_string(), ONE);
    fixture.old.assert_nothing_is_lost(&[]).await;
}

#[tokio::test]
async fn a_call_is_found_by_both_sids_where_its_row_names_two() {
    let fixture = Fixture::written().await;
    let row = doc! {
        "call_id": ONE, "call_sid": "CAfirst", "twilio_sid": "CAsecond", "status": "completed",
    };
    let calls = fixture.collection("calls").await;
    calls.insert_one(row).await.unwrap();
    for migrated in [false, true] {
        if migrated {
            fixture.store.migrate().await.unwrap();
        }
        for sid in ["CAfirst", "CAsecond"] {
            let found = found_by(&fixture, sid).await.unwrap();
            assert_eq!(found.call_id.to_string(), ONE);
            assert_eq!(found.status(), CallStatus::Completed);
            assert_eq!(found.dials[0].status(), CallStatus::Failed);
        }
    }
}

#[tokio::test]
async fn a_sid_that_only_an_attempt_names_is_that_of_the_call_it_belongs_to() {
    let fixture = Fixture::written().await;
    let attempts = vec![
        doc! { "attempt_number": 1, "twilio_sid": "CAfirst", "status": "busy" },
        doc! { "attempt_number": 2, "twilio_sid": "CAretry", "status": "completed" },
    ];
    let rows: [Document; 2] = [
        doc! { "call_id": ONE, "call_sid": "CAfirst", "attempts": attempts },
        doc! { "call_id": OTHER, "call_sid": "CAretry", "is_retry": true },
    ];
    let calls = fixture.collection("calls").await;
    calls.insert_many(rows).await.unwrap();
    fixture.store.migrate().await.unwrap();
    for (sid, call_id) in [("CAfirst", ONE), ("CAretry", OTHER)] {
        let found = found_by(&fixture, sid).await.unwrap();
        assert_eq!(found.call_id.to_string(), call_id);
    }
}

async fn found_by(fixture: &Fixture, sid: &str) -> Option<Call> {
    let sid: CallSid = sid.parse().unwrap();
    let found = CallRepository::find_by_sid(&fixture.store, &tenant(), &sid).await;
    found.unwrap()
}
