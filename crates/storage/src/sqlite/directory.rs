//! Whose things are, and what is due.

use async_trait::async_trait;
use atlas_domain::{CallId, CallSid, Timestamp};
use rusqlite::{Connection, Row, ToSql};

use super::SqliteStore;
use super::fault::Fault;
use super::fields::Fields;
use super::recordings;
use crate::{
    Claim, ClaimedCall, Directory, DirectoryEntry, Lease, StorageError, UnlinkedRecording,
};

pub(super) const LOCATE_CALL: &str = "SELECT tenant, call_id FROM calls WHERE call_id = ?1 LIMIT 1";

pub(super) const LOCATE_SID: &str = "SELECT tenant, call_id FROM dials WHERE sid = ?1 LIMIT 1";

pub(super) const CLAIM: &str = "
    UPDATE calls
    SET lease_owner = ?1, lease_fence = lease_fence + 1, lease_expires_at = ?2
    WHERE rowid IN (
        SELECT rowid FROM calls
        WHERE due_at IS NOT NULL AND due_at <= ?3
            AND (lease_expires_at IS NULL OR lease_expires_at <= ?3)
        ORDER BY due_at LIMIT ?4)
    RETURNING tenant, call_id, lease_fence, due_at";

pub(super) const RELEASE: &str = "
    UPDATE calls SET lease_owner = NULL, lease_expires_at = NULL
    WHERE tenant = ?1 AND call_id = ?2 AND lease_owner = ?3 AND lease_fence = ?4";

/// Work that nobody holds waits for its own time alone; the index ends the search at the first.
pub(super) const NEXT_FREE: &str = "
    SELECT due_at FROM calls
    WHERE due_at IS NOT NULL AND lease_expires_at IS NULL
    ORDER BY due_at LIMIT 1";

/// Work that somebody holds or held waits for the end of the lease too; there is little of it.
pub(super) const NEXT_LEASED: &str = "
    SELECT MIN(MAX(due_at, lease_expires_at)) FROM calls
    WHERE due_at IS NOT NULL AND lease_expires_at IS NOT NULL";

#[async_trait]
impl Directory for SqliteStore {
    async fn locate_call(&self, call_id: CallId) -> Result<Option<DirectoryEntry>, StorageError> {
        self.read(move |connection| locate(connection, LOCATE_CALL, "calls", &call_id.to_string()))
            .await
    }

    async fn locate_sid(&self, sid: &CallSid) -> Result<Option<DirectoryEntry>, StorageError> {
        let sid = sid.clone();
        self.read(move |connection| locate(connection, LOCATE_SID, "dials", sid.as_str()))
            .await
    }

    async fn claim_due(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Vec<ClaimedCall>, StorageError> {
        let claim = claim.clone();
        self.write(move |connection| claim_due(connection, &claim, now))
            .await
    }

    async fn release(&self, claimed: &ClaimedCall) -> Result<(), StorageError> {
        let claimed = claimed.clone();
        self.write(move |connection| {
            // A fence beyond SQLite's numbers was never given out, so there is nothing to end.
            let Ok(fence) = i64::try_from(claimed.lease.fence) else {
                return Ok(());
            };
            connection.prepare_cached(RELEASE)?.execute((
                claimed.entry.tenant.as_str(),
                claimed.entry.call_id.to_string(),
                &claimed.lease.owner,
                fence,
            ))?;
            Ok(())
        })
        .await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StorageError> {
        self.read(|connection| {
            let free = earliest(connection, NEXT_FREE)?;
            let leased = earliest(connection, NEXT_LEASED)?;
            Ok(free.into_iter().chain(leased).min())
        })
        .await
    }

    async fn unlinked_recordings(
        &self,
        changed_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<UnlinkedRecording>, StorageError> {
        self.read(move |connection| recordings::unlinked(connection, changed_before, limit))
            .await
    }
}

fn locate(
    connection: &Connection,
    sql: &str,
    table: &'static str,
    id: &str,
) -> Result<Option<DirectoryEntry>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    match rows.next()? {
        Some(row) => Ok(Some(read_entry(&mut Fields::of(row, table))?)),
        None => Ok(None),
    }
}

fn claim_due(
    connection: &Connection,
    claim: &Claim,
    now: Timestamp,
) -> Result<Vec<ClaimedCall>, Fault> {
    let expires_at = now.plus(claim.lease_duration);
    let mut statement = connection.prepare_cached(CLAIM)?;
    let parameters: [&dyn ToSql; 4] = [
        &claim.owner,
        &expires_at.unix_millis(),
        &now.unix_millis(),
        &claim.limit,
    ];
    let mut rows = statement.query(parameters)?;
    let mut claimed = Vec::new();
    while let Some(row) = rows.next()? {
        claimed.push(read_claimed(row, &claim.owner, expires_at)?);
    }
    // What RETURNING gives comes in no particular order.
    claimed.sort_by_cached_key(|(due_at, call)| {
        (*due_at, call.entry.tenant.clone(), call.entry.call_id)
    });
    Ok(claimed.into_iter().map(|(_, call)| call).collect())
}

fn read_claimed(
    row: &Row<'_>,
    owner: &str,
    expires_at: Timestamp,
) -> Result<(Timestamp, ClaimedCall), StorageError> {
    let mut fields = Fields::of(row, "calls");
    let entry = read_entry(&mut fields)?;
    let lease = Lease {
        owner: owner.to_owned(),
        fence: fields.number()?,
        expires_at,
    };
    let due_at = fields.timestamp()?;
    Ok((due_at, ClaimedCall { entry, lease }))
}

fn read_entry(fields: &mut Fields<'_>) -> Result<DirectoryEntry, StorageError> {
    Ok(DirectoryEntry {
        tenant: fields.parsed()?,
        call_id: fields.parsed()?,
    })
}

fn earliest(connection: &Connection, sql: &str) -> Result<Option<Timestamp>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => Ok(Fields::of(row, "calls").optional_timestamp()?),
        None => Ok(None),
    }
}
