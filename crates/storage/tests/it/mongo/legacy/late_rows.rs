//! Rows that an older service stores while or after the database is brought up to date.

use mongodb::bson::{Bson, doc};

use super::Fixture;

#[tokio::test]
async fn rows_that_came_after_the_migration_are_taken_over_by_the_next() {
    let fixture = Fixture::written().await;
    assert_eq!(fixture.store.migrate().await.unwrap().late_rows, 0);
    let late = [
        (
            "users",
            doc! { "name": "Late", "email": "late@example.com" },
        ),
        (
            "calls",
            doc! {
                "call_id": "0d3a5a70-93b4-4c6b-8f3f-0a8f4f6d1e01",
                "call_sid": "CAlate", "status": "completed",
            },
        ),
        ("recordings", doc! { "twilio_sid": "RElate" }),
    ];
    for (collection, row) in &late {
        let rows = fixture.collection(collection).await;
        // As if the validators had come a moment later.
        let stored = rows.insert_one(row).bypass_document_validation(true).await;
        stored.unwrap();
    }
    let report = fixture.store.migrate().await.unwrap();
    assert_eq!((report.late_rows, report.applied.len()), (3, 0));
    for (collection, row) in late {
        let rows = fixture.collection(collection).await;
        let row = rows.find_one(row).await.unwrap().unwrap();
        assert_eq!(row.get("shape"), Some(&Bson::Int32(1)), "{row}");
    }
    assert_eq!(fixture.store.migrate().await.unwrap().late_rows, 0);
}
