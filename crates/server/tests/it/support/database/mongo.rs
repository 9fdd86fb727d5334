//! A Mongo database that the server reaches through a proxy, and the test directly.

use atlas_storage::contract::MongoDatabase;
use mongodb::bson::{Document, doc};
use mongodb::{Client, Collection};

use super::MongoProxy;
use crate::support::store::mongo_variables;

/// The server's database, and what stands before it.
pub(super) struct MongoBehindProxy {
    pub(super) proxy: MongoProxy,
    client: Client,
    database: MongoDatabase,
}

impl MongoBehindProxy {
    pub(super) async fn start(database: MongoDatabase) -> Self {
        Self {
            proxy: MongoProxy::before(database.uri()).await,
            client: Client::with_uri_str(database.uri())
                .await
                .expect("a connection string"),
            database,
        }
    }

    pub(super) fn variables(&self) -> Vec<(&'static str, String)> {
        mongo_variables(self.proxy.uri(), self.database.name())
    }

    pub(super) async fn spoil(&self, call_id: &str) {
        let changed = self
            .collection("calls")
            .update_one(
                doc! {"call_id": call_id},
                doc! {"$set": {"dials.0.progress": "spoilt"}},
            )
            .bypass_document_validation(true)
            .await
            .expect("a change");
        assert_eq!(changed.modified_count, 1);
    }

    pub(super) async fn count(&self, what: &str) -> u64 {
        if !matches!(what, "attempts" | "dials") {
            let rows = self.collection(what);
            return rows.count_documents(doc! {}).await.expect("a count");
        }
        // These are parts of their calls.
        let mut calls = self
            .collection("calls")
            .find(doc! {})
            .await
            .expect("the calls");
        let mut count = 0;
        while calls.advance().await.expect("the next call") {
            let call: Document = calls.deserialize_current().expect("a call");
            count += call.get_array(what).map_or(0, Vec::len);
        }
        u64::try_from(count).expect("a count")
    }

    fn collection(&self, name: &str) -> Collection<Document> {
        self.client.database(self.database.name()).collection(name)
    }
}
