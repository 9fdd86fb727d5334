//! The key presses that are being committed, so that nobody begins to commit one twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use atlas_domain::{CallSid, DialReference, Digits, Timestamp};
use tokio::sync::watch;

use crate::PressAnswer;

/// The most presses that are kept at once. What comes beyond is tried once and then left to the
/// request that comes again.
const CAPACITY: usize = 10_000;

/// What tells one press from another: a repeated request is the same press.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct PressKey {
    pub(crate) dial: DialReference,
    pub(crate) sid: CallSid,
    pub(crate) digits: Digits,
    pub(crate) confirmed: bool,
}

/// The presses of this process that no store has taken yet. Cheap to clone; clones share.
///
/// It only saves work: which press acknowledges is decided by the guarded write, and a press that
/// is not here is begun anew.
#[derive(Debug, Clone, Default)]
pub(crate) struct PendingPresses {
    waiting: Arc<Mutex<HashMap<PressKey, PendingPress>>>,
}

/// A press that is being committed.
#[derive(Debug, Clone)]
pub(crate) struct PendingPress {
    /// When the key was pressed.
    pub(crate) pressed_at: Timestamp,
    settled: watch::Receiver<Option<PressAnswer>>,
}

impl PendingPress {
    /// What it came to once it is settled; `None` when nobody commits it any more.
    pub(crate) async fn settled(mut self) -> Option<PressAnswer> {
        let settled = self.settled.wait_for(Option::is_some).await.ok()?;
        settled.clone()
    }
}

/// The duty to commit a press, which is no longer pending when this is dropped.
pub(crate) struct Commitment {
    presses: PendingPresses,
    key: PressKey,
    settle: watch::Sender<Option<PressAnswer>>,
}

impl Commitment {
    /// The press.
    pub(crate) const fn key(&self) -> &PressKey {
        &self.key
    }

    /// Tells everybody who waits what it came to.
    pub(crate) fn settle(self, answer: PressAnswer) {
        self.settle.send_replace(Some(answer));
    }
}

impl Drop for Commitment {
    fn drop(&mut self) {
        if self.settle.borrow().is_none() {
            tracing::error!(call.id = %self.key.dial.call_id, dial.no = %self.key.dial.dial_no,
                "a key press was given up before it was stored; it counts only if Twilio comes \
                 again with it");
        }
        self.presses.locked().remove(&self.key);
    }
}

/// How a press stands that was just brought.
pub(crate) enum Joined {
    /// Somebody commits it already.
    Pending(PendingPress),
    /// Whoever brought it is to commit it.
    Begun(PendingPress, Commitment),
    /// Too many are pending.
    Full,
}

impl PendingPresses {
    /// Joins the commit of this press, or begins it.
    pub(crate) fn join_or_begin(&self, key: PressKey, pressed_at: Timestamp) -> Joined {
        let mut waiting = self.locked();
        let count = waiting.len();
        match waiting.entry(key) {
            Entry::Occupied(pending) => Joined::Pending(pending.get().clone()),
            Entry::Vacant(_) if count >= CAPACITY => Joined::Full,
            Entry::Vacant(vacant) => {
                let (settle, settled) = watch::channel(None);
                let pending = PendingPress {
                    pressed_at,
                    settled,
                };
                let commitment = Commitment {
                    presses: self.clone(),
                    key: vacant.key().clone(),
                    settle,
                };
                vacant.insert(pending.clone());
                Joined::Begun(pending, commitment)
            }
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, HashMap<PressKey, PendingPress>> {
        // Nothing panics while it is held, and a map is whole between two changes anyway.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: usize) -> PressKey {
        PressKey {
            dial: DialReference {
                call_id: atlas_domain::CallId::new(uuid::Uuid::from_u128(number as u128)),
                dial_no: atlas_domain::DialNo::FIRST,
            },
            sid: "CA1".parse().unwrap(),
            digits: "1".parse().unwrap(),
            confirmed: false,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(millis).unwrap()
    }

    #[tokio::test]
    async fn a_repeated_press_joins_the_first_and_hears_what_it_came_to() {
        let presses = PendingPresses::default();
        let Joined::Begun(first, commitment) = presses.join_or_begin(key(1), at(1)) else {
            panic!("not begun")
        };
        let Joined::Pending(again) = presses.join_or_begin(key(1), at(2)) else {
            panic!("not joined")
        };
        assert_eq!(again.pressed_at, at(1));
        commitment.settle(PressAnswer::Acknowledged);
        assert_eq!(first.settled().await, Some(PressAnswer::Acknowledged));
        assert_eq!(again.settled().await, Some(PressAnswer::Acknowledged));
        assert!(matches!(
            presses.join_or_begin(key(1), at(3)),
            Joined::Begun(..)
        ));
    }

    #[tokio::test]
    async fn a_commit_that_was_given_up_leaves_nobody_waiting() {
        let presses = PendingPresses::default();
        let Joined::Begun(pending, commitment) = presses.join_or_begin(key(1), at(1)) else {
            panic!("not begun")
        };
        drop(commitment);
        assert_eq!(pending.settled().await, None);
    }

    #[test]
    fn no_more_presses_are_kept_than_there_is_room_for() {
        let presses = PendingPresses::default();
        let begun: Vec<Joined> = (0..CAPACITY)
            .map(|number| presses.join_or_begin(key(number), at(0)))
            .collect();
        assert!(matches!(
            presses.join_or_begin(key(CAPACITY), at(0)),
            Joined::Full
        ));
        assert!(matches!(
            presses.join_or_begin(key(0), at(0)),
            Joined::Pending(_)
        ));
        drop(begun);
        assert!(matches!(
            presses.join_or_begin(key(CAPACITY), at(0)),
            Joined::Begun(..)
        ));
    }
}
