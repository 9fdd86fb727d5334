//! Proof of reach: one step on the way to an acknowledgement.

use atlas_domain::DialNo;
use atlas_domain::call::{Call, Dial, SidSource};
use atlas_domain::notification::{
    AcknowledgedBy, AnswerSource, AnsweredBy, ReachStep, ReachStepKind,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::callback_urls::{
    NOTIFICATION_AMD_PATH, NOTIFICATION_GATHER_PATH, NOTIFICATION_MACHINE_PATH, NOTIFICATION_PATH,
    NOTIFICATION_STATUS_PATH,
};

/// One step on the way from the request to the acknowledgement, and where it is known from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReachStep)]
pub(crate) struct ReachStepView {
    /// What happened: `intent_stored`, `dialled`, `answered`, `words_offered`,
    /// `machine_message_offered`, `key_pressed`, `committed`, `canceled`, `delivered` or
    /// `delivery_given_up`.
    #[schema(example = "key_pressed")]
    step: &'static str,
    /// When Atlas learnt of it; for a key press, when it arrived.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    at: String,
    /// The dial it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    dial_no: Option<u32>,
    /// The SID of that dial, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// The request or callback that it is known from.
    #[schema(example = "POST /notifications/call/gather")]
    from: String,
    /// Who answered, by answering machine detection: `human`, `machine_start`,
    /// `machine_end_beep`, `machine_end_silence`, `machine_end_other`, `fax` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "human")]
    answered_by: Option<&'static str>,
    /// The key that was pressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1")]
    digits: Option<String>,
    /// `keypress` or `api`: how it was acknowledged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "keypress")]
    via: Option<&'static str>,
    /// The id under which the acknowledgement is delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11")]
    webhook_id: Option<String>,
}

impl ReachStepView {
    /// Every step of a notification that is known, in order of time.
    pub(crate) fn all_of(call: &Call) -> Vec<Self> {
        let steps = call.proof_of_reach();
        steps.iter().map(|step| Self::of(call, step)).collect()
    }

    fn of(call: &Call, step: &ReachStep) -> Self {
        let dial = step.dial_no.and_then(|dial_no| call.dial(dial_no));
        let told = Self {
            step: "",
            at: step.at.to_string(),
            dial_no: step.dial_no.map(DialNo::get),
            call_sid: dial
                .and_then(|dial| dial.sid.as_ref())
                .map(ToString::to_string),
            from: String::new(),
            answered_by: None,
            digits: None,
            via: None,
            webhook_id: None,
        };
        match &step.kind {
            ReachStepKind::IntentStored => Self {
                // Nothing is sent to the carrier before the dial is stored.
                call_sid: None,
                ..told.named("intent_stored", origin_of(step.dial_no))
            },
            ReachStepKind::Dialled { sid, source } => Self {
                call_sid: Some(sid.to_string()),
                ..told.named("dialled", source_of_sid(*source))
            },
            ReachStepKind::Answered {
                answered_by,
                source,
            } => Self {
                answered_by: answered_by.map(AnsweredBy::as_str),
                ..told.named("answered", source_of_answer(*source, step, dial))
            },
            ReachStepKind::WordsOffered => told.named("words_offered", post(NOTIFICATION_PATH)),
            ReachStepKind::MachineMessageOffered => {
                told.named("machine_message_offered", source_of_machine_message(dial))
            }
            ReachStepKind::KeyPressed { digits } => Self {
                digits: Some(digits.as_str().to_owned()),
                ..told.named("key_pressed", post(NOTIFICATION_GATHER_PATH))
            },
            ReachStepKind::Committed { by } => Self {
                via: Some(by.via()),
                ..told.named("committed", source_of_acknowledgement(by))
            },
            ReachStepKind::Canceled => told.named("canceled", CANCELED_BY.to_owned()),
            ReachStepKind::Delivered { webhook_id } => Self {
                webhook_id: Some(webhook_id.to_string()),
                ..told.named("delivered", RECEIVER.to_owned())
            },
            ReachStepKind::DeliveryGivenUp => told.named("delivery_given_up", RECEIVER.to_owned()),
        }
    }

    fn named(self, step: &'static str, from: String) -> Self {
        Self { step, from, ..self }
    }
}

/// Hanging up the call of a notification cancels it, too.
const CANCELED_BY: &str = "POST /notifications/{id}/cancel or POST /calls/{call}/hangup";
/// Whom an acknowledgement is delivered to.
const RECEIVER: &str = "the receiver of acknowledgements";

fn post(path: &str) -> String {
    format!("POST {path}")
}

/// Who asked for a dial.
fn origin_of(dial_no: Option<DialNo>) -> String {
    if dial_no == Some(DialNo::FIRST) {
        "POST /notifications/call".to_owned()
    } else {
        "redial".to_owned()
    }
}

fn source_of_sid(source: SidSource) -> String {
    match source {
        SidSource::Answer => "Twilio's answer to POST Calls.json".to_owned(),
        SidSource::Callback => "the first callback that named the dial".to_owned(),
        SidSource::Lookup => "Twilio's answer to GET Calls.json".to_owned(),
    }
}

/// A verdict that came after the words were asked for came by itself; before them, it came with
/// the request for the words or, when that was late, by itself.
fn source_of_answer(source: AnswerSource, step: &ReachStep, dial: Option<&Dial>) -> String {
    match source {
        AnswerSource::Detection => {
            let words_at = dial.and_then(|dial| dial.voice_requested_at);
            if words_at.is_some_and(|words_at| step.at > words_at) {
                post(NOTIFICATION_AMD_PATH)
            } else {
                "answering machine detection".to_owned()
            }
        }
        AnswerSource::Status => post(NOTIFICATION_STATUS_PATH),
        AnswerSource::Poll => "Twilio's answer to GET Calls/{CallSid}.json".to_owned(),
    }
}

/// A verdict that was there when the words were asked for changed them at once; one that came later
/// moved the call.
fn source_of_machine_message(dial: Option<&Dial>) -> String {
    let judged_at_once = dial.is_some_and(|dial| {
        dial.voice_requested_at
            .is_some_and(|words_at| dial.judged_machine_by(words_at))
    });
    if judged_at_once {
        post(NOTIFICATION_PATH)
    } else {
        post(NOTIFICATION_MACHINE_PATH)
    }
}

fn source_of_acknowledgement(by: &AcknowledgedBy) -> String {
    match by {
        AcknowledgedBy::KeyPress { .. } => post(NOTIFICATION_GATHER_PATH),
        AcknowledgedBy::Api { .. } => post("/notifications/{id}/acknowledge"),
    }
}
