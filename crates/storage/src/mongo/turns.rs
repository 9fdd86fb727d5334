//! Turns: what one process does to one call happens one after the other.
//!
//! The guard of each write keeps instances apart; this keeps the callers of one instance from
//! overtaking each other for nothing.

use std::hash::{DefaultHasher, Hash, Hasher};

use atlas_domain::CallId;
use tokio::sync::{Mutex, MutexGuard};

/// How many calls can be changed at once, at most. Calls that share a lane wait for each other.
const LANES: usize = 512;

/// One lane for every few calls.
pub(super) struct Turns {
    lanes: Vec<Mutex<()>>,
}

impl Turns {
    pub(super) fn new() -> Self {
        Self {
            lanes: std::iter::repeat_with(Mutex::default).take(LANES).collect(),
        }
    }

    /// Waits for the turn to change a call; who came first goes first. `None` is a turn too, and
    /// never given: there is a lane for every call.
    pub(super) async fn wait_for(&self, call_id: CallId) -> Option<MutexGuard<'_, ()>> {
        let mut hasher = DefaultHasher::new();
        call_id.hash(&mut hasher);
        let lanes = u64::try_from(self.lanes.len()).unwrap_or(u64::MAX).max(1);
        let lane = usize::try_from(hasher.finish() % lanes).unwrap_or(0);
        match self.lanes.get(lane) {
            Some(lane) => Some(lane.lock().await),
            None => None,
        }
    }
}
