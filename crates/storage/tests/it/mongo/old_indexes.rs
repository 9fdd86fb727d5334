//! The unique indexes of an older Atlas, before a database is migrated.

use atlas_domain::call::{AskedBy, CallEvent, Effect, Placed};
use atlas_domain::{DialNo, NewUser, ObjectId, UserId};
use atlas_storage::contract::MongoDatabase;
use atlas_storage::{CallRepository, StorageError, Unique, UserRepository};
use mongodb::bson::{Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Client, Collection, IndexModel};

use super::sharing::{accepted, apply, at, call, call_id, connect, tenant};

#[tokio::test]
async fn an_old_unique_index_that_counts_what_is_missing_stops_nobody() {
    let database = MongoDatabase::fresh();
    let store = connect(&database).await;
    let calls = with_unique_indexes(&database, "calls", &["call_sid", "twilio_sid"]).await;
    for number in 1..=3 {
        CallRepository::insert(&store, &tenant(), &call(number))
            .await
            .unwrap();
    }
    let lost = CallEvent::Placed {
        dial_no: DialNo::FIRST,
        outcome: Placed::Unknown,
        asked_by: AskedBy::Worker,
    };
    for number in 1..=3 {
        assert_eq!(apply(&store, number, &lost).await, Effect::Changed);
    }
    apply(&store, 1, &accepted(DialNo::FIRST, 1)).await;
    let taken = CallRepository::apply(
        &store,
        &tenant(),
        call_id(2),
        &accepted(DialNo::FIRST, 1),
        at(5),
    )
    .await;
    assert!(
        matches!(taken, Err(StorageError::Duplicate(Unique::CallSid))),
        "{taken:?}"
    );
    store.migrate().await.unwrap();
    apply(&store, 2, &accepted(DialNo::FIRST, 2)).await;
    assert_eq!(
        apply(&store, 3, &CallEvent::HangUpRequested).await,
        Effect::Changed
    );
    for number in 1..=3 {
        let found = CallRepository::find(&store, &tenant(), call_id(number))
            .await
            .unwrap()
            .unwrap();
        let sid = found.twilio_sid().map(ToString::to_string);
        assert_eq!(sid, (number < 3).then(|| format!("CA{number}")));
    }
    // Nothing stands in for the SID any more.
    let third = doc! { "call_id": call_id(3).to_string() };
    let third = calls.find_one(third).await.unwrap().unwrap();
    assert!(!third.contains_key("call_sid") && !third.contains_key("twilio_sid"));
}

#[tokio::test]
async fn users_without_an_external_id_are_stored_beside_an_old_unique_index_on_it() {
    let database = MongoDatabase::fresh();
    let store = connect(&database).await;
    with_unique_indexes(&database, "users", &["external_id"]).await;
    for number in 1..=3 {
        let new = NewUser {
            name: "Ann".parse().unwrap(),
            email: format!("ann{number}@example.com").parse().unwrap(),
            phone_number: "+15550100042".parse().unwrap(),
            external_id: None,
        };
        let id = UserId::new(ObjectId::from_parts(at(0), [number; 8]));
        let user = new.into_user(id, at(0));
        UserRepository::insert(&store, &tenant(), &user)
            .await
            .unwrap();
        let found = UserRepository::find(&store, &tenant(), id).await;
        assert_eq!(found.unwrap(), Some(user));
    }
}

/// A collection as an older Atlas left it, with unique indexes that count a missing field.
async fn with_unique_indexes(
    database: &MongoDatabase,
    collection: &str,
    fields: &[&str],
) -> Collection<Document> {
    let client = Client::with_uri_str(database.uri()).await.unwrap();
    let rows: Collection<Document> = client.database(database.name()).collection(collection);
    for name in fields {
        let options = IndexOptions::builder().unique(true).build();
        let index = IndexModel::builder()
            .keys(doc! { *name: 1 })
            .options(options);
        rows.create_index(index.build()).await.unwrap();
    }
    rows
}
