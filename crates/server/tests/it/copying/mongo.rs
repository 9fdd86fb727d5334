//! To a Mongo database, and back.

mod old;

use atlas_storage::Store as _;
use atlas_storage::contract::MongoDatabase;
use atlas_storage::mongo::{MongoOptions, MongoStore};
use secrecy::SecretString;

use super::{Files, assert_copied, assert_same, copy, fill_file, open};
use crate::support::Program;

/// The argument that names a database, by the path of its connection string.
fn place(database: &MongoDatabase) -> String {
    let (servers, options) = match database.uri().split_once('?') {
        Some((servers, options)) => (servers, format!("?{options}")),
        None => (database.uri(), String::new()),
    };
    let servers = servers.trim_end_matches('/');
    format!("{servers}/{}{options}", database.name())
}

async fn connect(database: &MongoDatabase) -> MongoStore {
    let uri = SecretString::from(database.uri());
    let options = MongoOptions {
        answer_timeout: std::time::Duration::from_secs(30),
    };
    MongoStore::connect(&uri, database.name(), options)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_file_is_copied_to_mongo_and_back_and_all_three_are_the_same() {
    let (files, database) = (Files::new(), MongoDatabase::fresh());
    fill_file(&files.path("one.db")).await;
    assert_copied(&copy(&files.place("one.db"), &place(&database)).await);
    assert_copied(&copy(&place(&database), &files.place("two.db")).await);
    let (one, two) = (open(&files.path("one.db")), open(&files.path("two.db")));
    let mongo = connect(&database).await;
    assert_same(&one, &mongo).await;
    assert_same(&one, &two).await;
}

#[tokio::test]
async fn a_copy_that_was_killed_is_finished_by_the_next() {
    let (files, database) = (Files::new(), MongoDatabase::fresh());
    fill_file(&files.path("one.db")).await;
    let (from, to) = (files.place("one.db"), place(&database));
    let arguments = ["copy", "--from", &from, "--to", &to];
    let mongo = connect(&database).await;
    let running = Program::start(&arguments, &[]);
    let mut seen = 0;
    while seen < 300 {
        seen = count_calls(&mongo).await;
    }
    running.kill().await;
    let one = open(&files.path("one.db"));
    let all = count_calls(&one).await;
    one.close().await;
    let there = count_calls(&mongo).await;
    assert!(there < all, "it was killed too late: {there} of {all}");
    assert_copied(&copy(&from, &to).await);
    let one = open(&files.path("one.db"));
    assert_same(&one, &mongo).await;
    one.close().await;
    let again = copy(&from, &to).await;
    assert_copied(&again);
    let unchanged = format!("calls: 0 new, 0 replaced by a later state, {all} there already");
    assert!(again.stdout.contains(&unchanged), "{}", again.stdout);
}

async fn count_calls(house: &dyn atlas_storage::House) -> u64 {
    house.calls().count().await.unwrap()
}

#[tokio::test]
async fn the_store_of_the_settings_is_copied_to() {
    let (files, database) = (Files::new(), MongoDatabase::fresh());
    let one = open(&files.path("one.db"));
    let calls = vec![atlas_storage::contract::rows::generated_call(5)];
    atlas_storage::House::calls(&one)
        .import(calls)
        .await
        .unwrap();
    one.close().await;
    let arguments = ["copy", "--from", &files.place("one.db"), "--to", "settings"];
    let variables = [("MONGO_URI", database.uri()), ("MONGO_DB", database.name())];
    assert_copied(&Program::run(&arguments, &variables).await);
    let one = open(&files.path("one.db"));
    assert_same(&one, &connect(&database).await).await;
}
