//! Keys of a callee who does not wait for the end of a prompt.

use std::sync::Arc;
use std::time::Duration;

use super::Leg;
use crate::journal::Entry;

/// Time from one key to the next.
const KEY_MS: i64 = 500;
/// How long after the other side has hung up somebody who is too late presses.
const TOO_LATE_MS: i64 = 250;

impl Leg {
    /// Lets the callee press keys at their time, the first one this much later, whatever the call does then.
    pub(crate) fn press_in_time(&mut self, keys: &str, after: Duration) {
        let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let first_ms = self.now_ms().saturating_add(after_ms);
        self.early_keys.extend(timed(keys, first_ms));
        self.early_keys
            .make_contiguous()
            .sort_by_key(|(at_ms, _)| *at_ms);
        self.press_whatever_happens(keys, first_ms);
    }

    /// Lets a callee who is too late press: the call has ended, and not through the callee.
    pub(super) fn press_too_late(&self) {
        let now_ms = self.now_ms();
        if self.hang_up_ms.is_some_and(|at_ms| at_ms <= now_ms) {
            return;
        }
        let first_ms = now_ms.saturating_add(TOO_LATE_MS);
        self.press_whatever_happens(&self.callee.presses_too_late, first_ms);
    }

    /// Notes keys at their time, in tasks of their own: they are pressed also when nobody listens, and
    /// after the call.
    fn press_whatever_happens(&self, keys: &str, first_ms: i64) {
        for (at_ms, key) in timed(keys, first_ms) {
            let (shared, sid) = (Arc::clone(&self.shared), self.sid.clone());
            self.shared
                .timeline
                .spawn_at(at_ms, move |turn| async move {
                    let mut world = shared.world();
                    if let Some(call) = world.call_mut(&sid) {
                        call.keys.push((at_ms, key));
                        shared.write_in(&mut world, Some(&sid), Entry::Key { key });
                    }
                    drop(world);
                    drop(turn);
                });
        }
    }

    /// Whether keys are still to be pressed.
    pub(crate) fn has_early_keys(&self) -> bool {
        let now_ms = self.now_ms();
        self.early_keys.iter().any(|(at_ms, _)| *at_ms > now_ms)
    }

    /// When the next key is or was pressed.
    pub(super) fn next_early_key_ms(&self) -> Option<i64> {
        self.early_keys.front().map(|(at_ms, _)| *at_ms)
    }

    /// A key that has been pressed.
    pub(super) fn take_early_key(&mut self) -> Option<char> {
        let now_ms = self.now_ms();
        let due = self
            .next_early_key_ms()
            .is_some_and(|at_ms| at_ms <= now_ms);
        due.then(|| self.early_keys.pop_front())?
            .map(|(_, key)| key)
    }

    /// Forgets the keys that were pressed while nobody listened.
    pub(super) fn forget_early_keys(&mut self) {
        let now_ms = self.now_ms();
        self.early_keys.retain(|(at_ms, _)| *at_ms > now_ms);
    }
}

/// Keys with the time of each, half a second apart.
fn timed(keys: &str, first_ms: i64) -> impl Iterator<Item = (i64, char)> {
    let mut next_ms = first_ms;
    keys.chars().map(move |key| {
        let at_ms = next_ms;
        next_ms = at_ms.saturating_add(KEY_MS);
        (at_ms, key)
    })
}
