//! A recording.

use atlas_domain::Recording;
use serde::Serialize;
use utoipa::ToSchema;

/// A recording of a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Recording)]
pub(crate) struct RecordingView {
    /// Its id.
    #[schema(pattern = "^[0-9a-f]{24}$", example = "695736a5f1c2d3e4a5b6c7d8")]
    id: String,
    /// The call it was made in.
    #[schema(format = Uuid)]
    call_id: String,
    /// Twilio's Recording SID.
    #[schema(example = "RE0123456789abcdef0123456789abcdef")]
    twilio_sid: String,
    /// Where Twilio keeps it; null until that is known.
    #[schema(required)]
    recording_url: Option<String>,
    /// Twilio's word for how it stands: `in-progress`, `completed`, `absent` or `failed`.
    #[schema(example = "completed")]
    recording_status: &'static str,
    /// How it stands: `processing`, `completed` or `failed`.
    #[schema(example = "completed")]
    status: &'static str,
    /// Its length in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    duration_sec: Option<u32>,
    /// How many channels it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    channels: Option<u32>,
    /// What was said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Please call me back.")]
    transcription_text: Option<String>,
    /// Twilio's word for how the transcription stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "completed")]
    transcription_status: Option<&'static str>,
    /// When the first news of it came.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    updated_at: String,
}

impl From<Recording> for RecordingView {
    fn from(recording: Recording) -> Self {
        Self {
            id: recording.id.to_string(),
            call_id: recording.call_id.to_string(),
            twilio_sid: recording.twilio_sid.to_string(),
            recording_status: recording.recording_status.as_str(),
            status: recording.progress().as_str(),
            duration_sec: recording.duration_seconds,
            channels: recording.channels,
            transcription_status: recording.transcription_status.map(|status| status.as_str()),
            created_at: recording.created_at.to_string(),
            updated_at: recording.updated_at.to_string(),
            recording_url: recording.recording_url,
            transcription_text: recording.transcription_text,
        }
    }
}
