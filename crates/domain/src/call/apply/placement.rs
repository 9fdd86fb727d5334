//! What became of asking the carrier for a dial, at once or by lookup.

use std::time::Duration;

use super::legs::{adopt, confirm, give_back, index_of_dial, index_of_sid, may_take_sid};
use super::reports::poll;
use super::{Effect, note_end};
use crate::call::{
    AskedBy, Call, FailureCause, HOLD_AFTER, LOOKUP_INTERVAL, LookupResult, PLACEMENT_GRACE,
    Placed, Placement, RefusedMove, SidSource,
};
use crate::carrier::RefusalKind;
use crate::{DialNo, Notification, Timestamp};

/// How soon after a lost answer the carrier is asked what became of it.
const FIRST_LOOKUP: Duration = Duration::from_secs(2);
/// How soon a dial that the carrier did not take is asked for again; doubled each time.
const FIRST_DEFERRAL_SECONDS: u64 = 5;
/// Why a dial was not taken, in words for API users; the details are in the log.
const NOT_REACHED: &str = "the carrier could not be reached";
/// The longest such wait.
const LONGEST_DEFERRAL_SECONDS: u64 = 60;

pub(super) fn settle_placement(
    call: &mut Call,
    dial_no: DialNo,
    outcome: &Placed,
    asked_by: AskedBy,
    now: Timestamp,
) -> Effect {
    let settled = call.notification().is_some_and(Notification::settled);
    let called_off = settled || call.hang_up.is_some() || call.redials_given_up;
    let Some(index) = index_of_dial(call, dial_no) else {
        return Effect::Refused(RefusedMove::NotDue);
    };
    if let Placed::Accepted { sid } = outcome
        && !may_take_sid(call, index, sid, now)
    {
        return Effect::Refused(RefusedMove::OtherSid);
    }
    let Some(dial) = call.dials.get_mut(index) else {
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
        adopt(dial, sid.clone(), SidSource::Answer, now);
        return Effect::Changed;
    }
    // A callback may come before the answer; then the dial is known to exist. A lookup only
    // concluded so, and was wrong when the carrier says that it has no such dial.
    let is_no = matches!(outcome, Placed::Refused(_) | Placed::NotSent);
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
            refusal.message.as_str(),
            asked_wait(refusal.kind),
        ),
        Placed::NotSent => (FailureCause::NotSent, None, NOT_REACHED, None),
    };
    let next_try_at = now.plus(wait.unwrap_or_else(|| deferral(dial.tries)));
    let in_time = next_try_at <= dial.intended_at.plus(HOLD_AFTER);
    dial.placement = match asked_by {
        AskedBy::Worker if cause.may_pass_later() && in_time && !called_off => {
            Placement::Deferred {
                next_try_at,
                reason: reason.to_owned(),
            }
        }
        AskedBy::Worker | AskedBy::Caller => Placement::Failed {
            cause,
            code,
            reason: reason.to_owned(),
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

pub(super) fn settle_lookup(
    call: &mut Call,
    dial_no: DialNo,
    found: &LookupResult,
    now: Timestamp,
) -> Effect {
    let Some(index) = index_of_dial(call, dial_no) else {
        return Effect::Refused(RefusedMove::NotDue);
    };
    let is_of_another = match found {
        LookupResult::Found(record) => {
            index_of_sid(call, &record.sid).is_some_and(|owner| owner != index)
        }
        LookupResult::NotFound | LookupResult::Unreadable => false,
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
        LookupResult::Found(record) if !is_of_another => {
            adopt(dial, record.sid.clone(), SidSource::Lookup, now);
            poll(call, index, record, now)
        }
        LookupResult::Found(_) | LookupResult::NotFound | LookupResult::Unreadable => {
            let readable = *found != LookupResult::Unreadable;
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
