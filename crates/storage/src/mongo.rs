//! The MongoDB back end: a replica set, any number of servers on one database.
//!
//! Every change is one atomic write of one document, so no promise needs a transaction. A call is
//! loaded, changed by [`atlas_domain::call::apply`] and written back guarded on the `revision` that
//! was loaded; who loses a race loads again. Events of one call that come at once share a write.
//! Writes are acknowledged by the majority, with journal, unless the connection string asks for
//! something else.
//!
//! Must be used inside a Tokio runtime with its timer enabled and its clock not paused: how long an
//! answer may take is counted in real time.

mod archive;
mod calls;
mod connect;
mod directory;
mod fault;
mod fields;
mod idempotency;
mod legacy;
mod listing;
mod migrate;
mod old_indexes;
mod options;
#[cfg(all(test, feature = "contract-tests"))]
mod query_plans;
mod recordings;
mod store;
mod users;

use std::sync::Arc;
use std::time::Duration;

use atlas_domain::TenantId;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Client, Collection, Database};
use secrecy::SecretString;
use tokio::runtime::Handle;
use tokio::sync::RwLock;

use self::calls::Queues;
use self::fault::{Fault, Outage, unavailable};
pub use self::migrate::{AppliedMigration, MigrationError, MigrationReport, Violation, Violations};
pub use self::options::MongoOptions;
use crate::StorageError;

/// The shape of the documents that Atlas writes; those of an older Atlas have none.
const SHAPE: i32 = 1;

/// All repositories over one MongoDB database. Clones share its connections.
///
/// ```no_run
/// use atlas_storage::mongo::{MongoOptions, MongoStore};
/// use secrecy::SecretString;
///
/// # async fn connect() -> Result<(), Box<dyn std::error::Error>> {
/// let uri = SecretString::from("mongodb://localhost:27017/?replicaSet=rs0");
/// let store = MongoStore::connect(&uri, "atlas", MongoOptions::default()).await?;
/// // Indexes and validators: what is unique rests on them.
/// store.migrate().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct MongoStore {
    inner: Arc<Inner>,
}

struct Inner {
    client: Client,
    database: Database,
    answer_timeout: Duration,
    /// Where the driver's connections live.
    runtime: Handle,
    /// Events that wait for their call.
    queues: Queues,
    /// What tells the pauses of this instance from those of others.
    jitter_seed: u64,
    /// Held for reading by everything that runs; written to once, by closing.
    open: RwLock<bool>,
}

impl MongoStore {
    /// Connects to the servers that `uri` names and checks that one of them answers. What the
    /// connection string says about the write concern, time limits, the pool, TLS and the like
    /// holds; what it leaves open is filled in as the module and [`MongoOptions`] say.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the connection string or the database's name cannot be
    /// read, or no server that can be written to answers in time. No error contains the user or
    /// the password.
    pub async fn connect(
        uri: &SecretString,
        database: &str,
        options: MongoOptions,
    ) -> Result<Self, StorageError> {
        let connected = connect::connect(uri, database, &options).await?;
        let store = Self::over(connected.client, database, connected.answer_timeout);
        store
            .bounded(async {
                let ping = store.inner.database.run_command(doc! { "ping": 1 });
                ping.await?;
                Ok(())
            })
            .await?;
        Ok(store)
    }

    /// A store that uses `client`.
    fn over(client: Client, database: &str, answer_timeout: Duration) -> Self {
        Self {
            inner: Arc::new(Inner {
                database: client.database(database),
                client,
                answer_timeout,
                runtime: Handle::current(),
                queues: Queues::default(),
                jitter_seed: jitter_seed(),
                open: RwLock::new(true),
            }),
        }
    }

    /// Runs `work` for as long as an answer may take, unless the store is closed.
    async fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, Fault>> + Send,
    ) -> Result<T, StorageError> {
        let limit = self.inner.answer_timeout;
        let answered = tokio::time::timeout(limit, async {
            let open = self.inner.open.read().await;
            if !*open {
                return Err(unavailable(Outage::Closed));
            }
            Ok(work.await?)
        });
        match answered.await {
            Ok(result) => result,
            Err(_) => Err(unavailable(Outage::NoAnswer(limit))),
        }
    }

    fn collection(&self, name: &'static str) -> Collection<Document> {
        self.inner.database.collection(name)
    }

    /// Waits for what runs, then lets the connections go.
    async fn shut_down(&self) {
        let mut open = self.inner.open.write().await;
        if *open {
            *open = false;
            // Nothing runs any more that it would have to wait for.
            self.inner.client.clone().shutdown().immediate(true).await;
        }
    }
}

impl std::fmt::Debug for MongoStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MongoStore")
            .field("database", &self.inner.database.name())
            .finish_non_exhaustive()
    }
}

/// A number that differs from process to process, and from store to store: the driver's own ids do.
fn jitter_seed() -> u64 {
    let id = ObjectId::new().bytes();
    id.iter()
        .fold(0, |seed, byte| seed.rotate_left(5) ^ u64::from(*byte))
}

/// The rows of a tenant: the start of every filter that reads many of them.
fn tenant_filter(tenant: &TenantId) -> Document {
    doc! { "tenant": { "$in": stored_tenants(tenant) } }
}

/// Whether a row that is found by its id belongs to a tenant. It says the same as
/// [`tenant_filter`], in words that start no index: a planner that is offered both the id and the
/// tenant may begin with all rows of the tenant.
fn checked_for_tenant(tenant: &TenantId) -> Document {
    doc! { "tenant": { "$not": { "$nin": stored_tenants(tenant) } } }
}

/// What the field `tenant` of a tenant's rows has. Rows of an older Atlas have none, which means
/// the default tenant.
fn stored_tenants(tenant: &TenantId) -> Vec<Bson> {
    let name = Bson::String(tenant.as_str().to_owned());
    if *tenant == TenantId::default() {
        vec![name, Bson::Null]
    } else {
        vec![name]
    }
}
