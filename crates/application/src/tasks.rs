//! Work that goes on when nobody waits for it any more.

use std::future::Future;

use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

/// Runs what must not stop in the middle, whatever becomes of the request it was begun for, and
/// counts it. Cheap to clone; clones count together.
///
/// ```
/// use atlas_application::Tasks;
/// use tokio_util::task::TaskTracker;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tokio::task::JoinError> {
/// let tracker = TaskTracker::new();
/// let tasks = Tasks::new(tracker.clone());
/// assert_eq!(tasks.begin(async { 2 + 2 }).await?, 4);
/// // Before the process ends:
/// tracker.close();
/// tracker.wait().await;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    runtime: Option<Handle>,
}

impl Tasks {
    /// Tasks that `tracker` counts: close it and wait for it before the process ends.
    ///
    /// They run on the runtime that this is called in, where there is one, since the workers of an
    /// HTTP server may end before it does; else on the one that they are begun in.
    #[must_use]
    pub fn new(tracker: TaskTracker) -> Self {
        Self {
            tracker,
            runtime: Handle::try_current().ok(),
        }
    }

    /// What counts them.
    #[must_use]
    pub const fn tracker(&self) -> &TaskTracker {
        &self.tracker
    }

    /// Begins work that runs to its end, also when what this returns is dropped.
    ///
    /// # Panics
    /// Outside a Tokio runtime, when [`Tasks::new`] was called outside one, too.
    pub fn begin<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        let work = work.in_current_span();
        match &self.runtime {
            Some(runtime) => self.tracker.spawn_on(work, runtime),
            None => self.tracker.spawn(work),
        }
    }
}
