//! Bringing a database up to date: from nothing, again, from several servers at once, after a
//! crash, and when it must not be done.

mod old_indexes;
mod refused;
mod violations;

use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MigrationReport, MongoOptions, MongoStore};
use mongodb::bson::{Document, doc};
use mongodb::{Client, Database};
use tokio::task::JoinSet;

/// A database of the test's own, a store over it, and a client beside the store.
struct Fixture {
    store: MongoStore,
    database: Database,
    // Dropped last, with the database.
    own: MongoDatabase,
}

impl Fixture {
    async fn fresh() -> Self {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        Self {
            store: connect(&own).await,
            database: client.database(own.name()),
            own,
        }
    }

    async fn indexes_of(&self, collection: &str) -> Vec<String> {
        let rows = self.database.collection::<Document>(collection);
        let mut names = rows.list_index_names().await.unwrap();
        names.sort();
        names
    }

    /// Everything that migrating made, but for times: collections with their options, indexes,
    /// and the record.
    async fn schema(&self) -> Vec<Document> {
        let mut schema = Vec::new();
        let listed = doc! { "listCollections": 1 };
        let mut collections = self.database.run_cursor_command(listed).await.unwrap();
        while collections.advance().await.unwrap() {
            let collection: Document = collections.deserialize_current().unwrap();
            let name = collection.get_str("name").unwrap().to_owned();
            let options = collection.get_document("options").unwrap().clone();
            schema.push(doc! { "name": &name, "options": options });
            let listed = doc! { "listIndexes": &name };
            let mut indexes = self.database.run_cursor_command(listed).await.unwrap();
            while indexes.advance().await.unwrap() {
                let index: Document = indexes.deserialize_current().unwrap();
                schema.push(doc! { "collection": &name, "index": index });
            }
        }
        let record = self.database.collection::<Document>("atlas_migrations");
        let mut rows = record.find(doc! {}).await.unwrap();
        while rows.advance().await.unwrap() {
            let mut row: Document = rows.deserialize_current().unwrap();
            row.remove("applied_at").unwrap();
            schema.push(row);
        }
        schema.sort_by_cached_key(ToString::to_string);
        schema
    }
}

async fn connect(database: &MongoDatabase) -> MongoStore {
    let uri = database.uri().into();
    MongoStore::connect(&uri, database.name(), MongoOptions::default())
        .await
        .unwrap()
}

fn applied(report: &MigrationReport) -> Vec<&str> {
    report.applied.iter().map(|file| &*file.name).collect()
}

#[tokio::test]
async fn migrating_a_new_database_twice_does_everything_once() {
    let fixture = Fixture::fresh().await;
    let first = fixture.store.migrate().await.unwrap();
    assert_eq!(first.present, Vec::<String>::new());
    assert_eq!(applied(&first)[0], "0001_collections");
    let schema = fixture.schema().await;
    let calls = fixture.indexes_of("calls").await;
    assert!(calls.contains(&"calls_call_id".to_owned()), "{calls:?}");

    let second = fixture.store.migrate().await.unwrap();
    assert_eq!(second.present, applied(&first));
    assert_eq!(second.applied, Vec::new());
    assert_eq!(fixture.schema().await, schema);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_migrate_at_once_do_everything_once_between_them() {
    let expected = Fixture::fresh().await;
    let files = expected.store.migrate().await.unwrap().applied;
    let schema = expected.schema().await;
    for _ in 0..3 {
        let fixture = Fixture::fresh().await;
        let mut servers = JoinSet::new();
        for _ in 0..4 {
            let store = connect(&fixture.own).await;
            servers.spawn(async move { store.migrate().await.unwrap() });
        }
        let reports = servers.join_all().await;
        let done: Vec<_> = reports.iter().flat_map(|report| &report.applied).collect();
        assert_eq!(done, files.iter().collect::<Vec<_>>());
        assert_eq!(fixture.schema().await, schema);
    }
}

#[tokio::test]
async fn a_run_that_was_cut_off_anywhere_is_finished_by_the_next() {
    let expected = Fixture::fresh().await;
    let files = expected.store.migrate().await.unwrap().applied;
    let schema = expected.schema().await;
    // Cut off after a file was applied and before it was noted, with the lock left behind.
    let record = expected.database.collection::<Document>("atlas_migrations");
    for lost in 0..files.len() {
        let number = i32::try_from(lost).unwrap();
        let not_noted = doc! { "_id": { "$gt": number } };
        record.delete_many(not_noted).await.unwrap();
        let held = doc! { "$set": {
            "holder": mongodb::bson::oid::ObjectId::new(),
            "expires_at": mongodb::bson::DateTime::from_millis(0),
        } };
        let lock = doc! { "_id": "lock" };
        record.update_one(lock, held).upsert(true).await.unwrap();
        let report = expected.store.migrate().await.unwrap();
        assert_eq!(report.applied, files[lost..]);
        assert_eq!(expected.schema().await, schema);
    }
}

#[tokio::test]
async fn a_run_that_was_cut_off_between_two_indexes_is_finished_by_the_next() {
    let expected = Fixture::fresh().await;
    expected.store.migrate().await.unwrap();
    let schema = expected.schema().await;

    let fixture = Fixture::fresh().await;
    let users = fixture.database.collection::<Document>("users");
    users.insert_one(doc! {}).await.unwrap();
    users.delete_many(doc! {}).await.unwrap();
    let index = mongodb::IndexModel::builder()
        .keys(doc! { "tenant": 1, "phone_number": 1 })
        .options(
            mongodb::options::IndexOptions::builder()
                .name("users_phone_number".to_owned())
                .build(),
        )
        .build();
    users.create_index(index).await.unwrap();
    fixture.store.migrate().await.unwrap();
    assert_eq!(fixture.schema().await, schema);
}
