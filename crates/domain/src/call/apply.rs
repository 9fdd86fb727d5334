//! The one function that changes a call.

use std::time::Duration;

use super::{
    AskedBy, Attempt, Call, CallEvent, CallStatus, Dial, DueWork, EventIdentity, FailureCause,
    HANG_UP_RETRY, HOLD_AFTER, HangUp, LOOKUP_INTERVAL, LookupResult, PLACEMENT_GRACE, Placed,
    Placement, SidSource, StatusUpdate, Work, next_work,
};
use crate::carrier::{CarrierCall, RefusalKind};
use crate::{CallSid, DialNo, Timestamp};

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
}

/// How soon after a lost answer the carrier is asked what became of it.
const FIRST_LOOKUP: Duration = Duration::from_secs(2);
/// How soon a dial that the carrier did not take is asked for again; doubled each time.
const FIRST_DEFERRAL_SECONDS: u64 = 5;
/// The longest such wait.
const LONGEST_DEFERRAL_SECONDS: u64 = 60;

/// What `event`, arriving at `now`, does to `call`.
///
/// This is the only place where a call changes. It is pure: the same call, event and time give
/// the same result, so that a back end may run it again when a write lost a race.
#[must_use]
pub fn apply(call: &Call, event: &CallEvent, now: Timestamp) -> Applied {
    let mut next = call.clone();
    let effect = match event {
        CallEvent::StatusReceived(update) => receive_status(&mut next, update, now),
        CallEvent::Polled(record) => match index_of_sid(&next, &record.sid) {
            Some(index) => poll(&mut next, index, record, now),
            None => Effect::Stray,
        },
        CallEvent::VoiceRequested { sid, dial_no } => request_voice(&mut next, sid, *dial_no, now),
        CallEvent::Placed {
            dial_no,
            outcome,
            asked_by,
        } => settle_placement(&mut next, *dial_no, outcome, *asked_by, now),
        CallEvent::LookedUp { dial_no, found } => settle_lookup(&mut next, *dial_no, found, now),
        CallEvent::SidGivenBack { sid } => give_back_sid(&mut next, sid, now),
        CallEvent::DialDue { dial_no } => begin_due_dial(&mut next, *dial_no, now),
        CallEvent::RedialRequested => begin_requested_redial(&mut next, now),
        CallEvent::RedialsGivenUp => {
            next.redials_given_up = true;
            withdraw_deferred_dial(&mut next, now);
            Effect::Changed
        }
        CallEvent::HangUpRequested => request_hang_up(&mut next, now),
        CallEvent::HangUpTried { dial_no, known } => {
            note_hang_up_try(&mut next, *dial_no, *known, now)
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

fn receive_status(call: &mut Call, update: &StatusUpdate, now: Timestamp) -> Effect {
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
        attempt.twilio_sid == update.sid && attempt.status == update.status
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
        twilio_sid: sid,
        status,
        identity,
        sip_response_code: None,
        at,
    });
}

fn poll(call: &mut Call, index: usize, record: &CarrierCall, now: Timestamp) -> Effect {
    let Some(dial) = call.dials.get_mut(index) else {
        return Effect::Stray;
    };
    let before = dial.progress.status;
    dial.progress.merge_record(record);
    note_end(dial, now);
    let after = dial.progress.status;
    let known =
        |attempt: &Attempt| attempt.twilio_sid == record.sid && Some(attempt.status) == after;
    if let Some(status) = after
        && before != after
        && !call.attempts.iter().any(known)
    {
        append_attempt(call, index, status, EventIdentity::Poll, now);
    }
    Effect::Changed
}

fn note_end(dial: &mut Dial, now: Timestamp) {
    if dial.settled_at.is_none() && dial.status().is_terminal() {
        dial.settled_at = Some(now);
    }
}

fn request_voice(
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

fn index_of_sid(call: &Call, sid: &CallSid) -> Option<usize> {
    call.dials
        .iter()
        .position(|dial| dial.sid.as_ref() == Some(sid))
}

fn index_of_dial(call: &Call, dial_no: DialNo) -> Option<usize> {
    call.dials.iter().position(|dial| dial.dial_no == dial_no)
}

/// The dial that a signed request of the carrier is about, its SID adopted if that is news.
///
/// The dial that the callback URL names is the truth: Atlas wrote it there. A SID found by lookup
/// was a conclusion, and gives way.
fn dial_of_leg(
    call: &mut Call,
    sid: &CallSid,
    named: Option<DialNo>,
    now: Timestamp,
) -> Option<usize> {
    let owner = index_of_sid(call, sid);
    let Some(named) = named.and_then(|dial_no| index_of_dial(call, dial_no)) else {
        return owner;
    };
    if owner == Some(named) {
        confirm(call.dials.get_mut(named)?, SidSource::Callback);
        return owner;
    }
    if let Some(other) = owner {
        // Another dial of this call holds it: only a conclusion gives way.
        if give_back(call.dials.get_mut(other)?, now) != Effect::Changed {
            return owner;
        }
    }
    let dial = call.dials.get_mut(named)?;
    if dial.sid.is_some() && give_back(dial, now) != Effect::Changed {
        return None;
    }
    adopt(dial, sid.clone(), SidSource::Callback);
    Some(named)
}

fn adopt(dial: &mut Dial, sid: CallSid, source: SidSource) {
    dial.sid = Some(sid);
    dial.sid_source = Some(source);
    dial.placement = Placement::Accepted;
    // What Atlas itself had set was wrong if the carrier has the dial after all.
    dial.settled_at = None;
}

/// A SID that was only concluded is sure once something that knows has named it.
fn confirm(dial: &mut Dial, source: SidSource) {
    if dial.sid_source == Some(SidSource::Lookup) {
        dial.sid_source = Some(source);
    }
}

fn give_back_sid(call: &mut Call, sid: &CallSid, now: Timestamp) -> Effect {
    match index_of_sid(call, sid).and_then(|index| call.dials.get_mut(index)) {
        Some(dial) => give_back(dial, now),
        None => Effect::Unchanged,
    }
}

/// Takes from a dial a SID that was only concluded, and the progress that was learnt through it.
/// Attempts stay: they were received, and name the SID they were about.
fn give_back(dial: &mut Dial, now: Timestamp) -> Effect {
    match dial.sid_source {
        Some(SidSource::Lookup) => {
            let fresh = Dial::intend(dial.dial_no, dial.intended_at);
            *dial = Dial {
                placement: Placement::Unknown {
                    next_lookup_at: now,
                },
                asked_at: dial.asked_at,
                tries: dial.tries,
                ..fresh
            };
            Effect::Changed
        }
        Some(SidSource::Answer | SidSource::Callback) => Effect::Refused(RefusedMove::OtherSid),
        None => Effect::Unchanged,
    }
}

fn settle_placement(
    call: &mut Call,
    dial_no: DialNo,
    outcome: &Placed,
    asked_by: AskedBy,
    now: Timestamp,
) -> Effect {
    let Some(dial) = index_of_dial(call, dial_no).and_then(|index| call.dials.get_mut(index))
    else {
        return Effect::Refused(RefusedMove::NotDue);
    };
    if let Placed::Accepted { sid } = outcome {
        if dial.sid.as_ref() == Some(sid) {
            confirm(dial, SidSource::Answer);
            return Effect::Changed;
        }
        if dial.sid.is_some() && give_back(dial, now) != Effect::Changed {
            return Effect::Refused(RefusedMove::OtherSid);
        }
        adopt(dial, sid.clone(), SidSource::Answer);
        return Effect::Changed;
    }
    // A callback may come before the answer; then the dial is known to exist. A lookup only
    // concluded so, and was wrong when the carrier says that it has no such dial.
    let is_no = matches!(outcome, Placed::Refused(_) | Placed::NotSent { .. });
    if dial.sid.is_some() && !(is_no && give_back(dial, now) == Effect::Changed) {
        return Effect::Unchanged;
    }
    let (cause, code, reason, wait) = match outcome {
        Placed::Accepted { .. } | Placed::Unknown => {
            dial.placement = Placement::Unknown {
                next_lookup_at: now.plus(FIRST_LOOKUP),
            };
            return Effect::Changed;
        }
        Placed::Refused(refusal) => (
            FailureCause::from(refusal.kind),
            refusal.code,
            &refusal.message,
            asked_wait(refusal.kind),
        ),
        Placed::NotSent { reason } => (FailureCause::NotSent, None, reason, None),
    };
    let next_try_at = now.plus(wait.unwrap_or_else(|| deferral(dial.tries)));
    let in_time = next_try_at <= dial.intended_at.plus(HOLD_AFTER);
    let called_off = call.hang_up.is_some() || call.redials_given_up;
    dial.placement = match asked_by {
        AskedBy::Worker if cause.may_pass_later() && in_time && !called_off => {
            Placement::Deferred {
                next_try_at,
                reason: reason.clone(),
            }
        }
        AskedBy::Worker | AskedBy::Caller => Placement::Failed {
            cause,
            code,
            reason: reason.clone(),
        },
    };
    note_end(dial, now);
    Effect::Changed
}

/// The wait the carrier asked for.
fn asked_wait(kind: RefusalKind) -> Option<Duration> {
    match kind {
        RefusalKind::RateLimited {
            retry_after_seconds,
        } => retry_after_seconds.map(|seconds| Duration::from_secs(u64::from(seconds.max(1)))),
        RefusalKind::Number
        | RefusalKind::Parameter
        | RefusalKind::Permission
        | RefusalKind::Credentials => None,
    }
}

fn deferral(tries: u32) -> Duration {
    let doublings = tries.saturating_sub(1).min(8);
    Duration::from_secs((FIRST_DEFERRAL_SECONDS << doublings).min(LONGEST_DEFERRAL_SECONDS))
}

fn settle_lookup(call: &mut Call, dial_no: DialNo, found: &LookupResult, now: Timestamp) -> Effect {
    let Some(index) = index_of_dial(call, dial_no) else {
        return Effect::Refused(RefusedMove::NotDue);
    };
    let Some(dial) = call.dials.get_mut(index) else {
        return Effect::Refused(RefusedMove::NotDue);
    };
    let is_sought = match dial.placement {
        Placement::Intended => now >= dial.asked_at.plus(PLACEMENT_GRACE),
        Placement::Unknown { .. } | Placement::Held { .. } => true,
        Placement::Accepted
        | Placement::Deferred { .. }
        | Placement::Failed { .. }
        | Placement::Withdrawn => false,
    };
    if !is_sought {
        return Effect::Refused(RefusedMove::NotDue);
    }
    match found {
        LookupResult::Found(record) => {
            adopt(dial, record.sid.clone(), SidSource::Lookup);
            poll(call, index, record, now)
        }
        LookupResult::NotFound | LookupResult::Unreadable => {
            let readable = *found == LookupResult::NotFound;
            let held_since = match dial.placement {
                Placement::Held { since } => Some(since),
                Placement::Intended
                | Placement::Unknown { .. }
                | Placement::Accepted
                | Placement::Deferred { .. }
                | Placement::Failed { .. }
                | Placement::Withdrawn => {
                    (readable && now >= dial.asked_at.plus(HOLD_AFTER)).then_some(now)
                }
            };
            dial.placement = match held_since {
                Some(since) => Placement::Held { since },
                None => Placement::Unknown {
                    next_lookup_at: now.plus(LOOKUP_INTERVAL),
                },
            };
            Effect::Changed
        }
    }
}

fn begin_due_dial(call: &mut Call, dial_no: DialNo, now: Timestamp) -> Effect {
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

fn begin_requested_redial(call: &mut Call, now: Timestamp) -> Effect {
    if call.dials.iter().any(Dial::under_way) {
        return Effect::Refused(RefusedMove::DialUnderWay);
    }
    if call
        .dials
        .iter()
        .any(|dial| dial.status() == CallStatus::Completed)
    {
        return Effect::Refused(RefusedMove::Completed);
    }
    let dial_no = call
        .newest_dial()
        .map_or(DialNo::FIRST, |dial| dial.dial_no.next());
    call.hang_up = None;
    call.dials.push(Dial::intend(dial_no, now));
    Effect::Changed
}

fn request_hang_up(call: &mut Call, now: Timestamp) -> Effect {
    if call.finished() {
        return Effect::Refused(RefusedMove::Finished);
    }
    let requested_at = call.hang_up.map_or(now, |earlier| earlier.requested_at);
    call.hang_up = Some(HangUp {
        requested_at,
        next_try_at: now,
    });
    withdraw_deferred_dial(call, now);
    release_held_dials(call, now);
    Effect::Changed
}

/// A person who hangs up settles what nobody could find out; should it ring after all, it hears
/// nothing.
fn release_held_dials(call: &mut Call, now: Timestamp) {
    for dial in &mut call.dials {
        if matches!(dial.placement, Placement::Held { .. }) {
            dial.placement = Placement::Withdrawn;
            note_end(dial, now);
        }
    }
}

/// A dial that the carrier has not taken yet needs no carrier to be called off.
fn withdraw_deferred_dial(call: &mut Call, now: Timestamp) {
    if let Some(dial) = call.dials.last_mut()
        && matches!(dial.placement, Placement::Deferred { .. })
    {
        dial.placement = Placement::Withdrawn;
        note_end(dial, now);
    }
}

fn note_hang_up_try(call: &mut Call, dial_no: DialNo, known: bool, now: Timestamp) -> Effect {
    if let Some(hang_up) = call.hang_up.as_mut() {
        hang_up.next_try_at = now.plus(HANG_UP_RETRY);
    }
    if !known
        && let Some(dial) = index_of_dial(call, dial_no).and_then(|index| call.dials.get_mut(index))
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
