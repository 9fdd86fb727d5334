//! Tells the worker of this process that something is due earlier than it thinks.

use std::sync::atomic::{AtomicI64, Ordering};

use atlas_domain::Timestamp;
use tokio::sync::Notify;

/// When the worker means to look next, and a way to wake it before.
///
/// Most changes of a call make nothing due, and none of them should cost the worker a look at the
/// store; only what is due earlier than planned wakes it.
#[derive(Debug)]
pub(crate) struct Alarm {
    planned_millis: AtomicI64,
    earlier: Notify,
}

impl Default for Alarm {
    fn default() -> Self {
        Self {
            planned_millis: AtomicI64::new(i64::MAX),
            earlier: Notify::new(),
        }
    }
}

impl Alarm {
    /// Says that something is due at `at`.
    pub(crate) fn announce(&self, at: Timestamp) {
        let planned = self
            .planned_millis
            .fetch_min(at.unix_millis(), Ordering::AcqRel);
        if at.unix_millis() < planned {
            self.earlier.notify_one();
        }
    }

    /// Says that the worker looks now: whatever is announced from here on wakes it.
    #[cfg(feature = "worker")]
    pub(crate) fn look(&self) {
        self.planned_millis.store(i64::MAX, Ordering::Release);
    }

    /// Says that the worker means to look at `next`, and completes when something is due earlier.
    ///
    /// What was announced while the worker looked completes it at once, since the look may have
    /// come too early to see it.
    #[cfg(feature = "worker")]
    pub(crate) async fn plan(&self, next: Timestamp) {
        self.planned_millis
            .store(next.unix_millis(), Ordering::Release);
        self.earlier.notified().await;
    }
}
