//! Keys of a callee who does not wait for the end of a prompt.

use std::sync::Arc;
use std::time::Duration;

use super::Leg;

/// Time from one key to the next.
const KEY_MS: i64 = 500;

impl Leg {
    /// Lets the callee press keys at their time, the first one this much later, whatever the call does then.
    pub(crate) fn press_in_time(&mut self, keys: &str, after: Duration) {
        let after_ms = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let mut at_ms = self.now_ms().saturating_add(after_ms);
        for key in keys.chars() {
            self.early_keys.push_back((at_ms, key));
            let (shared, sid) = (Arc::clone(&self.shared), self.sid.clone());
            // A task of its own: keys are pressed also when nobody listens, and after the call.
            self.shared
                .timeline
                .spawn_at(at_ms, move |turn| async move {
                    if let Some(call) = shared.world().call_mut(&sid) {
                        call.keys_pressed.push(key);
                    }
                    drop(turn);
                });
            at_ms = at_ms.saturating_add(KEY_MS);
        }
        self.early_keys
            .make_contiguous()
            .sort_by_key(|(at_ms, _)| *at_ms);
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
