//! Due work: what a call still needs, and when.

use std::time::Duration;

use super::{Call, CallStatus, Dial, Placement};
use crate::{DialNo, Notification, Timestamp};

/// How long a request to the carrier may take before a dial that is still only an intent counts
/// as one whose outcome is unknown. Longer than any carrier may take to answer.
pub const PLACEMENT_GRACE: Duration = Duration::from_secs(30);
/// How long after one lookup of an unknown dial the next is made.
pub const LOOKUP_INTERVAL: Duration = Duration::from_secs(30);
/// How long after the carrier was asked an unknown dial is held, and a deferred one fails.
pub const HOLD_AFTER: Duration = Duration::from_secs(600);
/// How long after one request to end a dial the next is made, while it goes on.
pub const HANG_UP_RETRY: Duration = Duration::from_secs(10);

/// How long a dial may go on before the carrier is asked how it stands, and asked again: its
/// callbacks may all have been lost.
pub const POLL_AFTER: Duration = Duration::from_secs(300);
/// The same for a notification, which is short, and which somebody waits for.
pub const NOTIFICATION_POLL_AFTER: Duration = Duration::from_secs(120);

/// One thing a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWork {
    /// When it is due.
    pub at: Timestamp,
    /// What it is.
    pub work: Work,
}

/// The kinds of due work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Work {
    /// A new dial.
    Redial {
        /// The number it will have.
        dial_no: DialNo,
    },
    /// To ask the carrier again for a dial that it did not take.
    Place {
        /// Which dial.
        dial_no: DialNo,
    },
    /// To find out what became of a dial.
    Lookup {
        /// Which dial.
        dial_no: DialNo,
    },
    /// To end a dial.
    HangUp {
        /// Which dial.
        dial_no: DialNo,
    },
    /// To ask the carrier how a dial stands that has gone on for long.
    Poll {
        /// Which dial.
        dial_no: DialNo,
    },
    /// To tell the outside of an acknowledgement.
    Deliver,
}

/// What `call` needs next, and when; `None` when nothing is left but to wait for callbacks.
///
/// What its dials need comes before a delivery that is due at the same time: somebody may be rung
/// for nothing.
#[must_use]
pub fn next_work(call: &Call) -> Option<DueWork> {
    let delivery = || {
        let at = call.acknowledgement()?.delivery.as_ref()?.next_try_at()?;
        let work = Work::Deliver;
        Some(DueWork { at, work })
    };
    let of_dials = next_dial_work(call).into_iter();
    of_dials.chain(delivery()).min_by_key(|due| due.at)
}

/// What the dials of `call` need next, and when: [`next_work`] without deliveries.
///
/// An older dial can need something, too, when a SID that was concluded for it is given back; then
/// nothing new is dialled before it is settled.
#[must_use]
pub fn next_dial_work(call: &Call) -> Option<DueWork> {
    let under_way = || call.dials.iter().filter(|dial| dial.under_way());
    match under_way().next() {
        Some(_) => under_way()
            .filter_map(|dial| work_of(call, dial))
            .min_by_key(|due| due.at),
        None => redial(call, call.newest_dial()?),
    }
}

/// What a dial that is under way needs.
fn work_of(call: &Call, dial: &Dial) -> Option<DueWork> {
    let dial_no = dial.dial_no;
    match dial.placement {
        Placement::Intended => Some(DueWork {
            at: dial.asked_at.plus(PLACEMENT_GRACE),
            work: Work::Lookup { dial_no },
        }),
        Placement::Unknown { next_lookup_at } => Some(DueWork {
            at: next_lookup_at,
            work: Work::Lookup { dial_no },
        }),
        Placement::Deferred { next_try_at, .. } => Some(DueWork {
            at: next_try_at,
            work: Work::Place { dial_no },
        }),
        Placement::Accepted => match end_at(call, dial_no) {
            Some(at) => Some(DueWork {
                at,
                work: Work::HangUp { dial_no },
            }),
            None => poll_at(call, dial).map(|at| DueWork {
                at,
                work: Work::Poll { dial_no },
            }),
        },
        Placement::Held { .. } | Placement::Failed { .. } | Placement::Withdrawn => None,
    }
}

/// When to ask the carrier next to end a dial that it has: somebody hung up, or somebody
/// acknowledged the task on another dial or by API.
fn end_at(call: &Call, dial_no: DialNo) -> Option<Timestamp> {
    let hung_up = call.hang_up.map(|hang_up| hang_up.next_try_at);
    let superseded = call
        .acknowledgement()
        .filter(|acknowledgement| acknowledgement.pressed_on() != Some(dial_no))
        .map(|acknowledgement| acknowledgement.end_others_at);
    hung_up.into_iter().chain(superseded).min()
}

/// When to ask the carrier how a dial stands. One that an older service placed is left alone: there
/// may be thousands of them, and nobody waits for their end.
///
/// What its callbacks tell does not move it, so that a status update need not write when work is due.
fn poll_at(call: &Call, dial: &Dial) -> Option<Timestamp> {
    let known_at = dial.sid_known_at?;
    let pause = match call.notification() {
        Some(_) => NOTIFICATION_POLL_AFTER,
        None => POLL_AFTER,
    };
    Some(dial.polled_at.unwrap_or(known_at).plus(pause))
}

fn redial(call: &Call, ended: &Dial) -> Option<DueWork> {
    let spent = call.redial_count() >= usize::from(call.retry_plan.limit());
    let called_off = call.redials_given_up || call.hang_up.is_some();
    if spent || called_off || call.notification().is_some_and(Notification::settled) {
        return None;
    }
    // A notification that was answered, or that the carrier was not there for, is rung again until
    // somebody acknowledges the task.
    let insists = call.notification().is_some();
    let answered = ended.sid.is_some() && ended.status() == CallStatus::Completed;
    let unheard = insists && (answered || ended.put_off_too_long());
    if !ended.may_be_redialled() && !unheard {
        return None;
    }
    let reached = call.dials.iter().any(|dial| match dial.status() {
        CallStatus::Completed => !insists,
        CallStatus::Canceled => true,
        CallStatus::Initiated
        | CallStatus::Ringing
        | CallStatus::InProgress
        | CallStatus::Failed
        | CallStatus::NoAnswer
        | CallStatus::Busy => false,
    });
    if reached {
        return None;
    }
    let delay = call.retry_plan.delay_after(call.call_id, ended.dial_no);
    let settled_at = ended.settled_at.unwrap_or(call.updated_at);
    Some(DueWork {
        at: settled_at.plus(delay),
        work: Work::Redial {
            dial_no: ended.dial_no.next(),
        },
    })
}
