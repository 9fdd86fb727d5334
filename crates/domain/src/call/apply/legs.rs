//! Which leg at the carrier is which dial: how a SID is adopted, confirmed and given back.

use super::Effect;
use crate::call::{Call, Dial, Placement, RefusedMove, SidSource};
use crate::{CallSid, DialNo, Timestamp};

pub(super) fn index_of_sid(call: &Call, sid: &CallSid) -> Option<usize> {
    call.dials
        .iter()
        .position(|dial| dial.sid.as_ref() == Some(sid))
}

pub(super) fn index_of_dial(call: &Call, dial_no: DialNo) -> Option<usize> {
    call.dials.iter().position(|dial| dial.dial_no == dial_no)
}

/// The dial that a signed request of the carrier is about, its SID adopted if that is news.
///
/// The dial that the callback URL names is the truth: Atlas wrote it there. A SID found by lookup
/// was a conclusion, and gives way.
pub(super) fn dial_of_leg(
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
    if !may_take_sid(call, named, sid, now) {
        return owner;
    }
    let dial = call.dials.get_mut(named)?;
    if dial.sid.is_some() && give_back(dial, now) != Effect::Changed {
        return None;
    }
    adopt(dial, sid.clone(), SidSource::Callback, now);
    Some(named)
}

/// Whether the dial at `index` may have this SID. Another dial of the call that holds it by a mere
/// conclusion gives it back.
pub(super) fn may_take_sid(call: &mut Call, index: usize, sid: &CallSid, now: Timestamp) -> bool {
    let other = index_of_sid(call, sid).filter(|owner| *owner != index);
    match other.and_then(|other| call.dials.get_mut(other)) {
        Some(other) => give_back(other, now) == Effect::Changed,
        None => true,
    }
}

pub(super) fn adopt(dial: &mut Dial, sid: CallSid, source: SidSource, now: Timestamp) {
    dial.sid = Some(sid);
    dial.sid_known_at = Some(now);
    dial.sid_source = Some(source);
    dial.placement = Placement::Accepted;
    // What Atlas itself had set was wrong if the carrier has the dial after all.
    dial.settled_at = None;
}

/// A SID that was only concluded is sure once something that knows has named it.
pub(super) fn confirm(dial: &mut Dial, source: SidSource) {
    if dial.sid_source == Some(SidSource::Lookup) {
        dial.sid_source = Some(source);
    }
}

pub(super) fn give_back_sid(call: &mut Call, sid: &CallSid, now: Timestamp) -> Effect {
    match index_of_sid(call, sid).and_then(|index| call.dials.get_mut(index)) {
        Some(dial) => give_back(dial, now),
        None => Effect::Unchanged,
    }
}

/// Takes from a dial a SID that was only concluded, and the progress that was learnt through it.
/// Attempts stay: they were received, and name the SID they were about.
pub(super) fn give_back(dial: &mut Dial, now: Timestamp) -> Effect {
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
