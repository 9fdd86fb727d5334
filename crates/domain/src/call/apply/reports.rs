//! What the carrier reports of a dial: status updates, polls, voice requests.

use super::legs::dial_of_leg;
use super::{Effect, note_end};
use crate::call::{Attempt, Call, CallStatus, EventIdentity, StatusUpdate};
use crate::carrier::CarrierCall;
use crate::{CallSid, DialNo, Timestamp};

pub(super) fn receive_status(call: &mut Call, update: &StatusUpdate, now: Timestamp) -> Effect {
    let Some(index) = dial_of_leg(call, &update.sid, update.dial_no, now) else {
        return Effect::Stray;
    };
    record_attempt(call, index, update, now);
    let Some(dial) = call.dials.get_mut(index) else {
        return Effect::Stray;
    };
    dial.progress.merge_update(update);
    note_end(dial, now);
    Effect::Changed
}

/// Appends an attempt, unless this update was received before; one that only a poll told of is
/// completed by the update itself.
fn record_attempt(call: &mut Call, index: usize, update: &StatusUpdate, now: Timestamp) {
    let same_status = |attempt: &&mut Attempt| {
        attempt.twilio_sid.as_ref() == Some(&update.sid) && attempt.status == update.status
    };
    let mut known = call.attempts.iter_mut().filter(same_status);
    let mut polled = None;
    for attempt in known.by_ref() {
        if attempt.identity == update.identity {
            return;
        }
        if attempt.identity == EventIdentity::Poll {
            polled = Some(attempt);
        }
    }
    if let Some(attempt) = polled {
        attempt.identity = update.identity.clone();
        attempt.sip_response_code = update.sip_response_code;
        return;
    }
    append_attempt(call, index, update.status, update.identity.clone(), now);
    if let Some(attempt) = call.attempts.last_mut() {
        attempt.sip_response_code = update.sip_response_code;
    }
}

fn append_attempt(
    call: &mut Call,
    index: usize,
    status: CallStatus,
    identity: EventIdentity,
    at: Timestamp,
) {
    let Some(dial) = call.dials.get(index) else {
        return;
    };
    let Some(sid) = dial.sid.clone() else { return };
    let attempt_no = u32::try_from(call.attempts.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    call.attempts.push(Attempt {
        attempt_no,
        dial_no: dial.dial_no,
        twilio_sid: Some(sid),
        status,
        identity,
        sip_response_code: None,
        noted_reason: None,
        at,
    });
}

/// Notes that the carrier was asked, so that it is not asked again at once while the dial goes on.
pub(super) fn note_poll(call: &mut Call, index: usize, now: Timestamp) {
    if let Some(dial) = call.dials.get_mut(index)
        && dial.under_way()
    {
        dial.polled_at = Some(now);
    }
}

pub(super) fn poll(call: &mut Call, index: usize, record: &CarrierCall, now: Timestamp) -> Effect {
    let Some(dial) = call.dials.get_mut(index) else {
        return Effect::Stray;
    };
    let before = dial.progress.status;
    dial.progress.merge_record(record);
    note_end(dial, now);
    let after = dial.progress.status;
    let known = |attempt: &Attempt| {
        attempt.twilio_sid.as_ref() == Some(&record.sid) && Some(attempt.status) == after
    };
    if let Some(status) = after
        && before != after
        && !call.attempts.iter().any(known)
    {
        append_attempt(call, index, status, EventIdentity::Poll, now);
    }
    Effect::Changed
}

pub(super) fn request_voice(
    call: &mut Call,
    sid: &CallSid,
    dial_no: Option<DialNo>,
    now: Timestamp,
) -> Effect {
    let Some(index) = dial_of_leg(call, sid, dial_no, now) else {
        return Effect::Stray;
    };
    let Some(dial) = call.dials.get_mut(index) else {
        return Effect::Stray;
    };
    dial.voice_requested_at.get_or_insert(now);
    Effect::Changed
}
