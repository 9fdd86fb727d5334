//! Recordings.

use async_trait::async_trait;
use atlas_domain::{
    CallId, Recording, RecordingEvent, RecordingId, RecordingSid, RecordingStatus, TenantId,
    Timestamp, TranscriptionStatus,
};
use rusqlite::{Connection, Params, named_params};

use super::SqliteStore;
use super::fault::Fault;
use super::fields::Fields;
use crate::{RecordingRepository, StorageError, UnlinkedRecording};

macro_rules! select_recordings {
    ($rest:literal) => {
        concat!(
            "SELECT id, call_id, call_sid, twilio_sid, recording_url, recording_status,
                duration_seconds, channels, transcription_text, transcription_status, linked,
                created_at, updated_at, tenant
            FROM recordings ",
            $rest
        )
    };
}

pub(super) const FIND: &str = select_recordings!("WHERE tenant = ?1 AND id = ?2");

pub(super) const FIND_BY_SID: &str = select_recordings!("WHERE tenant = ?1 AND twilio_sid = ?2");

pub(super) const LIST_OF_CALL: &str =
    select_recordings!("WHERE tenant = ?1 AND call_id = ?2 ORDER BY created_at, id");

pub(super) const UNLINKED: &str = select_recordings!(
    "WHERE linked = 0 AND updated_at <= ?1 ORDER BY updated_at, tenant, id LIMIT ?2"
);

const STORE: &str = "
    INSERT INTO recordings (tenant, id, call_id, call_sid, twilio_sid, recording_url,
        recording_status, duration_seconds, channels, transcription_text, transcription_status,
        linked, created_at, updated_at)
    VALUES (:tenant, :id, :call_id, :call_sid, :twilio_sid, :recording_url, :recording_status,
        :duration_seconds, :channels, :transcription_text, :transcription_status, :linked,
        :created_at, :updated_at)
    ON CONFLICT (tenant, twilio_sid) DO UPDATE SET
        call_sid = excluded.call_sid, recording_url = excluded.recording_url,
        recording_status = excluded.recording_status,
        duration_seconds = excluded.duration_seconds, channels = excluded.channels,
        transcription_text = excluded.transcription_text,
        transcription_status = excluded.transcription_status, linked = excluded.linked,
        updated_at = excluded.updated_at";

pub(super) const MARK_LINKED: &str =
    "UPDATE recordings SET linked = 1 WHERE tenant = ?1 AND id = ?2";

#[async_trait]
impl RecordingRepository for SqliteStore {
    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &RecordingEvent,
        new_id: RecordingId,
        now: Timestamp,
    ) -> Result<Recording, StorageError> {
        let (tenant, event) = (tenant.clone(), event.clone());
        self.write(move |connection| {
            let sid = event.recording_sid.as_str();
            let recording = match find(connection, FIND_BY_SID, &tenant, sid)? {
                None => Recording::begin(new_id, call_id, &event, now),
                Some(known) => match known.with(&event, now) {
                    Some(changed) => changed,
                    None => return Ok(known),
                },
            };
            store(connection, &tenant, &recording)?;
            Ok(recording)
        })
        .await
    }

    async fn mark_linked(&self, tenant: &TenantId, seen: &Recording) -> Result<(), StorageError> {
        let (tenant, seen) = (tenant.clone(), seen.clone());
        self.write(move |connection| {
            let id = seen.id.to_string();
            let stored = find(connection, FIND, &tenant, &id)?;
            if stored.as_ref() == Some(&seen) {
                connection
                    .prepare_cached(MARK_LINKED)?
                    .execute((tenant.as_str(), id))?;
            }
            Ok(())
        })
        .await
    }

    async fn find(
        &self,
        tenant: &TenantId,
        id: RecordingId,
    ) -> Result<Option<Recording>, StorageError> {
        let tenant = tenant.clone();
        self.read(move |connection| find(connection, FIND, &tenant, &id.to_string()))
            .await
    }

    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &RecordingSid,
    ) -> Result<Option<Recording>, StorageError> {
        let (tenant, sid) = (tenant.clone(), sid.clone());
        self.read(move |connection| find(connection, FIND_BY_SID, &tenant, sid.as_str()))
            .await
    }

    async fn list_of_call(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Vec<Recording>, StorageError> {
        let tenant = tenant.clone();
        self.read(move |connection| {
            let key = (tenant.as_str(), call_id.to_string());
            select(connection, LIST_OF_CALL, key, read)
        })
        .await
    }
}

/// Recordings of all tenants whose call does not show them yet.
pub(super) fn unlinked(
    connection: &Connection,
    changed_before: Timestamp,
    limit: u32,
) -> Result<Vec<UnlinkedRecording>, Fault> {
    let parameters = (changed_before.unix_millis(), limit);
    select(connection, UNLINKED, parameters, |fields| {
        let recording = read(fields)?;
        Ok(UnlinkedRecording {
            tenant: fields.parsed()?,
            recording,
        })
    })
}

pub(super) fn find(
    connection: &Connection,
    sql: &str,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<Recording>, Fault> {
    Ok(select(connection, sql, (tenant.as_str(), id), read)?.pop())
}

fn select<T>(
    connection: &Connection,
    sql: &str,
    parameters: impl Params,
    read: impl Fn(&mut Fields<'_>) -> Result<T, StorageError>,
) -> Result<Vec<T>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(&mut Fields::of(row, "recordings"))?);
    }
    Ok(found)
}

pub(super) fn store(
    connection: &Connection,
    tenant: &TenantId,
    recording: &Recording,
) -> Result<(), Fault> {
    connection.prepare_cached(STORE)?.execute(named_params! {
        ":tenant": tenant.as_str(),
        ":id": recording.id.to_string(),
        ":call_id": recording.call_id.to_string(),
        ":call_sid": recording.call_sid.as_ref().map(|sid| sid.as_str()),
        ":twilio_sid": recording.twilio_sid.as_str(),
        ":recording_url": recording.recording_url,
        ":recording_status": recording.recording_status.as_str(),
        ":duration_seconds": recording.duration_seconds,
        ":channels": recording.channels,
        ":transcription_text": recording.transcription_text,
        ":transcription_status": recording
            .transcription_status
            .map(TranscriptionStatus::as_str),
        ":linked": recording.linked,
        ":created_at": recording.created_at.unix_millis(),
        ":updated_at": recording.updated_at.unix_millis(),
    })?;
    Ok(())
}

fn read(fields: &mut Fields<'_>) -> Result<Recording, StorageError> {
    Ok(Recording {
        id: fields.parsed()?,
        call_id: fields.parsed()?,
        call_sid: fields.optional_parsed()?,
        twilio_sid: fields.parsed()?,
        recording_url: fields.plain()?,
        recording_status: fields.word(RecordingStatus::from_word)?,
        duration_seconds: fields.optional_number()?,
        channels: fields.optional_number()?,
        transcription_text: fields.plain()?,
        transcription_status: fields.optional_word(TranscriptionStatus::from_word)?,
        linked: fields.plain()?,
        created_at: fields.timestamp()?,
        updated_at: fields.timestamp()?,
    })
}
