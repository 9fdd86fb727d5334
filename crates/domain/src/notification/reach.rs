//! Proof of reach: what is known of the way from the request to the acknowledgement.

use super::{AcknowledgedBy, AnsweredBy, DeliveryState, WebhookId};
use crate::call::{Attempt, Call, CallStatus, Dial, EventIdentity, SidSource};
use crate::{CallSid, DialNo, Digits, Timestamp};

/// One step on the way from the request to the acknowledgement, and what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReachStep {
    /// When Atlas learnt of it; of a key press, when it arrived.
    pub at: Timestamp,
    /// The dial it belongs to; none for what belongs to the notification.
    pub dial_no: Option<DialNo>,
    /// What it is.
    pub kind: ReachStepKind,
}

/// The kinds of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReachStepKind {
    /// The dial was stored, before the carrier was asked.
    IntentStored,
    /// The carrier has the dial.
    Dialled {
        /// The carrier's id.
        sid: CallSid,
        /// How the id became known.
        source: SidSource,
    },
    /// Somebody or something answered.
    Answered {
        /// The verdict on who it was, where this is one.
        answered_by: Option<AnsweredBy>,
        /// Where that is known from.
        source: AnswerSource,
    },
    /// The carrier asked what to say, and was given the prompt.
    WordsOffered,
    /// The carrier was given the message for a machine: when it asked what a machine is to hear, or
    /// when it asked what to say and had told that a machine answered.
    MachineMessageOffered,
    /// A key was pressed.
    KeyPressed {
        /// The keys.
        digits: Digits,
    },
    /// The acknowledgement was committed.
    Committed {
        /// By whom, and how.
        by: AcknowledgedBy,
    },
    /// The notification was canceled.
    Canceled,
    /// The receiver outside has the acknowledgement.
    Delivered {
        /// The id it was delivered under.
        webhook_id: WebhookId,
    },
    /// The receiver outside did not take it for a day.
    DeliveryGivenUp,
}

/// Where it is known from that a dial was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AnswerSource {
    /// The carrier's verdict on who answered: the callback of answering machine detection, or the
    /// parameter of another callback.
    Detection,
    /// A status callback.
    Status,
    /// The carrier's answer to a question of Atlas.
    Poll,
}

impl AnswerSource {
    /// The word for it in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Status => "status",
            Self::Poll => "poll",
        }
    }
}

impl Call {
    /// The steps of a notification that are known, in order of time; none for another call.
    #[must_use]
    pub fn proof_of_reach(&self) -> Vec<ReachStep> {
        let Some(notification) = self.notification() else {
            return Vec::new();
        };
        let of_dials = self.dials.iter().flat_map(|dial| steps_of_dial(self, dial));
        let canceled = notification.canceled_at.map(|at| ReachStep {
            at,
            dial_no: None,
            kind: ReachStepKind::Canceled,
        });
        let mut steps: Vec<ReachStep> = of_dials
            .chain(steps_of_acknowledgement(self))
            .chain(canceled)
            .collect();
        // Stable: what happened in the same millisecond stays in the order it is told in.
        steps.sort_by_key(|step| step.at);
        steps
    }
}

fn steps_of_dial(call: &Call, dial: &Dial) -> Vec<ReachStep> {
    let dialled = dial.sid.clone().zip(dial.sid_source).zip(dial.sid_known_at);
    let steps = [
        Some((dial.intended_at, ReachStepKind::IntentStored)),
        dialled.map(|((sid, source), at)| (at, ReachStepKind::Dialled { sid, source })),
        answer(call, dial),
        prompt_offered_at(call, dial).map(|at| (at, ReachStepKind::WordsOffered)),
        dial.detection.map(|detection| {
            let answered_by = Some(detection.answered_by);
            let source = AnswerSource::Detection;
            let kind = ReachStepKind::Answered {
                answered_by,
                source,
            };
            (detection.at, kind)
        }),
        dial.machine_message_at
            .filter(|at| !settled_before(call, *at))
            .map(|at| (at, ReachStepKind::MachineMessageOffered)),
        dial.first_key_press.as_ref().map(|press| {
            let digits = press.digits.clone();
            (press.pressed_at, ReachStepKind::KeyPressed { digits })
        }),
    ];
    let dial_no = Some(dial.dial_no);
    let step = |(at, kind)| ReachStep { at, dial_no, kind };
    steps.into_iter().flatten().map(step).collect()
}

/// When a leg was given the prompt. One that was judged a machine by then was given the message for
/// machines, and one that asked after everything was settled only heard so.
fn prompt_offered_at(call: &Call, dial: &Dial) -> Option<Timestamp> {
    let asked_at = dial.voice_requested_at?;
    let other_words = dial.judged_machine_by(asked_at) || settled_before(call, asked_at);
    (!other_words).then_some(asked_at)
}

/// Whether somebody had acknowledged or canceled the notification before this time.
fn settled_before(call: &Call, at: Timestamp) -> bool {
    let acknowledged_at = call.acknowledgement().map(|one| one.acknowledged_at);
    let canceled_at = call.notification().and_then(|one| one.canceled_at);
    acknowledged_at
        .or(canceled_at)
        .is_some_and(|settled_at| settled_at < at)
}

/// What the carrier's reports say of the answer. Where the one of the answer is lost, the one of
/// the end says that there was one.
fn answer(call: &Call, dial: &Dial) -> Option<(Timestamp, ReachStepKind)> {
    let answered = |attempt: &&Attempt| {
        attempt.dial_no == dial.dial_no
            && attempt.twilio_sid == dial.sid
            && matches!(
                attempt.status,
                CallStatus::InProgress | CallStatus::Completed
            )
    };
    let attempt = call.attempts.iter().find(answered)?;
    let source = match attempt.identity {
        EventIdentity::Poll => AnswerSource::Poll,
        EventIdentity::Sequence(_)
        | EventIdentity::CarrierTime(_)
        | EventIdentity::Content(_)
        | EventIdentity::Imported(_) => AnswerSource::Status,
    };
    let kind = ReachStepKind::Answered {
        answered_by: None,
        source,
    };
    Some((attempt.at, kind))
}

fn steps_of_acknowledgement(call: &Call) -> Vec<ReachStep> {
    let Some(acknowledgement) = call.acknowledgement() else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    if let AcknowledgedBy::KeyPress {
        dial_no,
        digits,
        pressed_at,
        ..
    } = &acknowledgement.by
    {
        let first = call
            .dial(*dial_no)
            .and_then(|dial| dial.first_key_press.as_ref());
        let is_first =
            first.is_some_and(|press| press.digits == *digits && press.pressed_at == *pressed_at);
        if !is_first {
            steps.push(ReachStep {
                at: *pressed_at,
                dial_no: Some(*dial_no),
                kind: ReachStepKind::KeyPressed {
                    digits: digits.clone(),
                },
            });
        }
    }
    steps.push(ReachStep {
        at: acknowledgement.acknowledged_at,
        dial_no: acknowledgement.pressed_on(),
        kind: ReachStepKind::Committed {
            by: acknowledgement.by.clone(),
        },
    });
    if let Some(delivery) = &acknowledgement.delivery {
        let webhook_id = delivery.webhook_id;
        let end = match delivery.state {
            DeliveryState::Pending { .. } => None,
            DeliveryState::Delivered { at } => Some((at, ReachStepKind::Delivered { webhook_id })),
            DeliveryState::Dead { at } => Some((at, ReachStepKind::DeliveryGivenUp)),
        };
        steps.extend(end.map(|(at, kind)| ReachStep {
            at,
            dial_no: None,
            kind,
        }));
    }
    steps
}
