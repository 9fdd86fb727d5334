//! Calls, for moving house.

use atlas_domain::CallId;
use mongodb::Database;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};

use super::{Kept, others, tenant_of, unchanged};
use crate::mongo::calls::{self, record};
use crate::mongo::fault::Fault;
use crate::mongo::fields::{Fields, stored_count};
use crate::mongo::legacy::adopt::{adopted_call, untaken};
use crate::mongo::legacy::{self, row_of_derived_call_id};
use crate::{CallRecord, RecordKey, StorageError};

impl Kept for CallRecord {
    const COLLECTION: &'static str = calls::COLLECTION;

    fn having(keys: &[RecordKey<CallId>]) -> Document {
        let ids: Vec<_> = keys.iter().map(|key| key.id.to_string()).collect();
        let named = doc! { "call_id": { "$in": ids } };
        // Old rows without an id of their own are known by that of their row.
        let rows = keys.iter().filter_map(|key| row_of_derived_call_id(key.id));
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            named
        } else {
            doc! { "$or": [named, { "_id": { "$in": rows } }] }
        }
    }

    async fn adopted(database: &Database, document: Document) -> Result<Document, Fault> {
        if !legacy::is_old(&document) {
            return Ok(document);
        }
        let calls = database.collection(calls::COLLECTION);
        let call = untaken(&calls, &document, legacy::read_call(&document)).await?;
        Ok(adopted_call(&document, &call))
    }

    fn decode(mut document: Document) -> Result<Self, StorageError> {
        let tenant = tenant_of(&document, "call")?;
        let call = calls::read(&document)?;
        let document_id = Fields::of(&document, "call").object_id("_id")?;
        let fence = fence(&document)?;
        let mut known = record::new_document(&tenant, &call);
        // An older Atlas wrote other words of Twilio's too.
        if document.get("direction") != known.get("direction") {
            known.remove("direction");
        }
        // Who holds a lease does not move.
        document.remove("lease");
        Ok(Self {
            other_fields: others::beyond(&document, &known)?,
            tenant,
            call,
            document_id,
            fence,
        })
    }

    fn encode(&self) -> Result<Document, StorageError> {
        let mut document = record::new_document(&self.tenant, &self.call);
        document.insert("_id", ObjectId::from_bytes(*self.document_id.bytes()));
        document.insert("lease", doc! { "fence": stored_count(self.fence) });
        let direction = document.remove("direction");
        others::put_beside(&mut document, self.other_fields.as_ref())?;
        if let Some(direction) = direction
            && !document.contains_key("direction")
        {
            document.insert("direction", direction);
        }
        Ok(document)
    }

    fn as_seen(document: &Document) -> Document {
        unchanged(document, &["_id", "revision", "lease"])
    }
}

/// How often the due work of a call has been claimed.
fn fence(document: &Document) -> Result<u64, StorageError> {
    let lease = Fields::of(document, "call").optional_document("lease", "call's lease")?;
    let fence = lease.map(|lease| lease.optional_number("fence"));
    Ok(fence.transpose()?.flatten().unwrap_or(0))
}
