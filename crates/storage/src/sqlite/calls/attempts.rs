//! The attempts of a call.

use atlas_domain::CallSid;
use atlas_domain::call::Attempt;
use rusqlite::{Connection, Row};

use super::Key;
use super::dials::{read_dial_no, read_status};
use crate::StorageError;
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::Fields;

pub(in crate::sqlite) const LOAD: &str = "
    SELECT attempt_no, dial_no, twilio_sid, status, identity, sip_response_code, noted_reason, at
    FROM attempts WHERE tenant = ?1 AND call_id = ?2 ORDER BY attempt_no";

pub(in crate::sqlite) const APPEND: &str = "
    INSERT INTO attempts (tenant, call_id, attempt_no, dial_no, twilio_sid, status, identity,
        sip_response_code, noted_reason, at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

pub(in crate::sqlite) const REPLACE: &str = "
    UPDATE attempts SET dial_no = ?4, twilio_sid = ?5, status = ?6, identity = ?7,
        sip_response_code = ?8, noted_reason = ?9, at = ?10
    WHERE tenant = ?1 AND call_id = ?2 AND attempt_no = ?3";

pub(super) fn load(connection: &Connection, key: &Key) -> Result<Vec<Attempt>, Fault> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let mut rows = statement.query((&key.tenant, &key.call_id))?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        attempts.push(read(row)?);
    }
    Ok(attempts)
}

/// Writes the attempts that are new or have changed.
pub(super) fn store_changes(
    connection: &Connection,
    key: &Key,
    before: &[Attempt],
    after: &[Attempt],
) -> Result<(), Fault> {
    for (known, attempt) in before.iter().zip(after) {
        if known != attempt {
            store(connection, REPLACE, key, attempt)?;
        }
    }
    for attempt in after.iter().skip(before.len()) {
        store(connection, APPEND, key, attempt)?;
    }
    Ok(())
}

fn store(connection: &Connection, sql: &str, key: &Key, attempt: &Attempt) -> Result<(), Fault> {
    connection.prepare_cached(sql)?.execute((
        &key.tenant,
        &key.call_id,
        attempt.attempt_no,
        attempt.dial_no.get(),
        // Never null: missing is empty, so that the unique index tells such attempts apart.
        attempt.twilio_sid.as_ref().map_or("", CallSid::as_str),
        attempt.status.as_str(),
        attempt.identity.to_string(),
        attempt.sip_response_code,
        attempt.noted_reason.as_deref(),
        attempt.at.unix_millis(),
    ))?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Attempt, StorageError> {
    let mut fields = Fields::of(row, "attempts");
    Ok(Attempt {
        attempt_no: fields.number()?,
        dial_no: read_dial_no(&mut fields)?,
        twilio_sid: read_sid(&mut fields)?,
        status: fields.word(read_status)?,
        identity: fields.parsed()?,
        sip_response_code: fields.optional_number()?,
        noted_reason: fields.plain()?,
        at: fields.timestamp()?,
    })
}

fn read_sid(fields: &mut Fields<'_>) -> Result<Option<CallSid>, StorageError> {
    let text: String = fields.plain()?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse()
        .map(Some)
        .map_err(|error| fields.corrupt(error))
}
