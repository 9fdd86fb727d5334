//! Users, for moving house.

use atlas_domain::UserId;
use mongodb::Database;
use mongodb::bson::{Document, doc};

use super::{Kept, others, tenant_of, unchanged};
use crate::mongo::fault::Fault;
use crate::mongo::legacy::adopt::adopted_user;
use crate::mongo::{legacy, users};
use crate::{RecordKey, StorageError, UserRecord};

impl Kept for UserRecord {
    const COLLECTION: &'static str = "users";

    fn having(keys: &[RecordKey<UserId>]) -> Document {
        let ids: Vec<_> = keys.iter().map(|key| users::object_id(key.id)).collect();
        doc! { "_id": { "$in": ids } }
    }

    async fn adopted(_: &Database, document: Document) -> Result<Document, Fault> {
        Ok(if legacy::is_old(&document) {
            adopted_user(&document)
        } else {
            document
        })
    }

    fn decode(document: Document) -> Result<Self, StorageError> {
        let tenant = tenant_of(&document, "users")?;
        let user = users::decode(&document)?;
        let other_fields = others::beyond(&document, &users::encode(&tenant, &user))?;
        Ok(Self {
            tenant,
            user,
            other_fields,
        })
    }

    fn encode(&self) -> Result<Document, StorageError> {
        let mut document = users::encode(&self.tenant, &self.user);
        others::put_beside(&mut document, self.other_fields.as_ref())?;
        Ok(document)
    }

    fn as_seen(document: &Document) -> Document {
        unchanged(document, &["_id", "updated_at"])
    }
}
