//! The contract, each clause on a database of its own.

use std::time::Duration;

use atlas_storage::contract::{Backend, MongoDatabase};
use atlas_storage::mongo::{MongoOptions, MongoStore};
use secrecy::SecretString;

/// A store on a new database, which goes away with it.
async fn fresh() -> Backend {
    let database = MongoDatabase::fresh();
    // All clauses share one server, and the machine.
    let options = MongoOptions {
        answer_timeout: Duration::from_secs(30),
    };
    let uri = SecretString::from(database.uri());
    let store = MongoStore::connect(&uri, database.name(), options)
        .await
        .unwrap();
    store.migrate().await.unwrap();
    Backend::new(store, database)
}

atlas_storage::contract_tests!(fresh);
