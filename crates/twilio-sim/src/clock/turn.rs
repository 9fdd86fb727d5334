//! The right to run: in virtual time one task of the simulator has it at a time.

use std::future::Future;

use super::Timeline;

/// Held by a task of the simulator while it runs; given back while it sleeps and when it ends.
#[derive(Debug)]
pub(crate) struct Turn {
    timeline: Timeline,
    task: u64,
    held: bool,
}

impl Turn {
    pub(super) const fn new(timeline: Timeline, task: u64) -> Self {
        Self {
            timeline,
            task,
            held: true,
        }
    }

    /// The virtual time in milliseconds since 1970.
    pub(crate) fn now_ms(&self) -> i64 {
        self.timeline.now_ms()
    }

    /// Sleeps until an instant, or until [`Timeline::poke`]d.
    pub(crate) async fn sleep_until(&mut self, at_ms: i64) {
        let due = self.timeline.hand_over(self.task, at_ms);
        self.held = false;
        if due.await.is_err() {
            // The simulator is stopping and will never wake anybody again.
            std::future::pending::<()>().await;
        }
        self.held = true;
    }

    /// Runs work that nobody has to wait for: within this turn in virtual time, where one thing happens
    /// at a time, and by itself in real time, where a slow answer must not hold up the call.
    pub(crate) async fn beside(&self, work: impl Future<Output = ()> + Send + 'static) {
        if self.timeline.mode().is_virtual() {
            work.await;
        } else {
            let turn = self.timeline.extra_turn();
            self.timeline.runtime().spawn(async move {
                work.await;
                drop(turn);
            });
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.held {
            self.timeline.end_turn(self.task);
        }
    }
}
