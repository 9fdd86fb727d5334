//! Everything in the file, row by row, for moving house.

mod calls;
mod idempotency;
mod recordings;
mod users;

use std::num::NonZeroU32;

use async_trait::async_trait;
use atlas_domain::Timestamp;
use rusqlite::Connection;

use super::SqliteStore;
use super::fault::Fault;
use super::fields::{Fields, stored_count};
use crate::archive::{Arrival, PositionOf};
use crate::{
    Archive, DueWork, Exported, Imported, OtherFields, Position, Record, RecordKey, StorageError,
};

pub(super) const LEASED_UNTIL: &str = "
    SELECT MAX(lease_expires_at) FROM calls
    WHERE due_at IS NOT NULL AND lease_expires_at IS NOT NULL AND lease_expires_at > ?1";

const COUNT_DUE: &str = "SELECT COUNT(*) FROM calls WHERE due_at IS NOT NULL";

#[async_trait]
impl DueWork for SqliteStore {
    async fn leased_until(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(LEASED_UNTIL)?;
            let mut rows = statement.query([now.unix_millis()])?;
            match rows.next()? {
                Some(row) => Ok(Fields::of(row, "calls").optional_timestamp()?),
                None => Ok(None),
            }
        })
        .await
    }

    async fn count_due(&self) -> Result<u64, StorageError> {
        self.read(|connection| count(connection, COUNT_DUE)).await
    }
}

/// A kind of rows that SQLite keeps. Rows are walked by their rowid, which grows and stays.
trait Stored: Record {
    /// Counts all rows.
    const COUNT: &'static str;

    /// The next rows: their rowids, in order, with what [`Stored::load`] finds them by.
    const WALK: &'static str;

    /// Reads what [`Stored::WALK`] selects after the rowid.
    fn read_key(fields: &mut Fields<'_>) -> Result<RecordKey<Self::Id>, StorageError>;

    /// The whole row.
    fn load(connection: &Connection, key: &RecordKey<Self::Id>) -> Result<Option<Self>, Fault>;

    /// Writes a row that is not there.
    fn insert(&self, connection: &Connection) -> Result<(), Fault>;

    /// Takes a row away, to write it anew.
    fn delete(&self, connection: &Connection) -> Result<(), Fault>;
}

#[async_trait]
impl<R: Stored> Archive<R> for SqliteStore {
    async fn count(&self) -> Result<u64, StorageError> {
        self.read(|connection| count(connection, R::COUNT)).await
    }

    async fn export(
        &self,
        after: Option<&Position>,
        limit: NonZeroU32,
    ) -> Result<Exported<R>, StorageError> {
        let after = match after {
            None => i64::MIN,
            Some(Position(PositionOf::Row(row))) => *row,
            #[cfg(feature = "mongo")]
            Some(Position(PositionOf::Document(_))) => i64::MIN,
        };
        self.read(move |connection| export(connection, after, limit))
            .await
    }

    async fn look_up(&self, keys: Vec<RecordKey<R::Id>>) -> Result<Vec<R>, StorageError> {
        self.read(move |connection| {
            let found = keys.iter().map(|key| R::load(connection, key));
            found.filter_map(Result::transpose).collect()
        })
        .await
    }

    async fn import(&self, records: Vec<R>) -> Result<Imported, StorageError> {
        self.write(move |connection| {
            let mut imported = Imported::default();
            for record in &records {
                import(connection, record, &mut imported)?;
            }
            Ok(imported)
        })
        .await
    }
}

fn count(connection: &Connection, sql: &str) -> Result<u64, Fault> {
    let rows: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(u64::try_from(rows).unwrap_or(0))
}

fn export<R: Stored>(
    connection: &Connection,
    after: i64,
    limit: NonZeroU32,
) -> Result<Exported<R>, Fault> {
    let mut statement = connection.prepare_cached(R::WALK)?;
    let mut rows = statement.query((after, limit.get()))?;
    let mut records = Vec::new();
    let (mut walked, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        walked += 1;
        let mut fields = Fields::of(row, R::KIND);
        last = Some(fields.plain()?);
        let key = R::read_key(&mut fields)?;
        records.extend(R::load(connection, &key)?);
    }
    // Not by the records: a row under a key in another spelling is walked, and not found.
    Ok(Exported {
        records,
        next: last
            .filter(|_| walked == limit.get())
            .map(|row| Position(PositionOf::Row(row))),
    })
}

/// Takes in one row; what another row has already is noted, and leaves no trace.
fn import<R: Stored>(
    connection: &Connection,
    record: &R,
    imported: &mut Imported,
) -> Result<(), Fault> {
    let arrival = Arrival::of(record, R::load(connection, &record.key())?.as_ref());
    let stored = match arrival {
        Arrival::Unchanged | Arrival::Kept => Ok(()),
        Arrival::Insert | Arrival::Replace => store(connection, record),
    };
    match stored.map_err(StorageError::from) {
        Ok(()) => imported.note(record, arrival),
        Err(StorageError::Duplicate(unique)) => {
            imported.refuse(record, StorageError::Duplicate(unique));
        }
        Err(error @ (StorageError::Unavailable(_) | StorageError::Corrupt { .. })) => {
            return Err(error.into());
        }
    }
    Ok(())
}

/// Writes one row as a whole, or nothing of it.
fn store<R: Stored>(connection: &Connection, record: &R) -> Result<(), Fault> {
    connection.prepare_cached("SAVEPOINT record")?.execute([])?;
    let stored = record
        .delete(connection)
        .and_then(|()| record.insert(connection));
    if stored.is_err() {
        connection
            .prepare_cached("ROLLBACK TO record")?
            .execute([])?;
    }
    connection.prepare_cached("RELEASE record")?.execute([])?;
    stored
}

fn read_other_fields(fields: &mut Fields<'_>) -> Result<Option<OtherFields>, StorageError> {
    let bytes: Option<Vec<u8>> = fields.plain()?;
    Ok(bytes.map(OtherFields::from_bson))
}

fn stored_fence(fence: u64) -> i64 {
    stored_count(fence)
}
