//! News of a recording (<https://www.twilio.com/docs/voice/api/recording#recordingstatuscallback>).

use time::OffsetDateTime;

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::RecordingSid;
use crate::vocabulary::{RecordingSource, RecordingStatus};

/// A recording changed its status.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordingStatusCallback {
    /// Which call was recorded.
    pub call: CallParameters,
    /// `RecordingSid`
    pub recording_sid: Option<RecordingSid>,
    /// `RecordingStatus`
    pub recording_status: Option<RecordingStatus>,
    /// `RecordingUrl`
    pub recording_url: Option<String>,
    /// `RecordingDuration`, in seconds; only once completed.
    pub recording_duration_seconds: Option<u32>,
    /// `RecordingChannels`
    pub recording_channels: Option<u32>,
    /// `RecordingStartTime`
    pub recording_start_time: Option<OffsetDateTime>,
    /// `RecordingSource`
    pub recording_source: Option<RecordingSource>,
    /// `RecordingTrack`
    pub recording_track: Option<String>,
    /// `ErrorCode`; Twilio sends 0 for none, which is absent here.
    pub error_code: Option<u32>,
    form: Form,
}

keeps_form!(RecordingStatusCallback);

impl FromForm for RecordingStatusCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            recording_sid: form.parsed("RecordingSid"),
            recording_status: form.word("RecordingStatus"),
            recording_url: form.owned("RecordingUrl"),
            recording_duration_seconds: form.parsed("RecordingDuration"),
            recording_channels: form.parsed("RecordingChannels"),
            recording_start_time: form.timestamp("RecordingStartTime"),
            recording_source: form.word("RecordingSource"),
            recording_track: form.owned("RecordingTrack"),
            error_code: form.error_code(),
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_words_for_a_status_are_taken() {
        for (word, status) in [
            ("in-progress", RecordingStatus::InProgress),
            ("completed", RecordingStatus::Completed),
            ("absent", RecordingStatus::Absent),
            ("failed", RecordingStatus::Failed),
        ] {
            let body = format!(
                "CallSid=CAfedcba9876543210fedcba9876543210&RecordingStatus={word}&ErrorCode=0\
                 &RecordingSid=REfedcba9876543210fedcba9876543210&RecordingChannels=1"
            );
            let callback =
                RecordingStatusCallback::from_form(Form::parse(body.as_bytes())).unwrap();
            assert_eq!(callback.recording_status, Some(status));
            assert_eq!(callback.recording_channels, Some(1));
            assert_eq!(callback.error_code, None);
        }
    }
}
