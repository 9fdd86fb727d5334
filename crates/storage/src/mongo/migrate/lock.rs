//! The lock that one migrating server holds: a row with a holder and an expiry.
//!
//! It is renewed while the holder works, so who dies leaves it free a few seconds later. It saves
//! work; what is promised rests on every step being safe to repeat.

use std::time::Duration;

use mongodb::bson::oid::ObjectId;
use mongodb::bson::{DateTime, Document, doc};
use mongodb::{Collection, Database};

use super::{MigrationError, applied};
use crate::mongo::fault::{Fault, Outage, unavailable};

/// The `_id` of its row.
pub(super) const ID: &str = "lock";
/// How long it holds without being renewed.
const HOLDS: Duration = Duration::from_secs(6);
const RENEWED_EVERY: Duration = Duration::from_secs(2);
/// How long to wait before looking again whether it is free.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(100);

pub(super) struct Lock {
    database: Database,
    holder: ObjectId,
}

impl Lock {
    /// Waits until nobody else holds the lock, and takes it.
    pub(super) async fn take(database: &Database) -> Result<Self, MigrationError> {
        let lock = Self {
            database: database.clone(),
            holder: ObjectId::new(),
        };
        while !lock.extend().await? {
            tokio::time::sleep(LOOKED_AT_EVERY).await;
        }
        Ok(lock)
    }

    /// Does `work`, renewing the lock meanwhile; stops it when another holds the lock by then.
    pub(super) async fn keep_while<T>(
        &self,
        work: impl Future<Output = Result<T, MigrationError>>,
    ) -> Result<T, MigrationError> {
        tokio::select! {
            done = work => done,
            lost = self.renew_until_lost() => Err(lost),
        }
    }

    /// Lets others have it. When that fails, it runs out by itself.
    pub(super) async fn release(self) {
        let mine = doc! { "_id": ID, "holder": self.holder };
        let _released = self.rows().delete_one(mine).await;
    }

    async fn renew_until_lost(&self) -> MigrationError {
        loop {
            tokio::time::sleep(RENEWED_EVERY).await;
            match self.extend().await {
                Ok(true) => {}
                Ok(false) => return MigrationError::TakenOver,
                // The work itself meets the same trouble, and says what it means for it.
                Err(_) => {}
            }
        }
    }

    /// Makes the lock hold from now on, unless another holds it.
    async fn extend(&self) -> Result<bool, MigrationError> {
        let now = server_time(&self.database).await?;
        let expires_at = DateTime::from_millis(
            now.timestamp_millis()
                .saturating_add(i64::try_from(HOLDS.as_millis()).unwrap_or(i64::MAX)),
        );
        let mine_or_free = doc! {
            "_id": ID,
            "$or": [{ "holder": self.holder }, { "expires_at": { "$lte": now } }],
        };
        let taken = self
            .rows()
            .update_one(
                mine_or_free,
                doc! { "$set": { "holder": self.holder, "expires_at": expires_at } },
            )
            .upsert(true)
            .await;
        match taken.map_err(Fault::from) {
            Ok(_) => Ok(true),
            // It is there and held, so the insert met its `_id`.
            Err(fault) if fault.is_duplicate_key() => Ok(false),
            Err(fault) => Err(MigrationError::record(fault)),
        }
    }

    fn rows(&self) -> Collection<Document> {
        self.database.collection(applied::COLLECTION)
    }
}

/// The time at the primary: the clocks of those who want the lock may differ.
async fn server_time(database: &Database) -> Result<DateTime, MigrationError> {
    let answer = database
        .run_command(doc! { "hello": 1 })
        .await
        .map_err(MigrationError::record)?;
    match answer.get_datetime("localTime") {
        Ok(now) => Ok(*now),
        Err(_) => Err(MigrationError::Record(unavailable(Outage::Driver(
            "the server does not say what time it is",
        )))),
    }
}

#[cfg(all(test, feature = "contract-tests"))]
mod tests {
    use super::*;
    use crate::contract::MongoDatabase;
    use mongodb::Client;

    #[tokio::test]
    async fn who_is_overtaken_stops() {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        let lock = Lock::take(&client.database(own.name())).await.unwrap();
        let another = doc! { "$set": { "holder": ObjectId::new() } };
        lock.rows()
            .update_one(doc! { "_id": ID }, another)
            .await
            .unwrap();
        let endless = std::future::pending::<Result<(), MigrationError>>();
        let stopped = lock.keep_while(endless).await;
        assert!(matches!(stopped, Err(MigrationError::TakenOver)));
    }

    #[tokio::test]
    async fn a_holder_that_works_long_keeps_the_lock() {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        let database = client.database(own.name());
        let lock = Lock::take(&database).await.unwrap();
        let expiry = async || {
            let row = lock.rows().find_one(doc! { "_id": ID }).await.unwrap();
            *row.unwrap().get_datetime("expires_at").unwrap()
        };
        let first = expiry().await;
        let work = async {
            while expiry().await == first {}
            Ok(())
        };
        lock.keep_while(work).await.unwrap();
        assert!(expiry().await > first);
    }
}
