//! Calls, for moving house.

use atlas_domain::{CallId, ObjectId};
use rusqlite::Connection;

use super::{Stored, read_other_fields, stored_fence};
use crate::archive::document_id;
use crate::sqlite::calls::{self, Key};
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::Fields;
use crate::{CallRecord, OtherFields, RecordKey, StorageError};

const BESIDE: &str = "
    SELECT document_id, lease_fence, other_fields FROM calls WHERE tenant = ?1 AND call_id = ?2";

const SET_BESIDE: &str = "
    UPDATE calls SET document_id = ?3, lease_fence = ?4, other_fields = ?5
    WHERE tenant = ?1 AND call_id = ?2";

const DELETE: &str = "DELETE FROM calls WHERE tenant = ?1 AND call_id = ?2";

/// What the row of a call holds that the call itself does not.
struct Beside {
    document_id: Option<ObjectId>,
    fence: u64,
    other_fields: Option<OtherFields>,
}

impl Stored for CallRecord {
    const COUNT: &'static str = "SELECT COUNT(*) FROM calls";

    const WALK: &'static str =
        "SELECT rowid, tenant, call_id FROM calls WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

    fn read_key(fields: &mut Fields<'_>) -> Result<RecordKey<CallId>, StorageError> {
        Ok(RecordKey {
            tenant: fields.parsed()?,
            id: fields.parsed()?,
        })
    }

    fn load(connection: &Connection, key: &RecordKey<CallId>) -> Result<Option<Self>, Fault> {
        let Some(call) = calls::load(connection, &Key::new(&key.tenant, key.id))? else {
            return Ok(None);
        };
        let beside = connection
            .prepare_cached(BESIDE)?
            .query_row((key.tenant.as_str(), key.id.to_string()), |row| {
                Ok(read_beside(&mut Fields::of(row, "calls")))
            })??;
        Ok(Some(Self {
            document_id: beside
                .document_id
                .unwrap_or_else(|| document_id(&key.tenant, key.id)),
            tenant: key.tenant.clone(),
            call,
            fence: beside.fence,
            other_fields: beside.other_fields,
        }))
    }

    fn insert(&self, connection: &Connection) -> Result<(), Fault> {
        calls::insert(connection, &self.tenant, &self.call)?;
        connection.prepare_cached(SET_BESIDE)?.execute((
            self.tenant.as_str(),
            self.call.call_id.to_string(),
            self.document_id.to_string(),
            stored_fence(self.fence),
            self.other_fields.as_ref().map(OtherFields::as_bson),
        ))?;
        Ok(())
    }

    fn delete(&self, connection: &Connection) -> Result<(), Fault> {
        connection
            .prepare_cached(DELETE)?
            .execute((self.tenant.as_str(), self.call.call_id.to_string()))?;
        Ok(())
    }
}

fn read_beside(fields: &mut Fields<'_>) -> Result<Beside, StorageError> {
    Ok(Beside {
        document_id: fields.optional_parsed()?,
        fence: fields.number()?,
        other_fields: read_other_fields(fields)?,
    })
}
