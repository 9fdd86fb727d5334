//! On a Mongo server.

use atlas_storage::contract::MongoDatabase;
use mongodb::bson::{Document, doc};
use mongodb::{Client, Database};

use super::{assert_done, assert_refused, migrate};
use crate::support::{Ended, Program};

/// A database of the test's own, and the variables by which the program finds it.
struct Fixture {
    database: Database,
    own: MongoDatabase,
}

impl Fixture {
    async fn fresh() -> Self {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        Self {
            database: client.database(own.name()),
            own,
        }
    }

    fn variables(&self) -> [(&str, &str); 2] {
        [("MONGO_URI", self.own.uri()), ("MONGO_DB", self.own.name())]
    }

    async fn migrate(&self) -> Ended {
        migrate(&self.variables()).await
    }

    fn up_to_date(&self) -> String {
        format!("MongoDB database {} is up to date", self.own.name())
    }

    /// The collections with their options, and the indexes.
    async fn schema(&self) -> Vec<String> {
        let mut schema = Vec::new();
        let listed = doc! { "listCollections": 1 };
        let mut collections = self.database.run_cursor_command(listed).await.unwrap();
        while collections.advance().await.unwrap() {
            let collection: Document = collections.deserialize_current().unwrap();
            let name = collection.get_str("name").unwrap();
            schema.push(format!("{name} {:?}", collection.get("options")));
            let listed = doc! { "listIndexes": name };
            let mut indexes = self.database.run_cursor_command(listed).await.unwrap();
            while indexes.advance().await.unwrap() {
                let index: Document = indexes.deserialize_current().unwrap();
                schema.push(format!("{name} {index}"));
            }
        }
        schema.sort();
        schema
    }

    fn record(&self) -> mongodb::Collection<Document> {
        self.database.collection("atlas_migrations")
    }
}

#[tokio::test]
async fn migrating_twice_says_what_was_done_and_what_was_there() {
    let fixture = Fixture::fresh().await;
    let first = fixture.migrate().await;
    assert!(first.status.success(), "{}", first.stderr);
    assert!(
        first.stdout.starts_with("0001_collections applied\n"),
        "{}",
        first.stdout
    );
    let schema = fixture.schema().await;
    let expected = first.stdout.replace(" applied\n", " was applied before\n");
    let second = fixture.migrate().await;
    assert_done(&second, &expected.lines().collect::<Vec<_>>());
    assert_eq!(second.stdout.lines().last(), Some(&*fixture.up_to_date()));
    assert_eq!(fixture.schema().await, schema);
}

#[tokio::test]
async fn two_processes_at_once_come_to_the_same_as_one() {
    let alone = Fixture::fresh().await;
    let said = alone.migrate().await.stdout;
    let schema = alone.schema().await;
    let names: Vec<_> = said
        .lines()
        .filter_map(|line| line.strip_suffix(" applied"))
        .collect();
    for _ in 0..10 {
        let fixture = Fixture::fresh().await;
        let (one, other) = tokio::join!(fixture.migrate(), fixture.migrate());
        assert!(one.status.success(), "{}", one.stderr);
        assert!(other.status.success(), "{}", other.stderr);
        for name in &names {
            let line = format!("{name} applied");
            let told = [&one, &other].map(|ended| ended.stdout.lines().any(|said| said == line));
            assert_eq!(told.iter().filter(|told| **told).count(), 1, "{name}");
        }
        assert_eq!(fixture.schema().await, schema);
    }
}

#[tokio::test]
async fn a_process_that_is_killed_is_finished_by_the_next() {
    let whole = Fixture::fresh().await;
    whole.migrate().await;
    let schema = whole.schema().await;
    let files = whole.record().count_documents(doc! {}).await.unwrap();
    for noted in 0..files {
        let fixture = Fixture::fresh().await;
        let process = Program::start(&["migrate"], &fixture.variables());
        while fixture
            .record()
            .count_documents(doc! { "_id": { "$ne": "lock" } })
            .await
            .unwrap()
            < noted
        {}
        process.kill().await;
        let ended = fixture.migrate().await;
        assert!(ended.status.success(), "{}", ended.stderr);
        assert_eq!(fixture.schema().await, schema);
    }
}

#[tokio::test]
async fn a_changed_file_and_a_newer_one_are_refused_by_name() {
    let fixture = Fixture::fresh().await;
    fixture.migrate().await;
    let newer = doc! { "_id": 9001, "name": "9001_tomorrow", "checksum": "" };
    fixture.record().insert_one(newer).await.unwrap();
    assert_refused(
        &fixture.migrate().await,
        "9001_tomorrow was applied by a newer Atlas",
    );
    let changed = doc! { "$set": { "checksum": "0".repeat(64) } };
    let first = doc! { "_id": 1 };
    fixture.record().update_one(first, changed).await.unwrap();
    let why = "0001_collections was changed after it had been applied";
    assert_refused(&fixture.migrate().await, why);
    let serve = Program::run(&["serve"], &fixture.variables()).await;
    assert!(!serve.status.success());
    assert!(serve.stderr.contains(why), "{}", serve.stderr);
}

#[tokio::test]
async fn rows_that_violate_an_index_are_named_and_served_without_migrating() {
    let fixture = Fixture::fresh().await;
    let users = fixture.database.collection::<Document>("users");
    let user = |email: &str| {
        doc! {
            "tenant": "default", "name": "Ann", "email": email, "email_key": "ann@example.com",
            "phone_number": "+15550100042", "shape": 1,
        }
    };
    let rows = [user("ann@example.com"), user("Ann@example.com")];
    let ids = users.insert_many(rows).await.unwrap().inserted_ids;
    let id = |row: usize| ids[&row].as_object_id().unwrap().to_hex();
    let ended = fixture.migrate().await;
    assert_refused(&ended, "users_email_key");
    for part in [&id(0), &id(1), "--no-migrate"] {
        assert!(ended.stderr.contains(part), "{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("example.com"), "{}", ended.stderr);

    let mut variables = fixture.variables().to_vec();
    variables.extend([("PORT", "0"), ("BASE_URL", "http://localhost:8000")]);
    let mut serving = Program::start(&["serve", "--no-migrate"], &variables);
    serving.says("Atlas is listening").await;
    serving.kill().await;

    let keep_one = doc! { "email": "Ann@example.com" };
    users.delete_one(keep_one).await.unwrap();
    let ended = fixture.migrate().await;
    assert!(ended.status.success(), "{}", ended.stderr);
}
