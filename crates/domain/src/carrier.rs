//! The port to whoever rings phones, and what passes through it.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_core::stream::BoxStream;

use crate::call::CallStatus;
use crate::{CallId, CallSid, DialNo, PhoneNumber, RecordingSid, Timestamp, TwimlUrl};

/// Whoever rings phones; Twilio is the first.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// Asks for one dial.
    ///
    /// MUST send at most one request that can ring a phone, and MUST answer
    /// [`PlaceOutcome::Unknown`] whenever that request may have been received but its answer could
    /// not be read. Answers within a bounded time.
    async fn place(&self, order: &DialOrder) -> PlaceOutcome;

    /// Reads how a dial stands now; `None` when the carrier does not know it.
    ///
    /// # Errors
    /// [`CarrierError`] when there was no usable answer.
    async fn fetch(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError>;

    /// Lists outbound dials by their numbers, newest first, back to `query.created_after`.
    ///
    /// # Errors
    /// [`CarrierError`] when any part of the list could not be read.
    async fn list(&self, query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError>;

    /// Ends a dial that rings or talks, and says how it stands then; `None` when the carrier does
    /// not know it. Ending one that has ended already is not an error.
    ///
    /// # Errors
    /// [`CarrierError`] when the carrier could not be asked.
    async fn hang_up(&self, sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError>;

    /// Has a call that talks play what a machine is to hear of a notification; one that does not
    /// talk (any more) is left alone, which is not an error.
    ///
    /// # Errors
    /// [`CarrierError`] when the carrier could not be asked, or does not know the call.
    async fn play_machine_message(
        &self,
        sid: &CallSid,
        dial: &DialReference,
    ) -> Result<(), CarrierError>;

    /// Lists the newest calls of the account, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`CarrierError`] when the list could not be read.
    async fn recent(&self, limit: u32) -> Result<Vec<CarrierCall>, CarrierError>;

    /// Checks that the carrier can be reached with these credentials.
    ///
    /// # Errors
    /// [`CarrierError`] when it cannot.
    async fn check_account(&self) -> Result<(), CarrierError>;

    /// Opens the audio of a recording as a stream; `None` when the carrier has none (yet).
    ///
    /// # Errors
    /// [`CarrierError`] when the carrier could not be asked.
    async fn recording_media(
        &self,
        request: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError>;
}

/// One dial to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DialOrder {
    /// The call and dial that callbacks will name.
    pub dial: DialReference,
    /// Whom to ring.
    pub to_number: PhoneNumber,
    /// The number shown.
    pub from_number: PhoneNumber,
    /// What whoever answers is to hear.
    pub content: DialContent,
}

/// What whoever answers a dial is to hear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DialContent {
    /// What Atlas answers when it is asked: the script of the call.
    Script {
        /// Whether the conversation is to be recorded.
        recording_enabled: bool,
    },
    /// The document at this address.
    Document(TwimlUrl),
    /// What Atlas answers when it is asked: the message of the notification.
    Notification {
        /// Whether and how to find out who answers.
        machine_detection: MachineDetection,
    },
}

/// Whether and how the carrier finds out whether a machine answers, at extra cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum MachineDetection {
    /// Not at all.
    Off,
    /// While the message plays: a person waits for nothing.
    #[default]
    Asynchronous,
    /// Before the message plays: a person waits for some seconds.
    Synchronous,
}

impl MachineDetection {
    /// The word for it in settings.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Asynchronous => "async",
            Self::Synchronous => "sync",
        }
    }

    /// The way with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Off, Self::Asynchronous, Self::Synchronous]
            .into_iter()
            .find(|way| way.as_str() == word)
    }
}

/// Names one dial of one call; callbacks carry it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DialReference {
    /// The call.
    pub call_id: CallId,
    /// Which dial of it.
    pub dial_no: DialNo,
}

/// What became of a request to ring a phone: one of four.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceOutcome {
    /// The carrier took it and gave it this id.
    Accepted {
        /// The carrier's id.
        sid: CallSid,
    },
    /// The carrier answered that it will not.
    Refused(Refusal),
    /// The carrier was never asked: nothing can ring.
    NotSent {
        /// Why, in words for an operator.
        reason: String,
    },
    /// It was asked, but no answer could be read: a phone may ring.
    Unknown {
        /// Why, in words for an operator.
        reason: String,
    },
}

/// Why a carrier will not do something.
///
/// Its `Display` and `Debug` leave out the message, in which carriers repeat phone numbers.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the carrier refused ({})", self.code.map_or_else(|| "no code".to_owned(), |code| format!("code {code}")))]
pub struct Refusal {
    /// What kind of reason.
    pub kind: RefusalKind,
    /// The carrier's own code.
    pub code: Option<u32>,
    /// The carrier's own words, fit for the API user.
    pub message: String,
}

impl std::fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Refusal")
            .field("kind", &self.kind)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// The kinds of reasons for which a carrier refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    /// A number is invalid, blocked, unreachable or not verified.
    Number,
    /// Another parameter is wrong.
    Parameter,
    /// The account may not do this.
    Permission,
    /// The credentials are wrong, or the account is suspended.
    Credentials,
    /// Too much at once; it was not processed.
    RateLimited {
        /// After how many seconds to ask again, where the carrier said so.
        retry_after_seconds: Option<u32>,
    },
}

/// A dial as the carrier sees it. `Debug` leaves out the numbers.
#[derive(Clone, PartialEq, Eq)]
pub struct CarrierCall {
    /// The carrier's id.
    pub sid: CallSid,
    /// How it stands; `None` for a word Atlas does not know.
    pub status: Option<CallStatus>,
    /// How it stands, in the carrier's word.
    pub status_word: String,
    /// Whom it rings, as the carrier writes it.
    pub to: Option<String>,
    /// The number shown, as the carrier writes it.
    pub from: Option<String>,
    /// Whether an API request made it (and not an incoming call or a second leg).
    pub outbound_api: bool,
    /// When the carrier took it.
    pub created_at: Option<Timestamp>,
    /// When it was dialled.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long the conversation was, in seconds.
    pub duration_seconds: Option<u32>,
    /// Who answered, in the carrier's word.
    pub answered_by: Option<String>,
}

impl std::fmt::Debug for CarrierCall {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("CarrierCall")
            .field("sid", &self.sid)
            .field("status", &self.status)
            .field("status_word", &self.status_word)
            .field("outbound_api", &self.outbound_api)
            .field("created_at", &self.created_at)
            .field("started_at", &self.started_at)
            .field("ended_at", &self.ended_at)
            .field("duration_seconds", &self.duration_seconds)
            .field("answered_by", &self.answered_by)
            .finish_non_exhaustive()
    }
}

/// Which dials to list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CarrierCallQuery {
    /// The number rung.
    pub to_number: PhoneNumber,
    /// The number shown.
    pub from_number: PhoneNumber,
    /// The oldest creation time of interest.
    pub created_after: Timestamp,
}

/// The audio formats a recording can be had in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum MediaFormat {
    /// PCM, larger.
    #[default]
    Wav,
    /// Compressed, smaller.
    Mp3,
}

/// Which audio to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRequest {
    /// The recording.
    pub recording_sid: RecordingSid,
    /// The wanted format.
    pub format: MediaFormat,
    /// The value of an HTTP `Range` header to pass on (RFC 9110, section 14.2).
    pub range: Option<String>,
}

/// The audio of a recording, being streamed.
pub struct RecordingMedia {
    /// Whether it is the whole, a part, or the range cannot be had.
    pub extent: MediaExtent,
    /// Its media type.
    pub content_type: String,
    /// Its length in bytes, where the carrier said so.
    pub content_length: Option<u64>,
    /// Its bytes as they come.
    pub body: BoxStream<'static, Result<Bytes, CarrierError>>,
}

/// How much of the audio an answer holds (RFC 9110, sections 14.4 and 15.5.17).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaExtent {
    /// All of it.
    Whole,
    /// The part that this `Content-Range` value tells.
    Part {
        /// The value of the carrier's `Content-Range` header.
        content_range: String,
    },
    /// Nothing: the range lies outside.
    Unsatisfiable {
        /// The value of the carrier's `Content-Range` header, where it gave one.
        content_range: Option<String>,
    },
}

/// Why the carrier could not be read or told something. None of these rings a phone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CarrierError {
    /// No carrier is configured.
    #[error("no carrier is configured")]
    NotConfigured,
    /// It said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be reached, or did not answer in time.
    #[error("the carrier could not be reached: {reason}")]
    NotReached {
        /// Why, in words for an operator.
        reason: String,
    },
    /// Its answer makes no sense.
    #[error("the carrier's answer could not be read: {reason}")]
    Unreadable {
        /// Why, in words for an operator.
        reason: String,
    },
}

/// The carrier of an installation that has none: everything is refused, nothing rings.
///
/// ```
/// use atlas_domain::carrier::{Carrier, CarrierError, NoCarrier};
///
/// # async fn check() {
/// assert_eq!(NoCarrier.check_account().await, Err(CarrierError::NotConfigured));
/// # }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NoCarrier;

#[async_trait]
impl Carrier for NoCarrier {
    async fn place(&self, _order: &DialOrder) -> PlaceOutcome {
        PlaceOutcome::NotSent {
            reason: CarrierError::NotConfigured.to_string(),
        }
    }

    async fn fetch(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn list(&self, _query: &CarrierCallQuery) -> Result<Vec<CarrierCall>, CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn hang_up(&self, _sid: &CallSid) -> Result<Option<CarrierCall>, CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn play_machine_message(
        &self,
        _sid: &CallSid,
        _dial: &DialReference,
    ) -> Result<(), CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn recent(&self, _limit: u32) -> Result<Vec<CarrierCall>, CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn check_account(&self) -> Result<(), CarrierError> {
        Err(CarrierError::NotConfigured)
    }

    async fn recording_media(
        &self,
        _request: &MediaRequest,
    ) -> Result<Option<RecordingMedia>, CarrierError> {
        Err(CarrierError::NotConfigured)
    }
}

/// How long after an intent its dial may have been created at the carrier and still be this one.
pub const PLACEMENT_WINDOW: Duration = Duration::from_secs(120);
/// How far the carrier's clock may be behind ours, its whole seconds included.
pub const CARRIER_CLOCK_SKEW: Duration = Duration::from_secs(10);
