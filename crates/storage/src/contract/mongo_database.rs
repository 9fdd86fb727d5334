//! A Mongo database for one test.

use std::sync::Once;
use std::time::Duration;

use mongodb::Client;
use mongodb::bson::doc;
use mongodb::bson::oid::ObjectId;
use mongodb::options::ClientOptions;

/// The variable that names the server for tests, such as `mongodb://127.0.0.1:27017`.
pub const MONGO_TEST_URI: &str = "MONGO_TEST_URI";

/// How long to look for the server.
const SEARCH_TIMEOUT: Duration = Duration::from_secs(5);
static KEEP_OLD_ROWS: Once = Once::new();

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
            Ok(uri) if !uri.is_empty() => {
                KEEP_OLD_ROWS.call_once(|| run_beside(keep_old_rows(uri.clone())));
                Self {
                    uri,
                    name: format!("atlas_test_{}", ObjectId::new().to_hex()),
                }
            }
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
        run_beside(drop_database(self.uri.clone(), self.name.clone()));
    }
}

/// Runs `work` to its end in a thread of its own, because the test's runtime is busy with the very
/// call that this is part of. Its failure is nobody's: the test says what it has to say.
fn run_beside(work: impl Future<Output = mongodb::error::Result<()>> + Send + 'static) {
    let running = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        drop(runtime.map(|runtime| runtime.block_on(work)));
    });
    drop(running.join());
}

/// Stops the server from deleting what is over by its own clock: tests live in times of their own.
async fn keep_old_rows(uri: String) -> mongodb::error::Result<()> {
    let admin = connect(&uri).await?.database("admin");
    let off = doc! { "setParameter": 1, "ttlMonitorEnabled": false };
    admin.run_command(off).await?;
    Ok(())
}

async fn drop_database(uri: String, name: String) -> mongodb::error::Result<()> {
    connect(&uri).await?.database(&name).drop().await
}

async fn connect(uri: &str) -> mongodb::error::Result<Client> {
    let mut options = ClientOptions::parse(uri).await?;
    options.server_selection_timeout = Some(SEARCH_TIMEOUT);
    Client::with_options(options)
}
