//! Idempotency keys, for moving house.

use mongodb::Database;
use mongodb::bson::{Document, doc};

use super::{Kept, unchanged};
use crate::mongo::fault::Fault;
use crate::mongo::fields::Fields;
use crate::mongo::idempotency::{self, StoredRequest};
use crate::{IdempotencyKey, IdempotencyRecord, RecordKey, StorageError};

impl Kept for IdempotencyRecord {
    const COLLECTION: &'static str = "idempotency_keys";

    fn having(keys: &[RecordKey<IdempotencyKey>]) -> Document {
        let ids = keys.iter().map(|key| idempotency::id(&key.tenant, &key.id));
        doc! { "_id": { "$in": ids.collect::<Vec<_>>() } }
    }

    async fn adopted(_: &Database, document: Document) -> Result<Document, Fault> {
        Ok(document)
    }

    fn decode(document: Document) -> Result<Self, StorageError> {
        let fields = Fields::of(&document, "idempotency_keys");
        let id = fields.optional_document("_id", "idempotency_keys._id")?;
        let id = fields.required("_id", id)?;
        let stored = idempotency::decode(&document)?;
        Ok(Self {
            tenant: id.parsed("tenant")?,
            key: IdempotencyKey {
                api_key_name: id.text("api_key_name")?.to_owned(),
                route: id.text("route")?.to_owned(),
                key: id.text("key")?.to_owned(),
            },
            request: stored.digest,
            call_id: stored.call_id,
            lease_expires_at: stored.lease_expires_at,
            expires_at: stored.expires_at,
            response: stored.response,
        })
    }

    fn encode(&self) -> Result<Document, StorageError> {
        let stored = StoredRequest {
            digest: self.request,
            call_id: self.call_id,
            lease_expires_at: self.lease_expires_at,
            expires_at: self.expires_at,
            response: self.response.clone(),
        };
        Ok(idempotency::encode(&self.tenant, &self.key, &stored))
    }

    fn as_seen(document: &Document) -> Document {
        unchanged(
            document,
            &[
                "_id",
                "call_id",
                "lease_expires_at",
                "expires_at",
                "response",
            ],
        )
    }
}
