//! Idempotency keys, for moving house.

use rusqlite::{Connection, ToSql};

use super::Stored;
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::Fields;
use crate::sqlite::idempotency;
use crate::{IdempotencyKey, IdempotencyRecord, RecordKey, StorageError};

const DELETE: &str = "
    DELETE FROM idempotency_keys
    WHERE tenant = ?1 AND api_key_name = ?2 AND route = ?3 AND key = ?4";

impl Stored for IdempotencyRecord {
    const COUNT: &'static str = "SELECT COUNT(*) FROM idempotency_keys";

    const WALK: &'static str = "
        SELECT rowid, tenant, api_key_name, route, key FROM idempotency_keys
        WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

    fn read_key(fields: &mut Fields<'_>) -> Result<RecordKey<IdempotencyKey>, StorageError> {
        Ok(RecordKey {
            tenant: fields.parsed()?,
            id: IdempotencyKey {
                api_key_name: fields.plain()?,
                route: fields.plain()?,
                key: fields.plain()?,
            },
        })
    }

    fn load(
        connection: &Connection,
        key: &RecordKey<IdempotencyKey>,
    ) -> Result<Option<Self>, Fault> {
        let stored = idempotency::find(connection, &key.tenant, &key.id)?;
        Ok(stored.map(|stored| Self {
            tenant: key.tenant.clone(),
            key: key.id.clone(),
            request: stored.digest,
            call_id: stored.call_id,
            lease_expires_at: stored.lease_expires_at,
            expires_at: stored.expires_at,
            response: stored.response,
        }))
    }

    fn insert(&self, connection: &Connection) -> Result<(), Fault> {
        let parameters: [&dyn ToSql; 8] = [
            &self.tenant.as_str(),
            &self.key.api_key_name,
            &self.key.route,
            &self.key.key,
            &self.request.0,
            &self.call_id.to_string(),
            &self.lease_expires_at.unix_millis(),
            &self.expires_at.unix_millis(),
        ];
        connection
            .prepare_cached(idempotency::BEGIN)?
            .execute(parameters)?;
        match &self.response {
            Some(response) => {
                let (tenant, key) = (&self.tenant, &self.key);
                idempotency::complete(connection, tenant, key, self.call_id, response)
            }
            None => Ok(()),
        }
    }

    fn delete(&self, connection: &Connection) -> Result<(), Fault> {
        connection.prepare_cached(DELETE)?.execute((
            self.tenant.as_str(),
            &self.key.api_key_name,
            &self.key.route,
            &self.key.key,
        ))?;
        Ok(())
    }
}
