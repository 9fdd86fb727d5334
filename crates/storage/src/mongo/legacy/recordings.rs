//! Recordings of an older service.

use atlas_domain::{
    CallId, ObjectId, Recording, RecordingId, RecordingSid, RecordingStatus, TranscriptionStatus,
};
use mongodb::bson::{Document, oid};

use super::calls::lifetime;
use super::ids::{derived_call_id, object_id};
use super::values::{count, parsed, text};

/// How an old row names the call it was made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::mongo) enum CallOfRecording {
    /// By the call's id.
    Known(CallId),
    /// By the `_id` of the call's row.
    Row(oid::ObjectId),
    /// Not at all.
    Unknown,
}

impl CallOfRecording {
    /// What a row says.
    pub(in crate::mongo) fn of(row: &Document) -> Self {
        let value = row.get("call_id");
        if let Some(id) = value.and_then(|value| value.as_object_id()) {
            return Self::Row(id);
        }
        let Some(text) = text(row, "call_id") else {
            return Self::Unknown;
        };
        match (text.parse(), text.parse()) {
            (Ok(id), _) => Self::Known(id),
            (Err(_), Ok(id)) => Self::Row(id),
            (Err(_), Err(_)) => Self::Unknown,
        }
    }
}

/// The recording of an old row, whatever it holds; `call_id` is what the row of the call says that
/// it names, if that is there.
pub(in crate::mongo) fn read_recording(row: &Document, call_id: Option<CallId>) -> Recording {
    let id = object_id(row);
    let named = || match CallOfRecording::of(row) {
        CallOfRecording::Known(call_id) => call_id,
        CallOfRecording::Row(row) => derived_call_id(ObjectId::from_bytes(row.bytes())),
        // One that no call has.
        CallOfRecording::Unknown => derived_call_id(id),
    };
    let (created_at, updated_at) = lifetime(row);
    let transcription_text = text(row, "transcription_text");
    Recording {
        id: RecordingId::new(id),
        call_id: call_id.unwrap_or_else(named),
        call_sid: parsed(row, "call_sid"),
        twilio_sid: sid(row, id),
        recording_url: text(row, "recording_url"),
        recording_status: status(row),
        duration_seconds: count(row, "duration_sec").or_else(|| count(row, "duration")),
        channels: count(row, "channels"),
        transcription_status: transcription_text
            .as_ref()
            .map(|_| TranscriptionStatus::Completed),
        transcription_text,
        // The older service wrote into the call itself what is to be shown there.
        linked: true,
        created_at,
        updated_at,
    }
}

/// The carrier's id; where there is none, one that no carrier gives.
fn sid(row: &Document, id: ObjectId) -> RecordingSid {
    let sid = parsed(row, "twilio_sid").or_else(|| parsed(row, "recording_sid"));
    sid.unwrap_or_else(|| RecordingSid::of_row_without(id))
}

fn status(row: &Document) -> RecordingStatus {
    ["recording_status", "status"]
        .into_iter()
        .filter_map(|name| text(row, name))
        .find_map(|word| match word.trim().to_ascii_lowercase().as_str() {
            "processing" => Some(RecordingStatus::InProgress),
            word => RecordingStatus::from_word(word),
        })
        .unwrap_or(RecordingStatus::InProgress)
}
