//! Recordings: what is asked for, how long they become, and what is told about them.

mod callback;
mod life;
mod timing;

use url::Url;

pub(crate) use life::{begin, begin_within, end_all, end_with, pause, resume, stop};
pub(crate) use timing::Timing;

use crate::callbacks::HttpMethod;
use crate::world::whole_seconds;

/// A recording as Twilio keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    pub(crate) sid: String,
    pub(crate) call_sid: String,
    pub(crate) options: RecordingOptions,
    pub(crate) status: RecordingStatus,
    pub(crate) started_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) timing: Timing,
    /// Length of the media; of no meaning while it is being made.
    pub(crate) duration_ms: u64,
    /// Why a `<Record>` ended: the key pressed, `hangup`, or nothing.
    pub(crate) digits: String,
    /// Deleted: the media is gone, what is said here is kept.
    pub(crate) deleted: bool,
}

/// How a recording was asked for.
#[derive(Clone, Debug)]
pub(crate) struct RecordingOptions {
    pub(crate) source: RecordingSource,
    /// The name by which `<Stop>` finds it.
    pub(crate) name: Option<String>,
    pub(crate) channels: RecordingChannels,
    pub(crate) track: RecordingTrack,
    /// Whether silence is cut off at the beginning and the end.
    pub(crate) trim_silence: bool,
    pub(crate) callback: Option<RecordingCallback>,
    /// The conference it is of.
    pub(crate) conference_sid: Option<String>,
}

/// Who is told about a recording, and about what.
#[derive(Clone, Debug)]
pub(crate) struct RecordingCallback {
    pub(crate) url: Url,
    pub(crate) method: HttpMethod,
    pub(crate) events: RecordingEvents,
}

/// The events a recording status callback can be subscribed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RecordingEvents {
    pub(crate) in_progress: bool,
    pub(crate) completed: bool,
    pub(crate) absent: bool,
}

impl RecordingEvents {
    /// Twilio's default: the end of a recording that holds something.
    pub(crate) const COMPLETED: Self = Self {
        in_progress: false,
        completed: true,
        absent: false,
    };

    /// Reads names of events; `None` when one is unknown, [`Self::COMPLETED`] when there is none.
    pub(crate) fn read<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let mut events = Self::default();
        for name in names {
            match name {
                "in-progress" => events.in_progress = true,
                "completed" => events.completed = true,
                "absent" => events.absent = true,
                _ => return None,
            }
        }
        Some(if events == Self::default() {
            Self::COMPLETED
        } else {
            events
        })
    }
}

/// What made a recording. Source: Twilio, Recordings resource, "source"; the value for
/// `<Start><Recording>` is the one its requests carry, the resource's list does not name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordingSource {
    RecordVerb,
    OutboundApi,
    StartCallRecordingApi,
    StartCallRecordingTwiml,
    DialVerb,
    Conference,
}

impl RecordingSource {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::RecordVerb => "RecordVerb",
            Self::OutboundApi => "OutboundAPI",
            Self::StartCallRecordingApi => "StartCallRecordingAPI",
            Self::StartCallRecordingTwiml => "StartCallRecordingTwiML",
            Self::DialVerb => "DialVerb",
            Self::Conference => "Conference",
        }
    }
}

/// One channel for everybody, or one for each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordingChannels {
    Mono,
    Dual,
}

impl RecordingChannels {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "mono" => Some(Self::Mono),
            "dual" => Some(Self::Dual),
            _ => None,
        }
    }

    pub(crate) const fn count(self) -> u16 {
        match self {
            Self::Mono => 1,
            Self::Dual => 2,
        }
    }
}

/// Whose sound is recorded: what Twilio receives, what it sends, or both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordingTrack {
    Inbound,
    Outbound,
    Both,
}

impl RecordingTrack {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "inbound" => Some(Self::Inbound),
            "outbound" => Some(Self::Outbound),
            "both" => Some(Self::Both),
            _ => None,
        }
    }

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Both => "both",
        }
    }
}

/// Reads `Trim`: whether silence is cut off.
pub(crate) fn parse_trim(text: &str) -> Option<bool> {
    match text {
        "trim-silence" => Some(true),
        "do-not-trim" => Some(false),
        _ => None,
    }
}

/// What a paused recording does with the time that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PauseBehavior {
    /// It is left out.
    Skip,
    /// It is recorded as silence.
    Silence,
}

impl PauseBehavior {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "skip" => Some(Self::Skip),
            "silence" => Some(Self::Silence),
            _ => None,
        }
    }
}

/// The states of a recording. Source: Twilio, Recordings resource, "status".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordingStatus {
    InProgress,
    Paused,
    Stopped,
    Processing,
    Completed,
    Absent,
}

impl RecordingStatus {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }

    /// Whether it is still being made.
    pub(crate) const fn is_active(self) -> bool {
        match self {
            Self::InProgress | Self::Paused => true,
            Self::Stopped | Self::Processing | Self::Completed | Self::Absent => false,
        }
    }
}

impl Recording {
    /// Twilio's whole seconds.
    pub(crate) const fn duration_seconds(&self) -> u64 {
        whole_seconds(self.duration_ms)
    }

    /// Whether its sound can be had.
    pub(crate) fn has_media(&self) -> bool {
        self.status == RecordingStatus::Completed && !self.deleted
    }
}
