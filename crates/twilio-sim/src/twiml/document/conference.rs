//! The Conference of a Dial.

use super::{RecordCallback, Wait};
use crate::callbacks::HttpMethod;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialConference {
    pub(crate) name: String,
    pub(crate) muted: bool,
    pub(crate) starts_on_enter: bool,
    pub(crate) ends_on_exit: bool,
    pub(crate) max_participants: usize,
    pub(crate) label: Option<String>,
    pub(crate) wait: Wait,
    pub(crate) callback: Option<ConferenceCallback>,
    pub(crate) record: Option<ConferenceRecord>,
}

/// Where events of the conference are posted, and which; the first participant's counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConferenceCallback {
    pub(crate) url: String,
    pub(crate) method: HttpMethod,
    pub(crate) events: Vec<ConferenceEvent>,
}

/// The events that happen here. Source: Twilio, Conference, "statusCallbackEvent".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConferenceEvent {
    Start,
    End,
    Join,
    Leave,
}

impl ConferenceEvent {
    /// Reads a list; what never happens here is read and left out.
    pub(crate) fn read(text: &str) -> Option<Vec<Self>> {
        let mut events = Vec::new();
        for word in text.split_whitespace() {
            match word {
                "start" => events.push(Self::Start),
                "end" => events.push(Self::End),
                "join" => events.push(Self::Join),
                "leave" => events.push(Self::Leave),
                "mute" | "hold" | "modify" | "speaker" | "announcement" => {}
                _ => return None,
            }
        }
        Some(events)
    }

    /// The word it is posted as.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Start => "conference-start",
            Self::End => "conference-end",
            Self::Join => "participant-join",
            Self::Leave => "participant-leave",
        }
    }
}

/// A recording of all participants together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConferenceRecord {
    pub(crate) callback: Option<RecordCallback>,
}
