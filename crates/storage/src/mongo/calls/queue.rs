//! The events that wait for a call: whoever works on it takes all of them, so that a burst of
//! callbacks for one call costs a few writes, and nobody in this process overtakes anybody.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use atlas_domain::call::{Applied, CallEvent};
use atlas_domain::{CallId, TenantId, Timestamp};
use tokio::sync::oneshot;

use crate::StorageError;

/// Which call.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::mongo) struct Key {
    pub(super) tenant: TenantId,
    pub(super) call_id: CallId,
}

/// An event that waits, and who waits for what it does.
pub(super) struct Waiting {
    pub(super) event: CallEvent,
    pub(super) now: Timestamp,
    pub(super) answer: oneshot::Sender<Result<Option<Applied>, StorageError>>,
}

/// The events of all calls that somebody works on; there are never more of them than callers that
/// came within the time of one answer.
#[derive(Default)]
pub(in crate::mongo) struct Queues {
    calls: Mutex<HashMap<Key, Vec<Waiting>>>,
}

impl Queues {
    /// Lets an event wait, and says whether somebody works on the call already.
    pub(super) fn put(&self, key: &Key, waiting: Waiting) -> bool {
        let mut calls = self.lock();
        if let Some(queue) = calls.get_mut(key) {
            queue.push(waiting);
            return true;
        }
        calls.insert(key.clone(), vec![waiting]);
        false
    }

    /// Takes all that wait, in the order they came; when there are none, nobody works on the call
    /// any more.
    pub(super) fn take(&self, key: &Key) -> Vec<Waiting> {
        let mut calls = self.lock();
        let waiting = calls.get_mut(key).map(std::mem::take).unwrap_or_default();
        if waiting.is_empty() {
            calls.remove(key);
        }
        waiting
    }

    /// Gives up all that wait: those who wait see their channel closed.
    pub(super) fn give_up(&self, key: &Key) {
        self.lock().remove(key);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Vec<Waiting>>> {
        // Nothing that is done under the lock can leave it half done.
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waiting() -> Waiting {
        Waiting {
            event: CallEvent::RedialRequested,
            now: Timestamp::EPOCH,
            answer: oneshot::channel().0,
        }
    }

    #[test]
    fn one_works_on_a_call_until_nothing_waits() {
        let queues = Queues::default();
        let key = |number: u32| Key {
            tenant: TenantId::default(),
            call_id: format!("6f2cbf1c-53d2-4e4b-9d8c-{number:012x}")
                .parse()
                .unwrap(),
        };
        assert!(!queues.put(&key(1), waiting()));
        assert!(queues.put(&key(1), waiting()));
        assert!(!queues.put(&key(2), waiting()), "another call");
        assert_eq!(queues.take(&key(1)).len(), 2);
        assert!(queues.put(&key(1), waiting()), "being worked on");
        assert_eq!(queues.take(&key(1)).len(), 1);
        assert_eq!(queues.take(&key(1)).len(), 0);
        assert!(!queues.put(&key(1), waiting()), "nobody works on it");
        queues.give_up(&key(1));
        assert!(!queues.put(&key(1), waiting()), "given up");
    }
}
