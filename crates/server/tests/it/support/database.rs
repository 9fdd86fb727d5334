//! The server's database, as a test handles it: to look into it, make it slow, or take it away.

mod mongo;
mod proxy;
mod sqlite;

use mongo::MongoBehindProxy;
use sqlite::SqliteFile;

use super::TestStore;

pub(crate) use proxy::MongoProxy;

/// The database of a server under test.
pub(crate) struct Database(Kind);

enum Kind {
    Sqlite(SqliteFile),
    Mongo(MongoBehindProxy),
}

impl Database {
    /// The database of a server that is yet to be started with [`variables`](Self::variables).
    pub(crate) async fn of(store: TestStore) -> Self {
        Self(match store {
            TestStore::Sqlite(folder) => Kind::Sqlite(SqliteFile::new(folder)),
            TestStore::Mongo(database) => Kind::Mongo(MongoBehindProxy::start(database).await),
        })
    }

    /// The variables by which the server finds it.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        match &self.0 {
            Kind::Sqlite(file) => file.variables(),
            Kind::Mongo(mongo) => mongo.variables(),
        }
    }

    /// Takes it away: what the server reads or writes fails.
    pub(crate) fn take_away(&self) {
        match &self.0 {
            Kind::Sqlite(file) => file.take_away(),
            Kind::Mongo(mongo) => mongo.proxy.refuse(),
        }
    }

    /// Puts it back.
    pub(crate) fn put_back(&self) {
        match &self.0 {
            Kind::Sqlite(file) => file.put_back(),
            Kind::Mongo(mongo) => mongo.proxy.pass(),
        }
    }

    /// What the server writes waits, what it reads does not.
    pub(crate) fn lock(&self) {
        match &self.0 {
            Kind::Sqlite(file) => file.lock(),
            Kind::Mongo(mongo) => mongo.proxy.hold_writes(),
        }
    }

    /// What waited is written.
    pub(crate) fn unlock(&self) {
        match &self.0 {
            Kind::Sqlite(file) => file.unlock(),
            Kind::Mongo(mongo) => mongo.proxy.pass(),
        }
    }

    /// Writes something into a call that no Atlas ever wrote.
    pub(crate) async fn spoil(&self, call_id: &str) {
        match &self.0 {
            Kind::Sqlite(file) => file.spoil(call_id),
            Kind::Mongo(mongo) => mongo.spoil(call_id).await,
        }
    }

    /// How many there are of `calls`, `dials`, `attempts`, `users`, `recordings` or
    /// `idempotency_keys`.
    pub(crate) async fn count(&self, what: &str) -> u64 {
        match &self.0 {
            Kind::Sqlite(file) => file.count(what),
            Kind::Mongo(mongo) => mongo.count(what).await,
        }
    }
}
