//! What Atlas and its users decide: another dial, or none any more.

use super::legs::index_of_dial;
use super::{Effect, note_end};
use crate::call::{
    Call, CallStatus, Dial, DueWork, FailureCause, HANG_UP_RETRY, HangUp, Placement, RefusedMove,
    Work, next_work,
};
use crate::{DialNo, Notification, Timestamp};

pub(super) fn begin_due_dial(call: &mut Call, dial_no: DialNo, now: Timestamp) -> Effect {
    match next_work(call) {
        Some(DueWork {
            at,
            work: Work::Redial { dial_no: due },
        }) if due == dial_no && at <= now => {
            call.dials.push(Dial::intend(dial_no, now));
            Effect::Changed
        }
        Some(DueWork {
            at,
            work: Work::Place { dial_no: due },
        }) if due == dial_no && at <= now => {
            let Some(dial) =
                index_of_dial(call, dial_no).and_then(|index| call.dials.get_mut(index))
            else {
                return Effect::Refused(RefusedMove::NotDue);
            };
            dial.placement = Placement::Intended;
            dial.asked_at = now;
            dial.tries = dial.tries.saturating_add(1);
            Effect::Changed
        }
        Some(_) | None => Effect::Refused(RefusedMove::NotDue),
    }
}

pub(super) fn begin_requested_redial(call: &mut Call, now: Timestamp) -> Effect {
    if let Some(why) = call.notification().and_then(settled) {
        return Effect::Refused(why);
    }
    if call.dials.iter().any(Dial::under_way) {
        return Effect::Refused(RefusedMove::DialUnderWay);
    }
    let completed = |dial: &Dial| dial.status() == CallStatus::Completed;
    if call.notification().is_none() && call.dials.iter().any(completed) {
        return Effect::Refused(RefusedMove::Completed);
    }
    let dial_no = call
        .newest_dial()
        .map_or(DialNo::FIRST, |dial| dial.dial_no.next());
    call.hang_up = None;
    call.dials.push(Dial::intend(dial_no, now));
    Effect::Changed
}

/// Why nobody needs to be rung about a task any more, if so.
fn settled(notification: &Notification) -> Option<RefusedMove> {
    if notification.acknowledgement.is_some() {
        Some(RefusedMove::Acknowledged)
    } else {
        notification.canceled_at.map(|_| RefusedMove::Canceled)
    }
}

pub(super) fn request_hang_up(call: &mut Call, now: Timestamp) -> Effect {
    if call.finished() {
        return Effect::Refused(RefusedMove::Finished);
    }
    if let Some(notification) = call.notification_mut()
        && notification.acknowledgement.is_none()
    {
        notification.canceled_at.get_or_insert(now);
    }
    let requested_at = call.hang_up.map_or(now, |earlier| earlier.requested_at);
    call.hang_up = Some(HangUp {
        requested_at,
        next_try_at: now,
    });
    withdraw_deferred_dials(call, now);
    release_held_dials(call, now);
    Effect::Changed
}

/// A person who hangs up, or takes care of the task, settles what nobody could find out; should it
/// ring after all, it is ended.
pub(super) fn release_held_dials(call: &mut Call, now: Timestamp) {
    for dial in &mut call.dials {
        if matches!(dial.placement, Placement::Held { .. }) {
            dial.placement = Placement::Withdrawn;
            note_end(dial, now);
        }
    }
}

/// A dial that the carrier has not taken yet needs no carrier to be called off.
pub(super) fn withdraw_deferred_dials(call: &mut Call, now: Timestamp) {
    for dial in &mut call.dials {
        if matches!(dial.placement, Placement::Deferred { .. }) {
            dial.placement = Placement::Withdrawn;
            note_end(dial, now);
        }
    }
}

pub(super) fn note_hang_up_try(
    call: &mut Call,
    dial_no: DialNo,
    known: bool,
    now: Timestamp,
) -> Effect {
    if let Some(hang_up) = call.hang_up.as_mut() {
        hang_up.next_try_at = now.plus(HANG_UP_RETRY);
    }
    let notification = call.notification_mut();
    if let Some(acknowledgement) = notification.and_then(|it| it.acknowledgement.as_mut()) {
        acknowledgement.end_others_at = now.plus(HANG_UP_RETRY);
    }
    if known {
        Effect::Changed
    } else {
        lose_dial(call, dial_no, now)
    }
}

/// A dial that the carrier does not know any more is at its end, whatever was told of it.
pub(super) fn lose_dial(call: &mut Call, dial_no: DialNo, now: Timestamp) -> Effect {
    if let Some(dial) = index_of_dial(call, dial_no).and_then(|index| call.dials.get_mut(index))
        && dial.under_way()
    {
        dial.placement = Placement::Failed {
            cause: FailureCause::Lost,
            code: None,
            reason: "the carrier does not know this call any more".to_owned(),
        };
        note_end(dial, now);
    }
    Effect::Changed
}
