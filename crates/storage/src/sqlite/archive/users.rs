//! Users, for moving house.

use atlas_domain::UserId;
use rusqlite::Connection;

use super::{Stored, read_other_fields};
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::Fields;
use crate::sqlite::users;
use crate::{RecordKey, StorageError, UserRecord};

const OTHER_FIELDS: &str = "SELECT other_fields FROM users WHERE tenant = ?1 AND id = ?2";

const SET_OTHER_FIELDS: &str = "UPDATE users SET other_fields = ?3 WHERE tenant = ?1 AND id = ?2";

impl Stored for UserRecord {
    const COUNT: &'static str = "SELECT COUNT(*) FROM users";

    const WALK: &'static str =
        "SELECT rowid, tenant, id FROM users WHERE rowid > ?1 ORDER BY rowid LIMIT ?2";

    fn read_key(fields: &mut Fields<'_>) -> Result<RecordKey<UserId>, StorageError> {
        Ok(RecordKey {
            tenant: fields.parsed()?,
            id: fields.parsed()?,
        })
    }

    fn load(connection: &Connection, key: &RecordKey<UserId>) -> Result<Option<Self>, Fault> {
        let id = key.id.to_string();
        let Some(user) = users::find(connection, &key.tenant, &id)? else {
            return Ok(None);
        };
        let other_fields = connection
            .prepare_cached(OTHER_FIELDS)?
            .query_row((key.tenant.as_str(), &id), |row| {
                Ok(read_other_fields(&mut Fields::of(row, "users")))
            })??;
        Ok(Some(Self {
            tenant: key.tenant.clone(),
            user,
            other_fields,
        }))
    }

    fn insert(&self, connection: &Connection) -> Result<(), Fault> {
        users::insert(connection, &self.tenant, &self.user)?;
        if let Some(other_fields) = &self.other_fields {
            connection.prepare_cached(SET_OTHER_FIELDS)?.execute((
                self.tenant.as_str(),
                self.user.id.to_string(),
                other_fields.as_bson(),
            ))?;
        }
        Ok(())
    }

    fn delete(&self, connection: &Connection) -> Result<(), Fault> {
        connection
            .prepare_cached(users::DELETE)?
            .execute((self.tenant.as_str(), self.user.id.to_string()))?;
        Ok(())
    }
}
