//! The contract, each clause on a database of its own.

use std::sync::Arc;
use std::time::Duration;

use atlas_storage::contract::moving::Home;
use atlas_storage::contract::{Backend, MongoDatabase};
use atlas_storage::mongo::{MongoOptions, MongoStore};
use secrecy::SecretString;

/// A store on a new database, which goes away with it.
async fn fresh() -> Backend {
    let (store, database) = migrated().await;
    Backend::new(store, database)
}

atlas_storage::contract_tests!(fresh);

async fn migrated() -> (MongoStore, MongoDatabase) {
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
    (store, database)
}

async fn home() -> Home {
    let (store, database) = migrated().await;
    Home {
        house: Arc::new(store.clone()),
        store: Backend::new(store, database),
    }
}

mod moving {
    use super::home;

    atlas_storage::moving_tests!(home, home);
}

mod moving_to_sqlite {
    use super::home;
    use crate::sqlite::home as sqlite_home;

    atlas_storage::moving_tests!(home, sqlite_home);
}

mod moving_from_sqlite {
    use super::home;
    use crate::sqlite::home as sqlite_home;

    atlas_storage::moving_tests!(sqlite_home, home);
}
