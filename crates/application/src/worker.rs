//! The loop that does due work until it is told to stop.

mod deliveries;

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use atlas_domain::Timestamp;
use futures_util::FutureExt;
use futures_util::future::{Either, select};

use self::deliveries::Deliveries;
use crate::do_due_work::{DueBatch, DueDelivery};
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
    /// has begun is finished first; a delivery that takes long is left to whoever works next.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let mut deliveries = Deliveries::of(&self.application);
        let mut backoff = FIRST_BACKOFF;
        let mut housekeeping_at = self.application.now();
        loop {
            self.application.alarm.look();
            let look = async {
                self.keep_house(&mut housekeeping_at).await;
                self.do_what_is_due(housekeeping_at).await
            };
            let next = match deliveries.beside(look).await {
                Ok(Look::Again(due)) => {
                    deliveries.begin(due);
                    deliveries.make_room().await;
                    // Between two batches a word to stop must be heard.
                    if stop.as_mut().now_or_never().is_some() {
                        break;
                    }
                    continue;
                }
                Ok(Look::At(next)) => {
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
            deliveries.settle_soon().await;
            let earlier = pin!(self.application.alarm.plan(next));
            let due = pin!(self.application.ports.clock.sleep_until(next));
            let waited = pin!(deliveries.beside(select(earlier, due)));
            if let Either::Right(_) = select(waited, stop.as_mut()).await {
                break;
            }
        }
        deliveries.finish().await;
    }

    /// Does one batch of what is due, and says when to look again.
    async fn do_what_is_due(&self, housekeeping_at: Timestamp) -> Result<Look, ApplicationError> {
        let now = self.application.now();
        match self.application.ports.directory.next_due_at().await? {
            Some(due_at) if due_at <= now => {
                let DueBatch { done, deliveries } =
                    self.application.do_due_batch(&self.owner).await?;
                if done.nothing() && deliveries.is_empty() {
                    // Somebody else claimed it meanwhile.
                    return Ok(Look::At(now.plus(SHORTEST_WAIT)));
                }
                Ok(Look::Again(deliveries))
            }
            Some(due_at) => Ok(Look::At(
                due_at.max(now.plus(SHORTEST_WAIT)).min(housekeeping_at),
            )),
            None => Ok(Look::At(housekeeping_at)),
        }
    }

    /// Looks after what nobody waits for, at times; what fails is logged and tried next time.
    async fn keep_house(&self, housekeeping_at: &mut Timestamp) {
        let now = self.application.now();
        if *housekeeping_at > now {
            return;
        }
        *housekeeping_at = now.plus(LONGEST_WAIT);
        let linked = self.application.link_left_recordings().await.map(drop);
        let forgotten = self.application.forget_expired_keys().await.map(drop);
        for failed in [linked, forgotten].into_iter().filter_map(Result::err) {
            tracing::error!(
                error = &failed as &dyn std::error::Error,
                "housekeeping failed"
            );
        }
    }
}

/// When to look for due work again.
enum Look {
    /// At once: there may be more. These deliveries are to be begun.
    Again(Vec<DueDelivery>),
    /// Then, unless something is announced for earlier.
    At(Timestamp),
}
