//! The choices a new call has.

use crate::http_method::HttpMethod;
use crate::private_text::PrivateText;
use crate::sid::ApplicationSid;

/// What happens once the callee answers: exactly one of three.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallInstructions {
    /// Twilio asks this URL for a document.
    Url {
        /// An absolute URL.
        url: String,
        /// POST without.
        method: Option<HttpMethod>,
    },
    /// This document, at most 4000 characters; URLs in it must be absolute.
    Twiml(PrivateText),
    /// What the application says, its callbacks included.
    Application(ApplicationSid),
}

/// An event that Twilio calls back for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusCallbackEvent {
    /// It is being dialled.
    Initiated,
    /// It rings.
    Ringing,
    /// It was answered; the callback says `in-progress`.
    Answered,
    /// It is over, in whatever way.
    Completed,
}

/// What answering machine detection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MachineDetection {
    /// A verdict as soon as possible.
    Enable,
    /// For a machine, the end of its greeting.
    DetectMessageEnd,
}

/// How many channels a recording of the whole call has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingChannels {
    /// Both sides in one.
    Mono,
    /// Each side in its own.
    Dual,
}

impl StatusCallbackEvent {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Completed => "completed",
        }
    }
}

impl MachineDetection {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Enable => "Enable",
            Self::DetectMessageEnd => "DetectMessageEnd",
        }
    }
}

impl RecordingChannels {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Mono => "mono",
            Self::Dual => "dual",
        }
    }
}
