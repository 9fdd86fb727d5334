//! Everything that can happen to a call.

use super::{CallStatus, EventIdentity};
use crate::carrier::{CarrierCall, PlaceOutcome, Refusal};
use crate::notification::{AnsweredBy, DeliveryOutcome};
use crate::{CallSid, DialNo, Digits, Feedback, Timestamp, Who, Why};

/// A status update of the carrier about one dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusUpdate {
    /// The carrier's id of the dial.
    pub sid: CallSid,
    /// The dial that the callback URL named, when it was one of ours.
    pub dial_no: Option<DialNo>,
    /// The status it brings.
    pub status: CallStatus,
    /// What tells it from other updates of the same status.
    pub identity: EventIdentity,
    /// The carrier's own time of the event.
    pub carrier_time: Option<Timestamp>,
    /// How long the conversation was, in seconds.
    pub duration_seconds: Option<u32>,
    /// The SIP response code (RFC 3261, section 21).
    pub sip_response_code: Option<u16>,
    /// Who answered, in the carrier's word.
    pub answered_by: Option<String>,
}

/// Who asked the carrier for a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AskedBy {
    /// An API user, who waits for the answer: what is not taken now never rings.
    Caller,
    /// The redial worker: what is not taken now is asked again.
    Worker,
}

/// What became of asking the carrier for a dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    /// The carrier took it and gave it this id.
    Accepted {
        /// The carrier's id.
        sid: CallSid,
    },
    /// The carrier answered that it will not.
    Refused(Refusal),
    /// The carrier was never asked: nothing can ring.
    NotSent,
    /// It was asked, but no answer could be read.
    Unknown,
}

impl From<&PlaceOutcome> for Placed {
    fn from(outcome: &PlaceOutcome) -> Self {
        match outcome {
            PlaceOutcome::Accepted { sid } => Self::Accepted { sid: sid.clone() },
            PlaceOutcome::Refused(refusal) => Self::Refused(refusal.clone()),
            PlaceOutcome::NotSent { .. } => Self::NotSent,
            PlaceOutcome::Unknown { .. } => Self::Unknown,
        }
    }
}

/// What looking for a dial in the carrier's list came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupResult {
    /// Exactly one dial there fits, and nobody owns it.
    Found(CarrierCall),
    /// None fits, or several do.
    NotFound,
    /// The list could not be read, which says nothing about the dial.
    Unreadable,
}

/// Everything that can happen to a stored call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallEvent {
    /// The carrier reported a status.
    StatusReceived(StatusUpdate),
    /// The carrier was asked how a dial stands, and said so.
    Polled(CarrierCall),
    /// The carrier was asked how a dial stands, and does not know it.
    NotKnown {
        /// Which dial.
        dial_no: DialNo,
    },
    /// Somebody answered, and the carrier asks what to say.
    VoiceRequested {
        /// The carrier's id of the dial.
        sid: CallSid,
        /// The dial that the callback URL named.
        dial_no: Option<DialNo>,
    },
    /// The carrier was asked for a dial.
    Placed {
        /// Which dial.
        dial_no: DialNo,
        /// What became of it.
        outcome: Placed,
        /// Who asked.
        asked_by: AskedBy,
    },
    /// The lookup of a dial with unknown outcome has ended.
    LookedUp {
        /// Which dial.
        dial_no: DialNo,
        /// What it came to.
        found: LookupResult,
    },
    /// A callback proved that this SID, adopted by lookup, belongs to another dial.
    SidGivenBack {
        /// The SID.
        sid: CallSid,
    },
    /// A dial is due: store it as an intent before the carrier is asked.
    DialDue {
        /// Which dial.
        dial_no: DialNo,
    },
    /// An API user wants the call dialled again, now.
    RedialRequested,
    /// An API user gives up the redials that are left.
    RedialsGivenUp,
    /// An API user wants the call to end.
    HangUpRequested,
    /// The carrier was asked to end a dial.
    HangUpTried {
        /// Which dial.
        dial_no: DialNo,
        /// Whether the carrier knows the dial.
        known: bool,
    },
    /// Somebody rated the call.
    FeedbackGiven(Feedback),
    /// A recording of this call has something to show.
    RecordingLinked {
        /// Where the carrier keeps it.
        recording_url: Option<String>,
        /// What was said in it.
        transcription_text: Option<String>,
    },
    /// The carrier judged who answered a dial of a notification.
    MachineDetected {
        /// The carrier's id of the dial.
        sid: CallSid,
        /// The dial that the callback URL named.
        dial_no: Option<DialNo>,
        /// The verdict.
        answered_by: AnsweredBy,
    },
    /// The carrier asks what a machine is to hear of a notification.
    MachineMessageRequested {
        /// The carrier's id of the dial.
        sid: CallSid,
        /// The dial that the callback URL named.
        dial_no: Option<DialNo>,
    },
    /// Whoever answered a dial of a notification pressed a key.
    KeyPressed {
        /// The carrier's id of the dial.
        sid: CallSid,
        /// The dial that the callback URL named.
        dial_no: Option<DialNo>,
        /// The keys.
        digits: Digits,
        /// Whether it answers the question that is asked where a machine is supposed.
        confirmed: bool,
        /// When it arrived first, which may be long before it can be stored.
        pressed_at: Timestamp,
        /// Whether somebody outside is to be told of the acknowledgement.
        deliver: bool,
    },
    /// An API user acknowledged the task of a notification.
    AcknowledgedByApi {
        /// Who it was, as far as the API user said.
        who: Option<Who>,
        /// Why, as far as the API user said.
        why: Option<Why>,
        /// Whether somebody outside is to be told of the acknowledgement.
        deliver: bool,
    },
    /// An API user canceled a notification: nobody is rung any more, and no key press counts.
    NotificationCanceled,
    /// It was tried to tell the outside of an acknowledgement.
    DeliveryTried {
        /// What the try came to.
        outcome: DeliveryOutcome,
    },
}
