//! Recordings, for moving house.

use atlas_domain::RecordingId;
use mongodb::Database;
use mongodb::bson::{Document, doc};

use super::{Kept, others, tenant_of, unchanged};
use crate::mongo::fault::Fault;
use crate::mongo::legacy::adopt::adopted_recording;
use crate::mongo::{calls, legacy, recordings};
use crate::{RecordKey, RecordingRecord, StorageError};

impl Kept for RecordingRecord {
    const COLLECTION: &'static str = "recordings";

    fn having(keys: &[RecordKey<RecordingId>]) -> Document {
        let ids = keys.iter().map(|key| recordings::object_id(key.id));
        doc! { "_id": { "$in": ids.collect::<Vec<_>>() } }
    }

    async fn adopted(database: &Database, document: Document) -> Result<Document, Fault> {
        if !legacy::is_old(&document) {
            return Ok(document);
        }
        let calls = database.collection(calls::COLLECTION);
        let call_id = legacy::call_of_recording(&calls, &document).await?;
        let recording = legacy::read_recording(&document, call_id);
        Ok(adopted_recording(&document, &recording))
    }

    fn decode(document: Document) -> Result<Self, StorageError> {
        let tenant = tenant_of(&document, "recordings")?;
        let recording = recordings::decode(&document)?;
        let known = recordings::encode(&tenant, &recording);
        Ok(Self {
            other_fields: others::beyond(&document, &known)?,
            tenant,
            recording,
        })
    }

    fn encode(&self) -> Result<Document, StorageError> {
        let mut document = recordings::encode(&self.tenant, &self.recording);
        others::put_beside(&mut document, self.other_fields.as_ref())?;
        Ok(document)
    }

    fn as_seen(document: &Document) -> Document {
        unchanged(document, &["_id", "updated_at", "linked"])
    }
}
