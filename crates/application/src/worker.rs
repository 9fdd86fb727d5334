//! The loop that does due work until it is told to stop.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use atlas_domain::Timestamp;
use futures_util::future::{Either, select};

use crate::{Application, ApplicationError};

/// The longest wait between two looks at the store: other instances make work due, too. Also how
/// often recordings that are not shown yet and idempotency keys are looked after.
const LONGEST_WAIT: Duration = Duration::from_secs(30);
/// The shortest wait, so that work somebody else holds is not asked for in a hurry.
const SHORTEST_WAIT: Duration = Duration::from_millis(10);
/// The wait after the store was away, doubled each time up to [`LONGEST_WAIT`].
const FIRST_BACKOFF: Duration = Duration::from_secs(1);

/// Does due work, in this process, for as long as it runs. Any number of processes may run one
/// over the same store.
///
/// ```no_run
/// # async fn run(application: atlas_application::Application, stop: tokio::sync::oneshot::Receiver<()>) {
/// use atlas_application::worker::Worker;
///
/// let worker = Worker::new(application, "host-1/4711");
/// worker.run(async { drop(stop.await) }).await;
/// # }
/// ```
pub struct Worker {
    application: Application,
    owner: String,
}

impl Worker {
    /// A worker that claims work under this name, which no other running worker may have.
    #[must_use]
    pub fn new(application: Application, owner: impl Into<String>) -> Self {
        Self {
            application,
            owner: owner.into(),
        }
    }

    /// Does what is due, waits for what is due next, and so on until `stop` completes. Work that
    /// has begun is finished first.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut backoff = FIRST_BACKOFF;
        let mut housekeeping_at = self.application.now();
        loop {
            self.application.alarm.look();
            let next = match self.do_all_that_is_due(&mut housekeeping_at).await {
                Ok(next) => {
                    backoff = FIRST_BACKOFF;
                    next
                }
                Err(error) => {
                    tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "due work cannot be read; trying again"
                    );
                    let next = self.application.now().plus(backoff);
                    backoff = (backoff * 2).min(LONGEST_WAIT);
                    next
                }
            };
            let earlier = pin!(self.application.alarm.plan(next));
            let waited = pin!(select(
                earlier,
                self.application.ports.clock.sleep_until(next)
            ));
            if let Either::Right(_) = select(waited, stop.as_mut()).await {
                return;
            }
        }
    }

    /// Returns when to look again.
    async fn do_all_that_is_due(
        &self,
        housekeeping_at: &mut Timestamp,
    ) -> Result<Timestamp, ApplicationError> {
        let directory = &self.application.ports.directory;
        if *housekeeping_at <= self.application.now() {
            self.application.link_left_recordings().await?;
            self.application.forget_expired_keys().await?;
            *housekeeping_at = self.application.now().plus(LONGEST_WAIT);
        }
        loop {
            let now = self.application.now();
            match directory.next_due_at().await? {
                Some(due_at) if due_at <= now => {
                    // Somebody else may have claimed it meanwhile.
                    if self.application.do_due_work(&self.owner).await?.nothing() {
                        return Ok(now.plus(SHORTEST_WAIT));
                    }
                }
                Some(due_at) => {
                    return Ok(due_at.max(now.plus(SHORTEST_WAIT)).min(*housekeeping_at));
                }
                None => return Ok(*housekeeping_at),
            }
        }
    }
}
