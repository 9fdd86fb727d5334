//! Recordings.

use async_trait::async_trait;
use atlas_domain::{
    CallId, Recording, RecordingEvent, RecordingId, RecordingSid, RecordingStatus, TenantId,
    Timestamp, TranscriptionStatus,
};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc, oid::ObjectId};

use super::fault::{Fault, Outage, unavailable};
use super::fields::{Fields, set_optional, stored_time};
use super::{MongoStore, SHAPE, legacy, listing, tenant_filter};
use crate::{RecordingRepository, StorageError, UnlinkedRecording};

/// What a callback can change. A write is guarded on what these were, so that it never undoes
/// another.
const CHANGING: [&str; 10] = [
    "call_sid",
    "recording_url",
    "recording_status",
    "status",
    "duration_sec",
    "channels",
    "transcription_text",
    "transcription_status",
    "linked",
    "updated_at",
];
/// How often a callback that others overtake is tried again. One of those that try at the same
/// time always succeeds, and few callbacks are about one recording.
const MAX_TRIES: u32 = 100;

#[async_trait]
impl RecordingRepository for MongoStore {
    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &RecordingEvent,
        new_id: RecordingId,
        now: Timestamp,
    ) -> Result<Recording, StorageError> {
        let recordings = self.collection("recordings");
        self.bounded(async {
            for _ in 0..MAX_TRIES {
                let found = recordings
                    .find_one(by_sid(tenant, &event.recording_sid))
                    .await?;
                if let Some(old) = found.as_ref().filter(|row| legacy::is_old(row)) {
                    legacy::adopt::adopt_recording(&self.inner.database, old).await?;
                    continue;
                }
                let next = match &found {
                    None => Recording::begin(new_id, call_id, event, now),
                    Some(document) => {
                        let known = decode(document)?;
                        match known.with(event, now) {
                            Some(changed) => changed,
                            None => return Ok(known),
                        }
                    }
                };
                let stored = match &found {
                    None => insert(&recordings, tenant, &next).await?,
                    Some(document) => change(&recordings, tenant, document, &next).await?,
                };
                if stored {
                    return Ok(next);
                }
            }
            Err(Fault::Store(unavailable(Outage::Overtaken)))
        })
        .await
    }

    async fn mark_linked(&self, tenant: &TenantId, seen: &Recording) -> Result<(), StorageError> {
        let recordings = self.collection("recordings");
        self.bounded(async {
            let Some(document) = recordings.find_one(by_id(tenant, seen.id)).await? else {
                return Ok(());
            };
            if !seen.linked && decode(&document)? == *seen {
                // Who overtakes this has brought something that is to be linked too.
                let linked = Recording {
                    linked: true,
                    ..seen.clone()
                };
                change(&recordings, tenant, &document, &linked).await?;
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
        let recordings = self.collection("recordings");
        self.bounded(async {
            match recordings.find_one(by_id(tenant, id)).await? {
                Some(row) => Ok(Some(self.read_recording(&row).await?)),
                None => Ok(None),
            }
        })
        .await
    }

    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &RecordingSid,
    ) -> Result<Option<Recording>, StorageError> {
        let recordings = self.collection("recordings");
        self.bounded(async {
            match recordings.find_one(by_sid(tenant, sid)).await? {
                Some(row) => Ok(Some(self.read_recording(&row).await?)),
                None => Ok(None),
            }
        })
        .await
    }

    async fn list_of_call(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Vec<Recording>, StorageError> {
        let recordings = self.collection("recordings");
        self.bounded(async {
            let found = recordings
                .find(of_call(tenant, call_id))
                .sort(oldest_first());
            let mut rows = listing::rows(found.await?).await?;
            rows.extend(self.old_recordings_of(tenant, call_id).await?);
            let mut recordings = Vec::with_capacity(rows.len());
            for row in &rows {
                recordings.push(self.read_recording(row).await?);
            }
            recordings.sort_by_key(|recording| (recording.created_at, recording.id));
            Ok(recordings)
        })
        .await
    }
}

impl MongoStore {
    /// The recording of a row; an old one may name its call by the row of that.
    async fn read_recording(&self, row: &Document) -> Result<Recording, Fault> {
        if !legacy::is_old(row) {
            return Ok(decode(row)?);
        }
        let call_id = legacy::call_of_recording(&self.collection("calls"), row).await?;
        Ok(legacy::read_recording(row, call_id))
    }

    /// Recordings of all tenants whose call does not show them yet.
    pub(super) async fn unlinked(
        &self,
        changed_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<UnlinkedRecording>, StorageError> {
        let recordings = self.collection("recordings");
        self.bounded(async {
            let found = recordings
                .find(not_linked(changed_before))
                .sort(oldest_change_first())
                .limit(i64::from(limit));
            let rows = listing::rows(found.await?).await?;
            let read = |row: &Document| {
                Ok(UnlinkedRecording {
                    tenant: Fields::of(row, "recordings").parsed("tenant")?,
                    recording: decode(row)?,
                })
            };
            Ok(rows.iter().map(read).collect::<Result<_, StorageError>>()?)
        })
        .await
    }
}

/// The recording with an id.
pub(super) fn by_id(tenant: &TenantId, id: RecordingId) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.insert("_id", object_id(id));
    filter
}

/// The recording with a SID.
pub(super) fn by_sid(tenant: &TenantId, sid: &RecordingSid) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.insert("twilio_sid", sid.as_str());
    filter
}

/// The recordings of a call.
pub(super) fn of_call(tenant: &TenantId, call_id: CallId) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.insert("call_id", call_id.to_string());
    filter
}

/// The order of the recordings of a call.
pub(super) fn oldest_first() -> Document {
    doc! { "created_at": 1, "_id": 1 }
}

/// Recordings of all tenants that their calls do not show yet.
pub(super) fn not_linked(changed_before: Timestamp) -> Document {
    doc! { "linked": false, "updated_at": { "$lte": stored_time(changed_before) } }
}

/// The order in which recordings are linked.
pub(super) fn oldest_change_first() -> Document {
    doc! { "updated_at": 1, "tenant": 1, "_id": 1 }
}

/// Stores a first callback; `false` when another one was quicker.
async fn insert(
    recordings: &Collection<Document>,
    tenant: &TenantId,
    recording: &Recording,
) -> Result<bool, Fault> {
    let inserted = recordings.insert_one(encode(tenant, recording)).await;
    match inserted.map_err(Fault::from) {
        Ok(_) => Ok(true),
        Err(fault) if fault.is_duplicate_key() => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Stores what a callback changed; `false` when the document is not what it was when it was read.
async fn change(
    recordings: &Collection<Document>,
    tenant: &TenantId,
    before: &Document,
    after: &Recording,
) -> Result<bool, Fault> {
    let mut guard = tenant_filter(tenant);
    guard.insert("_id", object_id(after.id));
    let mut set = Document::new();
    let encoded = encode(tenant, after);
    for field in CHANGING {
        let was = before.get(field);
        guard.insert(
            field,
            match was {
                Some(value) => doc! { "$eq": value },
                None => doc! { "$exists": false },
            },
        );
        if let Some(value) = encoded.get(field)
            && was != Some(value)
        {
            set.insert(field, value);
        }
    }
    let written = recordings.update_one(guard, doc! { "$set": set }).await?;
    Ok(written.matched_count > 0)
}

pub(super) fn object_id(id: RecordingId) -> ObjectId {
    ObjectId::from_bytes(*id.as_object_id().bytes())
}

/// The document of a recording.
pub(super) fn encode(tenant: &TenantId, recording: &Recording) -> Document {
    let mut document = doc! {
        "_id": object_id(recording.id),
        "tenant": tenant.as_str(),
        "call_id": recording.call_id.to_string(),
        "twilio_sid": recording.twilio_sid.as_str(),
        "recording_status": recording.recording_status.as_str(),
        "status": recording.progress().as_str(),
        "linked": recording.linked,
        "created_at": stored_time(recording.created_at),
        "updated_at": stored_time(recording.updated_at),
        "shape": SHAPE,
    };
    let count = |number: u32| Bson::Int64(i64::from(number));
    let call_sid = recording.call_sid.as_ref().map(|sid| sid.as_str());
    let transcription_status = recording
        .transcription_status
        .map(TranscriptionStatus::as_str);
    set_optional(&mut document, "call_sid", call_sid);
    set_optional(
        &mut document,
        "recording_url",
        recording.recording_url.as_deref(),
    );
    set_optional(
        &mut document,
        "duration_sec",
        recording.duration_seconds.map(count),
    );
    set_optional(&mut document, "channels", recording.channels.map(count));
    set_optional(
        &mut document,
        "transcription_text",
        recording.transcription_text.as_deref(),
    );
    set_optional(&mut document, "transcription_status", transcription_status);
    document
}

/// The recording of a document.
pub(super) fn decode(document: &Document) -> Result<Recording, StorageError> {
    let fields = Fields::of(document, "recordings");
    Ok(Recording {
        id: RecordingId::new(fields.object_id("_id")?),
        call_id: fields.parsed("call_id")?,
        call_sid: fields.optional_parsed("call_sid")?,
        twilio_sid: fields.parsed("twilio_sid")?,
        recording_url: fields.optional_text("recording_url")?.map(str::to_owned),
        recording_status: fields.word("recording_status", RecordingStatus::from_word)?,
        duration_seconds: fields.optional_number("duration_sec")?,
        channels: fields.optional_number("channels")?,
        transcription_text: fields
            .optional_text("transcription_text")?
            .map(str::to_owned),
        transcription_status: fields
            .optional_word("transcription_status", TranscriptionStatus::from_word)?,
        linked: fields.boolean("linked")?,
        created_at: fields.timestamp("created_at")?,
        updated_at: fields.timestamp("updated_at")?,
    })
}
