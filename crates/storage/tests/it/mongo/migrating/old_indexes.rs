//! Indexes that an older Atlas, or somebody by hand, left behind.

use mongodb::bson::{Document, doc};

use super::Fixture;

#[tokio::test]
async fn unique_indexes_of_an_older_atlas_are_dropped_whatever_they_are_called() {
    let fixture = Fixture::fresh().await;
    let old = [
        ("users", doc! { "email": 1 }, "email_1"),
        ("users", doc! { "external_id": 1 }, "uniq_external_id"),
        ("calls", doc! { "call_sid": 1.0 }, "uniq_call_sid"),
        ("calls", doc! { "twilio_sid": 1 }, "somebody's own name"),
        ("recordings", doc! { "twilio_sid": 1 }, "twilio_sid_1"),
    ];
    for (collection, key, name) in &old {
        let index = doc! { "key": key, "name": *name, "unique": true };
        create(&fixture, collection, index).await;
    }
    fixture.store.migrate().await.unwrap();
    for (collection, _, name) in old {
        let left = fixture.indexes_of(collection).await;
        assert!(!left.contains(&name.to_owned()), "{left:?}");
    }
    // Rows without the field can be stored again, any number of them.
    for _ in 0..2 {
        let phantoms = fixture.database.collection::<Document>("calls");
        phantoms
            .insert_one(doc! { "status": "busy" })
            .bypass_document_validation(true)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn other_old_indexes_stay() {
    let fixture = Fixture::fresh().await;
    let old = [
        ("users", doc! { "phone": 1 }, "idx_phone"),
        (
            "calls",
            doc! { "user_id": 1, "started_at": 1 },
            "idx_user_started_at",
        ),
        ("transcripts", doc! { "call_sid": 1 }, "call_sid_1"),
    ];
    for (collection, key, name) in &old {
        create(&fixture, collection, doc! { "key": key, "name": *name }).await;
    }
    fixture.store.migrate().await.unwrap();
    for (collection, _, name) in old {
        let left = fixture.indexes_of(collection).await;
        assert!(left.contains(&name.to_owned()), "{left:?}");
    }
}

#[tokio::test]
async fn indexes_with_our_keys_or_our_names_make_room() {
    let expected = Fixture::fresh().await;
    expected.store.migrate().await.unwrap();

    let fixture = Fixture::fresh().await;
    let in_the_way = [
        // Our keys under another name.
        (
            "calls",
            doc! { "key": { "call_id": 1 }, "name": "call_id_1", "sparse": true },
        ),
        ("calls", doc! { "key": { "sids": 1.0 }, "name": "sids_1" }),
        // Our name with other keys.
        (
            "calls",
            doc! { "key": { "status": 1 }, "name": "calls_status" },
        ),
        // Our keys and name with other options.
        (
            "users",
            doc! { "key": { "tenant": 1, "email_key": 1 }, "name": "users_email_key" },
        ),
    ];
    for (collection, index) in in_the_way {
        create(&fixture, collection, index).await;
    }
    fixture.store.migrate().await.unwrap();
    for collection in ["calls", "users", "recordings"] {
        let indexes = fixture.indexes_of(collection).await;
        assert_eq!(indexes, expected.indexes_of(collection).await);
    }
}

#[tokio::test]
async fn indexes_that_only_help_to_take_old_rows_over_are_gone_afterwards() {
    let fixture = Fixture::fresh().await;
    fixture.store.migrate().await.unwrap();
    let indexes = fixture.indexes_of("calls").await;
    assert!(indexes.iter().any(|name| name == "calls_shape"));
    let left = indexes.iter().filter(|name| name.starts_with("calls_old_"));
    assert_eq!(left.collect::<Vec<_>>(), Vec::<&String>::new());
}

async fn create(fixture: &Fixture, collection: &str, index: Document) {
    let command = doc! { "createIndexes": collection, "indexes": [index] };
    fixture.database.run_command(command).await.unwrap();
}
