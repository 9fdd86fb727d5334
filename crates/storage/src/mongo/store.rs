//! The store as a whole.

use async_trait::async_trait;
use mongodb::bson::{Document, doc};

use super::MongoStore;
use super::fault::Fault;
use crate::{StorageError, Store};

#[async_trait]
impl Store for MongoStore {
    async fn check_writable(&self) -> Result<(), StorageError> {
        // A real write, acknowledged like every other: a server that lost its majority can still
        // answer a ping.
        let checks = self.collection("write_checks");
        self.bounded(async {
            let counted = checks
                .update_one(the_check(), doc! { "$inc": { "count": 1_i64 } })
                .upsert(true)
                .await
                .map_err(Fault::from);
            match counted {
                Ok(_) => Ok(()),
                // Two first checks at once: the other one has shown the same.
                Err(fault) if fault.is_duplicate_key() => Ok(()),
                Err(fault) => Err(fault),
            }
        })
        .await
    }

    async fn close(&self) {
        self.shut_down().await;
    }
}

/// The one document that checks write to.
pub(super) fn the_check() -> Document {
    doc! { "_id": 1 }
}
