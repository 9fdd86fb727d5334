//! A Mongo database for one test.

use std::time::Duration;

use mongodb::Client;
use mongodb::bson::oid::ObjectId;
use mongodb::options::ClientOptions;

/// The variable that names the server for tests, such as `mongodb://127.0.0.1:27017`.
pub const MONGO_TEST_URI: &str = "MONGO_TEST_URI";

/// How long to look for the server when the database is dropped.
const DROP_TIMEOUT: Duration = Duration::from_secs(5);

/// A database that no other test has, on the server that `MONGO_TEST_URI` names. It is dropped
/// with this value.
///
/// ```no_run
/// use atlas_storage::contract::MongoDatabase;
///
/// let database = MongoDatabase::fresh();
/// assert!(database.uri().starts_with("mongodb"));
/// assert!(database.name().starts_with("atlas_test_"));
/// ```
#[derive(Debug)]
pub struct MongoDatabase {
    uri: String,
    name: String,
}

impl MongoDatabase {
    /// A database of a new name.
    ///
    /// # Panics
    /// When `MONGO_TEST_URI` is not set: a test on Mongo that did not run must not look as if it
    /// had passed. `scripts/with-mongo` gives a command a server, `--skip mongo::` leaves these
    /// tests out.
    #[must_use]
    #[expect(
        clippy::disallowed_methods,
        clippy::panic,
        reason = "for tests, which have no settings and fail by panicking"
    )]
    pub fn fresh() -> Self {
        match std::env::var(MONGO_TEST_URI) {
            Ok(uri) if !uri.is_empty() => Self {
                uri,
                name: format!("atlas_test_{}", ObjectId::new().to_hex()),
            },
            Ok(_) | Err(_) => panic!(
                "{MONGO_TEST_URI} is not set: run the tests with scripts/with-mongo, \
                 or leave those on Mongo out with --skip mongo::"
            ),
        }
    }

    /// The connection string of its server.
    #[must_use]
    pub fn uri(&self) -> &str {
        &self.uri
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for MongoDatabase {
    fn drop(&mut self) {
        let (uri, name) = (self.uri.clone(), self.name.clone());
        // In a thread of its own, because the test's runtime is busy with this very drop.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            // What cannot be dropped is left behind: the test has said what it had to say.
            drop(runtime.map(|runtime| runtime.block_on(drop_database(&uri, &name))));
        });
        drop(dropping.join());
    }
}

async fn drop_database(uri: &str, name: &str) -> mongodb::error::Result<()> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(DROP_TIMEOUT);
    Client::with_options(options)?.database(name).drop().await
}
