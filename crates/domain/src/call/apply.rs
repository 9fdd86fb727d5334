//! The one function that changes a call.

mod dialling;
mod legs;
mod notification;
mod placement;
mod reports;

use super::{Call, CallEvent, Dial, KeyPress};
use crate::Timestamp;

/// A call after an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The call as it is now; as it was, unless the effect is [`Effect::Changed`].
    pub call: Call,
    /// What the event did.
    pub effect: Effect,
}

/// What an event did to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It changed the call, which must be stored.
    Changed,
    /// It had happened before, or brought nothing new.
    Unchanged,
    /// It is about a leg that is none of this call's dials.
    Stray,
    /// It is not allowed as the call stands.
    Refused(RefusedMove),
}

/// Why a move is not allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RefusedMove {
    /// The call has ended and nothing is due.
    #[error("the call is finished")]
    Finished,
    /// Its phone may be ringing or in use.
    #[error("a dial is under way")]
    DialUnderWay,
    /// Somebody has answered already.
    #[error("the call was completed")]
    Completed,
    /// What is to be done is not due, or somebody else has done it.
    #[error("this work is not due")]
    NotDue,
    /// The carrier gave one dial two ids.
    #[error("the dial has another SID")]
    OtherSid,
    /// The call notifies of no task.
    #[error("the call is no notification")]
    NotANotification,
    /// Somebody has acknowledged the task.
    #[error("the notification is acknowledged")]
    Acknowledged,
    /// Somebody has canceled the notification.
    #[error("the notification is canceled")]
    Canceled,
}

/// What `event`, arriving at `now`, does to `call`.
///
/// This is the only place where a call changes. It is pure: the same call, event and time give
/// the same result, so that a back end may run it again when a write lost a race.
#[must_use]
pub fn apply(call: &Call, event: &CallEvent, now: Timestamp) -> Applied {
    let mut next = call.clone();
    let effect = match event {
        CallEvent::StatusReceived(update) => reports::receive_status(&mut next, update, now),
        CallEvent::Polled(record) => match legs::index_of_sid(&next, &record.sid) {
            Some(index) => {
                reports::note_poll(&mut next, index, now);
                reports::poll(&mut next, index, record, now)
            }
            None => Effect::Stray,
        },
        CallEvent::NotKnown { dial_no } => dialling::lose_dial(&mut next, *dial_no, now),
        CallEvent::VoiceRequested { sid, dial_no } => {
            reports::request_voice(&mut next, sid, *dial_no, now)
        }
        CallEvent::Placed {
            dial_no,
            outcome,
            asked_by,
        } => placement::settle_placement(&mut next, *dial_no, outcome, *asked_by, now),
        CallEvent::LookedUp { dial_no, found } => {
            placement::settle_lookup(&mut next, *dial_no, found, now)
        }
        CallEvent::SidGivenBack { sid } => legs::give_back_sid(&mut next, sid, now),
        CallEvent::DialDue { dial_no } => dialling::begin_due_dial(&mut next, *dial_no, now),
        CallEvent::RedialRequested => dialling::begin_requested_redial(&mut next, now),
        CallEvent::RedialsGivenUp => {
            next.redials_given_up = true;
            dialling::withdraw_deferred_dials(&mut next, now);
            Effect::Changed
        }
        CallEvent::HangUpRequested => dialling::request_hang_up(&mut next, now),
        CallEvent::HangUpTried { dial_no, known } => {
            dialling::note_hang_up_try(&mut next, *dial_no, *known, now)
        }
        CallEvent::FeedbackGiven(feedback) => {
            next.feedback = Some(feedback.clone());
            Effect::Changed
        }
        CallEvent::RecordingLinked {
            recording_url,
            transcription_text,
        } => {
            next.recording_url = recording_url.clone().or(next.recording_url);
            next.transcription_text = transcription_text.clone().or(next.transcription_text);
            Effect::Changed
        }
        CallEvent::MachineDetected {
            sid,
            dial_no,
            answered_by,
        } => notification::judge(&mut next, sid, *dial_no, *answered_by, now),
        CallEvent::MachineMessageRequested { sid, dial_no } => {
            notification::request_machine_message(&mut next, sid, *dial_no, now)
        }
        CallEvent::KeyPressed {
            sid,
            dial_no,
            digits,
            confirmed,
            pressed_at,
            deliver,
        } => {
            let press = KeyPress {
                digits: digits.clone(),
                pressed_at: *pressed_at,
            };
            let leg = (sid, *dial_no);
            notification::press_key(&mut next, leg, press, *confirmed, *deliver, now)
        }
        CallEvent::AcknowledgedByApi { who, why, deliver } => {
            notification::acknowledge_by_api(&mut next, who.clone(), why.clone(), *deliver, now)
        }
        CallEvent::NotificationCanceled => notification::cancel(&mut next, now),
        CallEvent::DeliveryTried { outcome } => {
            notification::note_delivery_try(&mut next, outcome, now)
        }
    };
    match effect {
        Effect::Changed if next != *call => {
            next.revision = call.revision.saturating_add(1);
            next.updated_at = now;
            Applied { call: next, effect }
        }
        Effect::Changed => Applied {
            call: next,
            effect: Effect::Unchanged,
        },
        Effect::Unchanged | Effect::Stray | Effect::Refused(_) => Applied {
            call: call.clone(),
            effect,
        },
    }
}

fn note_end(dial: &mut Dial, now: Timestamp) {
    if dial.settled_at.is_none() && dial.status().is_terminal() {
        dial.settled_at = Some(now);
    }
}
