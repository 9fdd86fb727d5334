//! A call: what was asked for, what has become of it, and how it lives.

mod bridge;
mod child;
mod detection;
mod dial_queue;
mod documents;
mod early_keys;
mod faults;
mod fetch;
mod leg;
mod life;
mod params;
mod person;
mod status;
mod strictness;
mod trial;

use url::Url;

pub(crate) use bridge::{Side, converse};
pub(crate) use child::{Child, ChildStage};
pub(crate) use detection::{
    AnsweredBy, DetectionMode, DetectionReport, DetectionSettings, MachineDetection,
};
pub(crate) use dial_queue::DialQueue;
pub(crate) use documents::{Ending, run_documents};
pub(crate) use fetch::DocumentRequest;
pub(crate) use leg::{Leg, LegEnd, Scope};
pub(crate) use life::{QUEUE_TIME_MS, start};
pub(crate) use params::common_params;

use crate::callbacks::HttpMethod;
use crate::clock::instant_of;
use crate::person::PersonLine;
use crate::record::{CallStatus, DocumentReport, Heard, StatusChange};
use crate::recording::RecordingOptions;
use crate::stream::Stream;
use crate::world::{Taken, whole_seconds};

/// Where TwiML comes from.
#[derive(Clone, Debug)]
pub(crate) enum DocumentSource {
    /// It is requested.
    Fetch(Url, HttpMethod),
    /// It is the `Twiml` parameter.
    Inline(String),
}

/// The events a status callback can be subscribed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusEvent {
    Initiated,
    Ringing,
    Answered,
    Completed,
}

impl StatusEvent {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "initiated" => Some(Self::Initiated),
            "ringing" => Some(Self::Ringing),
            "answered" => Some(Self::Answered),
            "completed" => Some(Self::Completed),
            _ => None,
        }
    }
}

/// A request to call somebody, found to be valid.
#[derive(Clone, Debug)]
pub(crate) struct CallRequest {
    pub(crate) to: String,
    pub(crate) from: String,
    /// What is run when somebody answers; a call made by Dial may have nothing to run.
    pub(crate) document: Option<DocumentSource>,
    pub(crate) fallback: Option<(Url, HttpMethod)>,
    pub(crate) status_callback: Option<(Url, HttpMethod)>,
    pub(crate) status_events: Vec<StatusEvent>,
    pub(crate) timeout_seconds: u16,
    pub(crate) send_digits: String,
    pub(crate) time_limit_seconds: u32,
    /// `Record=true`: the recording that begins with the answer.
    pub(crate) record: Option<RecordingOptions>,
    pub(crate) machine_detection: Option<MachineDetection>,
}

/// What the REST API wants of a call that is under way.
#[derive(Clone, Debug)]
pub(crate) enum Interruption {
    /// End it.
    End,
    /// Leave the present verb and run this.
    Redirect(DocumentSource),
}

/// A call as Twilio keeps it.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) sid: String,
    pub(crate) request: CallRequest,
    pub(crate) created_ms: i64,
    pub(crate) updated_ms: i64,
    pub(crate) dialled_ms: Option<i64>,
    pub(crate) answered_ms: Option<i64>,
    pub(crate) ended_ms: Option<i64>,
    pub(crate) status: CallStatus,
    /// How many status events there were, subscribed to or not.
    pub(crate) events: u32,
    /// The SIP status of the end.
    pub(crate) sip_code: Option<u16>,
    pub(crate) history: Vec<StatusChange>,
    pub(crate) heard: Vec<Heard>,
    /// What the callee says when asked to speak.
    pub(crate) words: Option<String>,
    /// The keys the callee pressed, and when.
    pub(crate) keys: Vec<(i64, char)>,
    /// When somebody could be heard on the line: the beginning and the end of each sound.
    pub(crate) sounds: Vec<(i64, i64)>,
    /// An alert was written about it, and that is to end it.
    pub(crate) condemned: bool,
    /// Who or what has answered, once that has been detected.
    pub(crate) answered_by: Option<AnsweredBy>,
    /// When the callee, being a voicemail, begins to record.
    pub(crate) voicemail_ms: Option<i64>,
    pub(crate) documents: Vec<DocumentReport>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) interruption: Option<Interruption>,
    /// The person on the other end, when the callee is one.
    pub(crate) person: Option<PersonLine>,
    /// How it stands to the call that dialled it, when it was made by Dial.
    pub(crate) child: Option<Child>,
    /// The call it is connected to now.
    pub(crate) bridged_with: Option<String>,
    /// Whether it waits for something and may be told at any time that the wait is over.
    pub(crate) on_hold: bool,
    /// Who has taken it out of a queue.
    pub(crate) taken: Option<Taken>,
    /// The other calls it has met in the conference it is in.
    pub(crate) met: Vec<String>,
    /// The call it has taken out of a queue and waits for.
    pub(crate) expects: Option<String>,
    /// The task that lives this call, once there is one.
    pub(crate) task: Option<u64>,
    /// How long it waited for others before it was dialled.
    pub(crate) queue_time_ms: i64,
    /// Whether the REST API has deleted it, so that it shows it no more.
    pub(crate) deleted: bool,
}

impl Call {
    pub(crate) fn new(sid: String, request: CallRequest, now_ms: i64) -> Self {
        Self {
            sid,
            request,
            created_ms: now_ms,
            updated_ms: now_ms,
            dialled_ms: None,
            answered_ms: None,
            ended_ms: None,
            status: CallStatus::Queued,
            events: 0,
            sip_code: None,
            history: vec![StatusChange {
                at: instant_of(now_ms),
                status: CallStatus::Queued,
            }],
            heard: Vec::new(),
            words: None,
            keys: Vec::new(),
            sounds: Vec::new(),
            condemned: false,
            answered_by: None,
            voicemail_ms: None,
            documents: Vec::new(),
            streams: Vec::new(),
            interruption: None,
            person: None,
            child: None,
            bridged_with: None,
            on_hold: false,
            taken: None,
            met: Vec::new(),
            expects: None,
            task: None,
            queue_time_ms: 0,
            deleted: false,
        }
    }

    /// The call that dialled this one.
    pub(crate) fn parent_sid(&self) -> Option<&str> {
        self.child.as_ref().map(|child| child.parent_sid.as_str())
    }

    /// Twilio's word for where the call comes from.
    pub(crate) const fn direction(&self) -> &'static str {
        match self.child {
            Some(_) => "outbound-dial",
            None => "outbound-api",
        }
    }

    /// Whole seconds from answer to end; `None` until the end.
    pub(crate) fn duration_seconds(&self) -> Option<u64> {
        let ended_ms = self.ended_ms?;
        let answered_ms = self.answered_ms.unwrap_or(ended_ms);
        Some(whole_seconds(
            u64::try_from(ended_ms - answered_ms).unwrap_or_default(),
        ))
    }

    /// The status as the REST resource says it: `initiated` exists in callbacks only.
    pub(crate) fn rest_status(&self) -> CallStatus {
        let ending = matches!(self.interruption, Some(Interruption::End));
        match self.status {
            CallStatus::Queued | CallStatus::Initiated if ending => CallStatus::Canceled,
            CallStatus::Ringing if ending => CallStatus::Canceled,
            CallStatus::InProgress if ending => CallStatus::Completed,
            CallStatus::Queued | CallStatus::Initiated => CallStatus::Queued,
            CallStatus::Ringing
            | CallStatus::InProgress
            | CallStatus::Completed
            | CallStatus::Busy
            | CallStatus::NoAnswer
            | CallStatus::Failed
            | CallStatus::Canceled => self.status,
        }
    }
}
