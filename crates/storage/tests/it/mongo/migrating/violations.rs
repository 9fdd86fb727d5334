//! Rows that violate a unique index: reported with their ids, and migrated once repaired.

use atlas_storage::mongo::{MigrationError, Violation};
use mongodb::bson::{Document, doc, oid::ObjectId};

use super::Fixture;

#[tokio::test]
async fn rows_that_share_a_unique_value_stop_the_migration_until_they_are_repaired() {
    let fixture = Fixture::fresh().await;
    let users = fixture.database.collection::<Document>("users");
    let user = |external_id: &str| {
        doc! { "_id": ObjectId::new(), "tenant": "default", "external_id": external_id, "shape": 1 }
    };
    let rows = [
        user("crm-1"),
        user("crm-1"),
        user("crm-2"),
        user("crm-3"),
        user("crm-3"),
    ];
    users.insert_many(&rows).await.unwrap();

    let error = fixture.store.migrate().await.unwrap_err();
    let found = violations_of(&error);
    assert_eq!(found.len(), 1, "{error}");
    assert_eq!(found[0].index, "users_external_id");
    assert_eq!(found[0].fields, ["tenant", "external_id"]);
    assert_eq!((found[0].shared_values, found[0].rows), (2, 4));
    let mut groups = found[0].groups.clone();
    groups.iter_mut().for_each(|ids| ids.sort());
    groups.sort();
    let id = |index: usize| rows[index].get_object_id("_id").unwrap().to_hex();
    assert_eq!(groups, [[id(0), id(1)], [id(3), id(4)]]);
    let text = error.to_string();
    for part in ["users_external_id", &id(0), &id(4), "migrate again"] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    assert!(!text.contains("crm-"), "{text}");

    for repaired in [&rows[0], &rows[3]] {
        let row = doc! { "_id": repaired.get_object_id("_id").unwrap() };
        let forget = doc! { "$unset": { "external_id": "" } };
        users.update_one(row, forget).await.unwrap();
    }
    fixture.store.migrate().await.unwrap();
    let indexes = fixture.indexes_of("users").await;
    assert!(
        indexes.contains(&"users_external_id".to_owned()),
        "{indexes:?}"
    );
}

#[tokio::test]
async fn a_sid_in_two_calls_is_a_violation_and_twice_in_one_call_is_none() {
    let fixture = Fixture::fresh().await;
    let calls = fixture.database.collection::<Document>("calls");
    let call = |sids: &[&str]| {
        doc! {
            "_id": ObjectId::new(), "tenant": "default", "sids": sids, "shape": 1,
            "call_id": uuid_text(),
        }
    };
    let twice_in_one = call(&["CA1", "CA1"]);
    let rows = [
        twice_in_one,
        call(&["CA2", "CA3"]),
        call(&["CA4", "CA3"]),
        call(&[]),
    ];
    calls.insert_many(&rows).await.unwrap();
    let error = fixture.store.migrate().await.unwrap_err();
    let found = violations_of(&error);
    assert_eq!(found.len(), 1, "{error}");
    assert_eq!(found[0].index, "calls_sids");
    assert_eq!((found[0].shared_values, found[0].rows), (1, 2));
    let row = doc! { "_id": rows[2].get_object_id("_id").unwrap() };
    let one_left = doc! { "$pull": { "sids": "CA3" } };
    calls.update_one(row, one_left).await.unwrap();
    fixture.store.migrate().await.unwrap();
}

#[tokio::test]
async fn of_many_violating_rows_a_few_are_named_and_all_are_counted() {
    let fixture = Fixture::fresh().await;
    let recordings = fixture.database.collection::<Document>("recordings");
    // 30 SIDs, each of 12 rows, and rows without one.
    let rows: Vec<_> = (0..30 * 12)
        .map(
            |row| doc! { "tenant": "default", "twilio_sid": format!("RE{}", row % 30), "shape": 1 },
        )
        .chain((0..9).map(|_| doc! { "tenant": "default", "shape": 1 }))
        .collect();
    recordings.insert_many(rows).await.unwrap();
    let error = fixture.store.migrate().await.unwrap_err();
    let found = violations_of(&error);
    assert_eq!((found[0].shared_values, found[0].rows), (30, 360));
    assert_eq!(found[0].groups.len(), 20);
    assert!(found[0].groups.iter().all(|ids| ids.len() == 10));
    assert!(error.to_string().contains("and more"), "{error}");
}

fn violations_of(error: &MigrationError) -> &[Violation] {
    match error {
        MigrationError::Violations { violations, .. } => &violations.0,
        MigrationError::Changed { .. }
        | MigrationError::Newer { .. }
        | MigrationError::Malformed { .. }
        | MigrationError::Step { .. }
        | MigrationError::Overtaken { .. }
        | MigrationError::TakenOver
        | MigrationError::Record(_) => &[],
    }
}

/// A text that is a UUID and no other row's.
fn uuid_text() -> String {
    let id = ObjectId::new().to_hex();
    format!(
        "00000000-{}-{}-{}-{}",
        &id[..4],
        &id[4..8],
        &id[8..12],
        &id[12..]
    )
}
