//! How a whole call is recorded (<https://www.twilio.com/docs/voice/api/recording>).

use super::ParameterError;
use super::call_options::words;
use super::form::{Form, WriteForm as _};
use super::webhook_url::check_status_callback;
use crate::http_method::HttpMethod;

words!(
    /// How many channels a recording of the whole call has.
    RecordingChannels {
        /// Both sides in one.
        Mono = "mono",
        /// Each side in its own.
        Dual = "dual",
    }
);

words!(
    /// Which sides a recording holds.
    RecordingTrack {
        /// What Twilio hears of the other side.
        Inbound = "inbound",
        /// What Twilio plays to the other side.
        Outbound = "outbound",
        /// Both.
        Both = "both",
    }
);

words!(
    /// What becomes of silence at both ends of a recording.
    RecordingTrim {
        /// It is cut off.
        TrimSilence = "trim-silence",
        /// It stays.
        DoNotTrim = "do-not-trim",
    }
);

words!(
    /// An event of a recording that Twilio calls back for.
    RecordingStatusCallbackEvent {
        /// It began.
        InProgress = "in-progress",
        /// Its audio can be fetched.
        Completed = "completed",
        /// Nothing was recorded.
        Absent = "absent",
    }
);

/// How a whole call is recorded; what is not set is left to Twilio.
///
/// ```
/// use atlas_twilio::rest::{CallRecording, RecordingChannels};
///
/// let recording = CallRecording {
///     channels: Some(RecordingChannels::Dual),
///     status_callback: Some("https://example.com/recording".to_owned()),
///     ..CallRecording::default()
/// };
/// # drop(recording);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CallRecording {
    /// One channel without.
    pub channels: Option<RecordingChannels>,
    /// Both sides without.
    pub track: Option<RecordingTrack>,
    /// Silence is cut off without when a call is made with it, and stays when it is begun later.
    pub trim: Option<RecordingTrim>,
    /// Where news of the recording go.
    pub status_callback: Option<String>,
    /// POST without.
    pub status_callback_method: Option<HttpMethod>,
    /// Which news; only `completed` without.
    pub status_callback_events: Vec<RecordingStatusCallbackEvent>,
    /// A configuration kept at Twilio; only for a call made with it.
    pub recording_configuration_id: Option<String>,
}

impl CallRecording {
    pub(super) fn check(&self) -> Result<(), ParameterError> {
        check_status_callback("RecordingStatusCallback", self.status_callback.as_deref())
    }

    pub(super) fn write(&self, form: &mut Form) {
        form.add("RecordingChannels", self.channels);
        form.add("RecordingTrack", self.track);
        form.add("Trim", self.trim);
        form.add("RecordingStatusCallback", self.status_callback.as_ref());
        form.add("RecordingStatusCallbackMethod", self.status_callback_method);
        form.add_each("RecordingStatusCallbackEvent", &self.status_callback_events);
        form.add(
            "RecordingConfigurationId",
            self.recording_configuration_id.as_ref(),
        );
    }
}
