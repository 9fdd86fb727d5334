//! What happened, as reports that tests read and that serialise to JSON.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use utoipa::ToSchema;

use crate::clock::instant_of;
use crate::person::{ActReport, Listening};
use crate::stream::StreamReport;

/// A call's status in Twilio's words.
///
/// Source: Twilio, Call resource, "Call Status Values"; `initiated` is seen in callbacks only, the REST
/// resource says `queued` meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CallStatus {
    /// Accepted and waiting.
    Queued,
    /// Dialled.
    Initiated,
    /// The phone rings.
    Ringing,
    /// Answered.
    InProgress,
    /// Answered and ended.
    Completed,
    /// Busy.
    Busy,
    /// Rang until the timeout.
    NoAnswer,
    /// Could not be connected.
    Failed,
    /// Ended through the API before it was answered.
    Canceled,
}

impl CallStatus {
    /// Twilio's word.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Initiated => "initiated",
            Self::Ringing => "ringing",
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Busy => "busy",
            Self::NoAnswer => "no-answer",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether the call is over.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Queued | Self::Initiated | Self::Ringing | Self::InProgress => false,
            Self::Completed | Self::Busy | Self::NoAnswer | Self::Failed | Self::Canceled => true,
        }
    }
}

impl std::fmt::Display for CallStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Everything about one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallReport {
    /// `CA…`.
    pub sid: String,
    /// The call whose `<Dial>` made this one.
    pub parent_sid: Option<String>,
    /// The number dialled.
    pub to: String,
    /// The number it was dialled from.
    pub from: String,
    /// When the REST API accepted it.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// Every status it had, in order, `queued` first.
    pub history: Vec<StatusChange>,
    /// What the callee heard, in order.
    pub heard: Vec<Heard>,
    /// The keys the callee pressed, in order.
    pub keys_pressed: String,
    /// The same keys, each with its time; whether anybody listened or not.
    pub key_presses: Vec<KeyPress>,
    /// Whether the callee is a person, who acts live.
    pub person: bool,
    /// What the person did, in order; the first 1000 acts.
    pub acts: Vec<ActReport>,
    /// Who or what has answered in Twilio's word, once answering machine detection has found out.
    pub answered_by: Option<String>,
    /// When the callee, being a voicemail, began to record.
    #[serde(with = "time::serde::rfc3339::option")]
    pub voicemail_at: Option<OffsetDateTime>,
    /// What the call waits for from the person now.
    pub listening: Option<Listening>,
    /// What was recorded, in order.
    pub recordings: Vec<RecordingReport>,
    /// The media streams that were asked for, in order.
    pub streams: Vec<StreamReport>,
    /// The TwiML documents the call ran, in order.
    pub documents: Vec<DocumentReport>,
    /// The present status, the final one once the call is over.
    pub status: CallStatus,
    /// Whole seconds from answer to end, as Twilio reports them; `None` until the call is over.
    pub duration_seconds: Option<u64>,
}

impl CallReport {
    /// The texts spoken to the callee, in order.
    #[must_use]
    pub fn said(&self) -> Vec<&str> {
        self.heard
            .iter()
            .filter_map(|heard| heard.kind.text())
            .collect()
    }

    /// The texts a voicemail has recorded, in order; one that began during its greeting is not among them.
    #[must_use]
    pub fn left_on_voicemail(&self) -> Vec<&str> {
        let Some(began_at) = self.voicemail_at else {
            return Vec::new();
        };
        self.heard
            .iter()
            .filter(|heard| heard.at >= began_at)
            .filter_map(|heard| heard.kind.text())
            .collect()
    }

    /// The statuses the call had, in order.
    #[must_use]
    pub fn statuses(&self) -> Vec<CallStatus> {
        self.history.iter().map(|change| change.status).collect()
    }
}

/// A status and when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StatusChange {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What.
    pub status: CallStatus,
}

/// Something the callee heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Heard {
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What it was.
    #[serde(flatten)]
    pub kind: HeardKind,
}

/// A key the callee pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KeyPress {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Which, from `0-9*#`.
    pub key: char,
}

impl KeyPress {
    pub(crate) fn of((at_ms, key): &(i64, char)) -> Self {
        Self {
            at: instant_of(*at_ms),
            key: *key,
        }
    }
}

/// The kinds of things a callee can hear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum HeardKind {
    /// Words, from `<Say>`.
    Said {
        /// The words.
        text: String,
        /// The `voice` attribute, when there was one.
        voice: Option<String>,
        /// The `language` attribute, when there was one.
        language: Option<String>,
    },
    /// A sound file, from `<Play>`.
    Played {
        /// Its URL, made absolute.
        url: String,
    },
    /// Keys played by the other side, from `<Play digits>` or `SendDigits`.
    Tones {
        /// The keys.
        digits: String,
    },
    /// The beep before a recording.
    Beep,
    /// Silence, from `<Pause>`.
    Pause {
        /// Its length in seconds.
        seconds: u64,
    },
    /// Twilio's own music while waiting, from where it begins.
    HoldMusic,
    /// Another call, while the two are connected.
    Bridged {
        /// The other call.
        call_sid: String,
        /// What the person there says.
        words: Option<String>,
        /// How long they were connected, in milliseconds; 0 while they still are.
        duration_ms: u64,
    },
    /// The others in a conference.
    Conference {
        /// `CF…`.
        conference_sid: String,
        /// Its name.
        name: String,
        /// The other calls that were in it meanwhile.
        with: Vec<String>,
        /// How long the call took part, in milliseconds; 0 while it still does.
        duration_ms: u64,
    },
    /// Twilio's own announcement that an application error has occurred.
    ApplicationError,
}

impl HeardKind {
    /// The words, when it was words.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Said { text, .. } => Some(text),
            Self::Played { .. }
            | Self::Tones { .. }
            | Self::Beep
            | Self::Pause { .. }
            | Self::HoldMusic
            | Self::Bridged { .. }
            | Self::Conference { .. }
            | Self::ApplicationError => None,
        }
    }
}

/// A recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RecordingReport {
    /// `RE…`.
    pub sid: String,
    /// The call it was made in.
    pub call_sid: String,
    /// What made it in Twilio's word: `RecordVerb`, `OutboundAPI`, `StartCallRecordingAPI` or
    /// `StartCallRecordingTwiML`.
    pub source: String,
    /// How many channels it has, 1 or 2.
    pub channels: u16,
    /// Whose sound it holds: `inbound`, `outbound` or `both`.
    pub track: String,
    /// Twilio's word: `in-progress`, `paused`, `stopped`, `processing`, `completed` or `absent`.
    pub status: String,
    /// When it began.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// Length of the media in milliseconds.
    pub duration_ms: u64,
    /// Why it ended: the key pressed, `hangup`, or nothing.
    pub digits: String,
    /// Its address, without extension.
    pub url: String,
    /// The text of its transcription, once there is one.
    pub transcription_text: Option<String>,
}

/// A TwiML document a call ran.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DocumentReport {
    /// When it was there.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Where it came from; `None` for the `Twiml` parameter.
    pub url: Option<String>,
    /// The document.
    pub twiml: String,
}

/// A request the REST API received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RequestReport {
    /// When it came.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The HTTP method.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// Query and form parameters, in order, decoded.
    pub params: Vec<(String, String)>,
    /// The HTTP status answered; `None` when the connection was dropped or nothing was answered yet.
    pub answer_status: Option<u16>,
}

impl RequestReport {
    /// The first value of a parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        first(&self.params, name)
    }
}

/// What a request of the simulator was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryKind {
    /// A TwiML document: the call's `Url`, its fallback, a redirect.
    Twiml,
    /// The `action` of a verb.
    Action,
    /// A call status callback.
    CallStatus,
    /// A recording status callback.
    RecordingStatus,
    /// What a `<Gather>` understands while somebody still speaks.
    PartialResult,
    /// A media stream status callback.
    StreamStatus,
    /// A conference status callback.
    ConferenceStatus,
    /// A transcription callback.
    Transcription,
    /// The status callback of a message.
    MessageStatus,
    /// A message from a person, posted to the message webhook, or the `action` of a reply.
    InboundMessage,
    /// The callback of asynchronous answering machine detection.
    AsyncAmd,
}

/// A request the simulator made, one entry for every attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeliveryReport {
    /// When it was made.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What it was for.
    pub kind: DeliveryKind,
    /// The call it belongs to, or the message.
    pub call_sid: String,
    /// The HTTP method.
    pub method: String,
    /// The URL as requested, without fragment.
    pub url: String,
    /// The parameters, in the body of a POST or the query of a GET.
    pub params: Vec<(String, String)>,
    /// `X-Twilio-Signature`.
    pub signature: String,
    /// `I-Twilio-Idempotency-Token`, the same on every attempt.
    pub idempotency_token: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// What came of it.
    pub outcome: DeliveryOutcome,
}

impl DeliveryReport {
    /// The first value of a parameter.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        first(&self.params, name)
    }

    /// The HTTP status answered, when there was an answer.
    #[must_use]
    pub const fn answer_status(&self) -> Option<u16> {
        match &self.outcome {
            DeliveryOutcome::Answered { status, .. } => Some(*status),
            DeliveryOutcome::Failed { .. } | DeliveryOutcome::Dropped => None,
        }
    }
}

/// What came of a request the simulator made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// There was an answer.
    Answered {
        /// Its HTTP status.
        status: u16,
        /// Its body, at most 64 KiB of it.
        body: String,
    },
    /// There was none.
    Failed {
        /// Why, in words.
        error: String,
    },
    /// A [`Fault`](crate::Fault) kept it from being sent.
    Dropped,
}

/// An entry of Twilio's debugger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AlertReport {
    /// `NO…`, by which the call's `Notifications.json` knows it.
    pub sid: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Twilio's error code, for example 12100.
    pub code: u32,
    /// What was wrong, in words.
    pub message: String,
    /// The call it happened in, or the message.
    pub call_sid: String,
    /// The URL it happened with, when there was one.
    pub url: Option<String>,
}

fn first<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}
