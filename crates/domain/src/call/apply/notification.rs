//! What happens to a notification beside its dials: verdicts, key presses, its acknowledgement and
//! the delivery of that, and its cancellation.

use super::Effect;
use super::dialling::{release_held_dials, request_hang_up, withdraw_deferred_dials};
use super::legs::dial_of_leg;
use crate::call::{Call, Detection, Dial, KeyPress, RefusedMove};
use crate::notification::{AcknowledgedBy, Acknowledgement, AnsweredBy, Delivery, DeliveryOutcome};
use crate::{CallSid, DialNo, Notification, Timestamp, Who, Why};

/// Notes the carrier's verdict on who answered: the first stays, and a machine presses no keys.
pub(super) fn judge(
    call: &mut Call,
    sid: &CallSid,
    dial_no: Option<DialNo>,
    answered_by: AnsweredBy,
    now: Timestamp,
) -> Effect {
    let dial = match dial_of_notification(call, sid, dial_no, now) {
        Ok(dial) => dial,
        Err(effect) => return effect,
    };
    if dial.first_key_press.is_none() || !answered_by.is_machine() {
        let at = now;
        dial.detection.get_or_insert(Detection { answered_by, at });
    }
    Effect::Changed
}

pub(super) fn request_machine_message(
    call: &mut Call,
    sid: &CallSid,
    dial_no: Option<DialNo>,
    now: Timestamp,
) -> Effect {
    match dial_of_notification(call, sid, dial_no, now) {
        Ok(dial) => {
            dial.machine_message_at.get_or_insert(now);
            Effect::Changed
        }
        Err(effect) => effect,
    }
}

/// Notes a key press of the leg, and commits the acknowledgement if it is one and the first.
pub(super) fn press_key(
    call: &mut Call,
    (sid, dial_no): (&CallSid, Option<DialNo>),
    press: KeyPress,
    confirmed: bool,
    deliver: bool,
    now: Timestamp,
) -> Effect {
    let dial = match dial_of_notification(call, sid, dial_no, now) {
        Ok(dial) => dial,
        Err(effect) => return effect,
    };
    let dial_no = dial.dial_no;
    let doubted = !confirmed && dial.judged_machine_by(press.pressed_at);
    dial.first_key_press.get_or_insert_with(|| press.clone());
    let settled = call.notification().is_some_and(Notification::settled);
    if press.digits.acknowledges() && !doubted && !settled {
        let by = AcknowledgedBy::KeyPress {
            dial_no,
            sid: sid.clone(),
            digits: press.digits,
            pressed_at: press.pressed_at,
        };
        acknowledge(call, by, deliver, now);
    }
    Effect::Changed
}

pub(super) fn acknowledge_by_api(
    call: &mut Call,
    who: Option<Who>,
    why: Option<Why>,
    deliver: bool,
    now: Timestamp,
) -> Effect {
    match call.notification() {
        None => Effect::Refused(RefusedMove::NotANotification),
        Some(notification) if notification.canceled_at.is_some() => {
            Effect::Refused(RefusedMove::Canceled)
        }
        Some(notification) if notification.acknowledgement.is_some() => Effect::Unchanged,
        Some(_) => {
            acknowledge(call, AcknowledgedBy::Api { who, why }, deliver, now);
            Effect::Changed
        }
    }
}

pub(super) fn cancel(call: &mut Call, now: Timestamp) -> Effect {
    match call.notification() {
        None => Effect::Refused(RefusedMove::NotANotification),
        Some(notification) if notification.acknowledgement.is_some() => {
            Effect::Refused(RefusedMove::Acknowledged)
        }
        Some(notification) if notification.canceled_at.is_some() => Effect::Unchanged,
        Some(_) => request_hang_up(call, now),
    }
}

pub(super) fn note_delivery_try(
    call: &mut Call,
    outcome: &DeliveryOutcome,
    now: Timestamp,
) -> Effect {
    let call_id = call.call_id;
    let Some(notification) = call.notification_mut() else {
        return Effect::Refused(RefusedMove::NotANotification);
    };
    if let Some(acknowledgement) = &mut notification.acknowledgement
        && let Some(delivery) = &mut acknowledgement.delivery
    {
        delivery.note_try(call_id, acknowledgement.acknowledged_at, outcome, now);
    }
    Effect::Changed
}

/// Commits the acknowledgement: no dial follows it, and those under way are ended but for the one
/// whose callee pressed the key.
fn acknowledge(call: &mut Call, by: AcknowledgedBy, deliver: bool, now: Timestamp) {
    withdraw_deferred_dials(call, now);
    let mut acknowledgement = Acknowledgement {
        acknowledged_at: now,
        by,
        superseded_dials: 0,
        end_others_at: now,
        delivery: deliver.then(|| Delivery::begin(call.call_id, now)),
    };
    let pressed_on = acknowledgement.pressed_on();
    let superseded = |dial: &&Dial| dial.under_way() && Some(dial.dial_no) != pressed_on;
    let count = call.dials.iter().filter(superseded).count();
    acknowledgement.superseded_dials = u32::try_from(count).unwrap_or(u32::MAX);
    release_held_dials(call, now);
    if let Some(notification) = call.notification_mut() {
        notification.acknowledgement = Some(acknowledgement);
    }
}

/// The dial of a notification that a signed request of the carrier is about. What a request may do
/// is bound to the dial that its URL was made for: a leg of another dial is a stray there.
fn dial_of_notification<'call>(
    call: &'call mut Call,
    sid: &CallSid,
    dial_no: Option<DialNo>,
    now: Timestamp,
) -> Result<&'call mut Dial, Effect> {
    if call.notification().is_none() {
        return Err(Effect::Refused(RefusedMove::NotANotification));
    }
    dial_of_leg(call, sid, dial_no, now)
        .and_then(|index| call.dials.get_mut(index))
        .filter(|dial| dial_no.is_none_or(|named| named == dial.dial_no))
        .ok_or(Effect::Stray)
}
