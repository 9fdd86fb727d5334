//! Dial and whom it can connect a call to.

use super::{Action, DialConference, DialQueue, RecordCallback};
use crate::call::{DetectionSettings, StatusEvent};
use crate::callbacks::HttpMethod;
use crate::recording::{RecordingChannels, RecordingTrack};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dial {
    /// No URL means the next verb.
    pub(crate) action: Action,
    /// How long the phones ring.
    pub(crate) timeout_seconds: u16,
    /// How long the parties may talk.
    pub(crate) time_limit_seconds: u32,
    pub(crate) caller_id: Option<String>,
    pub(crate) hangup_on_star: bool,
    pub(crate) sequential: bool,
    pub(crate) record: Option<DialRecord>,
    pub(crate) party: DialParty,
}

/// A recording of the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialRecord {
    pub(crate) from: RecordFrom,
    pub(crate) channels: RecordingChannels,
    pub(crate) track: RecordingTrack,
    pub(crate) trim_silence: bool,
    pub(crate) callback: Option<RecordCallback>,
}

/// When a recording begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordFrom {
    Ringing,
    Answer,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DialParty {
    Callees(Vec<Callee>),
    Queue(DialQueue),
    Conference(DialConference),
}

/// A Number, Client or Sip, or the plain text of Dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Callee {
    /// E.164, `client:…` or `sip:…`.
    pub(crate) address: String,
    pub(crate) send_digits: String,
    /// The document run for the callee before it is connected.
    pub(crate) whisper: Option<(String, HttpMethod)>,
    pub(crate) status_callback: Option<CalleeCallback>,
    pub(crate) detection: Option<CalleeDetection>,
}

/// Answering machine detection, and where the verdict is posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalleeDetection {
    pub(crate) settings: DetectionSettings,
    pub(crate) callback: Option<(String, HttpMethod)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalleeCallback {
    pub(crate) url: String,
    pub(crate) method: HttpMethod,
    pub(crate) events: Vec<StatusEvent>,
}
