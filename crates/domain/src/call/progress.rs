//! The fold: what a set of status updates says of one dial, whatever their order.
//!
//! [`Progress`] is a join: merging is commutative, associative and idempotent in every field, so
//! that every order and every repetition of one set of updates ends in the same value.

use super::CallStatus;
use crate::Timestamp;
use crate::carrier::CarrierCall;

/// Everything that updates have told of one dial.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// The highest status seen.
    pub status: Option<CallStatus>,
    /// The earliest of the carrier's times seen.
    pub first_at: Option<Timestamp>,
    /// What was told with the highest terminal status.
    pub ending: Option<Ending>,
    /// Who answered, in the carrier's word.
    pub answered_by: Option<String>,
    /// The carrier's own record of a dial that had ended; it overrules what updates told.
    pub snapshot: Option<Snapshot>,
}

/// What updates told of the end of a dial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// The terminal status it belongs to.
    pub status: CallStatus,
    /// When the dial ended.
    pub ended_at: Option<Timestamp>,
    /// How long the conversation was, in seconds.
    pub duration_seconds: Option<u32>,
    /// The final SIP response code (RFC 3261, section 21).
    pub sip_response_code: Option<u16>,
}

/// The carrier's own record of a dial that had ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The terminal status.
    pub status: CallStatus,
    /// When the dial started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long the conversation was, in seconds.
    pub duration_seconds: Option<u32>,
    /// Who answered, in the carrier's word.
    pub answered_by: Option<String>,
}

/// What all of it comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DialState {
    /// The status, once anything was told.
    pub status: Option<CallStatus>,
    /// When the dial started.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// How long the conversation was, in seconds.
    pub duration_seconds: Option<u32>,
    /// Who answered, in the carrier's word.
    pub answered_by: Option<String>,
}

impl Progress {
    /// Takes in one status update.
    pub(super) fn merge_update(&mut self, update: &super::StatusUpdate) {
        self.status = self.status.max(Some(update.status));
        self.first_at = earlier(self.first_at, update.carrier_time);
        self.answered_by = smaller(self.answered_by.take(), update.answered_by.clone());
        if update.status.is_terminal() {
            let told = Ending {
                status: update.status,
                ended_at: update.carrier_time,
                duration_seconds: update.duration_seconds,
                sip_response_code: update.sip_response_code,
            };
            self.ending = Some(self.ending.map_or(told, |known| known.join(told)));
        }
    }

    /// Takes in the carrier's own record.
    pub(super) fn merge_record(&mut self, record: &CarrierCall) {
        let Some(status) = record.status else { return };
        self.status = self.status.max(Some(status));
        // A record without the end's time was made before the carrier had written it all down, as
        // when it answers a request to end the dial: it knows that, but not yet how, it ended.
        if status.is_terminal() && record.ended_at.is_some() {
            let told = Snapshot {
                status,
                started_at: record.started_at,
                ended_at: record.ended_at,
                duration_seconds: record.duration_seconds,
                answered_by: record.answered_by.clone(),
            };
            self.snapshot = Some(match self.snapshot.take() {
                Some(known) => known.join(told),
                None => told,
            });
        }
    }

    /// What all of it comes to. The carrier's own record of the end, where there is one, decides;
    /// else the updates do.
    #[must_use]
    pub fn state(&self) -> DialState {
        match &self.snapshot {
            Some(snapshot) => DialState {
                status: self.status,
                started_at: snapshot.started_at,
                ended_at: snapshot.ended_at,
                duration_seconds: snapshot.duration_seconds,
                answered_by: snapshot.answered_by.clone(),
            },
            None => DialState {
                status: self.status,
                started_at: self.first_at,
                ended_at: self.ending.and_then(|ending| ending.ended_at),
                duration_seconds: self.ending.and_then(|ending| ending.duration_seconds),
                answered_by: self.answered_by.clone(),
            },
        }
    }
}

impl Ending {
    fn join(self, other: Self) -> Self {
        match self.status.cmp(&other.status) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => Self {
                status: self.status,
                ended_at: earlier(self.ended_at, other.ended_at),
                duration_seconds: smaller(self.duration_seconds, other.duration_seconds),
                sip_response_code: smaller(self.sip_response_code, other.sip_response_code),
            },
        }
    }
}

impl Snapshot {
    fn join(self, other: Self) -> Self {
        match self.status.cmp(&other.status) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => Self {
                status: self.status,
                started_at: earlier(self.started_at, other.started_at),
                ended_at: earlier(self.ended_at, other.ended_at),
                duration_seconds: smaller(self.duration_seconds, other.duration_seconds),
                answered_by: smaller(self.answered_by, other.answered_by),
            },
        }
    }
}

fn earlier(left: Option<Timestamp>, right: Option<Timestamp>) -> Option<Timestamp> {
    smaller(left, right)
}

/// The smaller of two values that are there, or the one that is.
fn smaller<T: Ord>(left: Option<T>, right: Option<T>) -> Option<T> {
    match (left, right) {
        (Some(left), Some(right)) => Some(left.min(right)),
        (left, right) => left.or(right),
    }
}
