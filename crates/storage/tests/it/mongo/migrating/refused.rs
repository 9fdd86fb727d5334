//! Databases that this version must not migrate, or not now.

use atlas_storage::mongo::MigrationError;
use mongodb::bson::{DateTime, Document, doc, oid::ObjectId};

use super::Fixture;

#[tokio::test]
async fn a_file_that_was_changed_after_it_was_applied_is_refused_by_name() {
    let fixture = Fixture::fresh().await;
    fixture.store.migrate().await.unwrap();
    let record = fixture.database.collection::<Document>("atlas_migrations");
    let changed = doc! { "$set": { "checksum": "0".repeat(64) } };
    let second = doc! { "_id": 2 };
    record.update_one(second, changed).await.unwrap();
    let before = fixture.schema().await;
    let error = fixture.store.migrate().await.unwrap_err();
    assert!(
        matches!(&error, MigrationError::Changed { name } if name == "0002_old_unique_indexes"),
        "{error:?}"
    );
    assert!(error.to_string().contains("0002_old_unique_indexes"));
    assert_eq!(fixture.schema().await, before);
}

#[tokio::test]
async fn a_database_that_a_newer_atlas_migrated_is_refused_by_the_name_of_its_file() {
    let fixture = Fixture::fresh().await;
    fixture.store.migrate().await.unwrap();
    let record = fixture.database.collection::<Document>("atlas_migrations");
    let newer = doc! {
        "_id": 9001, "name": "9001_tomorrow", "checksum": "0".repeat(64),
        "applied_at": DateTime::now(),
    };
    record.insert_one(newer).await.unwrap();
    let error = fixture.store.migrate().await.unwrap_err();
    assert!(
        matches!(&error, MigrationError::Newer { name } if name == "9001_tomorrow"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_waits_while_another_migrates() {
    let fixture = Fixture::fresh().await;
    let record = fixture.database.collection::<Document>("atlas_migrations");
    let held = doc! {
        "_id": "lock", "holder": ObjectId::new(),
        "expires_at": DateTime::from_millis(i64::from(u32::MAX) * 1000),
    };
    record.insert_one(held).await.unwrap();
    let store = fixture.store.clone();
    let waiting = tokio::spawn(async move { store.migrate().await });
    // The lock is asked for ten times a second; a server that did not wait would be done by then.
    for _ in 0..200 {
        assert_eq!(record.count_documents(doc! {}).await.unwrap(), 1);
    }
    assert!(!waiting.is_finished());
    record.delete_one(doc! { "_id": "lock" }).await.unwrap();
    let report = waiting.await.unwrap().unwrap();
    assert_eq!(report.applied[0].name, "0001_collections");
}
