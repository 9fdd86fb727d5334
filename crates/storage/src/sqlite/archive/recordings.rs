//! Recordings, for moving house.

use atlas_domain::RecordingId;
use rusqlite::Connection;

use super::{Stored, read_other_fields};
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::Fields;
use crate::sqlite::recordings;
use crate::{RecordKey, RecordingRecord, StorageError, Unique};

const OTHER_FIELDS: &str = "SELECT other_fields FROM recordings WHERE tenant = ?1 AND id = ?2";

const SET_OTHER_FIELDS: &str =
    "UPDATE recordings SET other_fields = ?3 WHERE tenant = ?1 AND id = ?2";

const DELETE: &str = "DELETE FROM recordings WHERE tenant = ?1 AND id = ?2";

impl Stored for RecordingRecord {
    const COUNT: &'static str = "SELECT COUNT(*) FROM recordings";

    const WALK: &'static str =
        "SELECT rowid, tenant, id FROM recordings WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

    fn read_key(fields: &mut Fields<'_>) -> Result<RecordKey<RecordingId>, StorageError> {
        Ok(RecordKey {
            tenant: fields.parsed()?,
            id: fields.parsed()?,
        })
    }

    fn load(connection: &Connection, key: &RecordKey<RecordingId>) -> Result<Option<Self>, Fault> {
        let id = key.id.to_string();
        let found = recordings::find(connection, recordings::FIND, &key.tenant, &id)?;
        let Some(recording) = found else {
            return Ok(None);
        };
        let other_fields = connection
            .prepare_cached(OTHER_FIELDS)?
            .query_row((key.tenant.as_str(), &id), |row| {
                Ok(read_other_fields(&mut Fields::of(row, "recordings")))
            })??;
        Ok(Some(Self {
            tenant: key.tenant.clone(),
            recording,
            other_fields,
        }))
    }

    fn insert(&self, connection: &Connection) -> Result<(), Fault> {
        let sid = self.recording.twilio_sid.as_str();
        if recordings::find(connection, recordings::FIND_BY_SID, &self.tenant, sid)?.is_some() {
            return Err(StorageError::Duplicate(Unique::RecordingSid).into());
        }
        recordings::store(connection, &self.tenant, &self.recording)?;
        if let Some(other_fields) = &self.other_fields {
            connection.prepare_cached(SET_OTHER_FIELDS)?.execute((
                self.tenant.as_str(),
                self.recording.id.to_string(),
                other_fields.as_bson(),
            ))?;
        }
        Ok(())
    }

    fn delete(&self, connection: &Connection) -> Result<(), Fault> {
        connection
            .prepare_cached(DELETE)?
            .execute((self.tenant.as_str(), self.recording.id.to_string()))?;
        Ok(())
    }
}
