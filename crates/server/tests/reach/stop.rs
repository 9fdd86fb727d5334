//! Stopping a request at a chosen moment, so that the run can do something just then.

use std::sync::{Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::crash::front_door::Moment;

/// Which request is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Which {
    /// What its path has in it; every path has the empty text.
    pub(crate) path: &'static str,
    /// How many such requests pass before it.
    pub(crate) after: usize,
    /// At which of its moments.
    pub(crate) moment: Moment,
}

/// The request that is stopped, or will be; dropping it lets the request go on.
pub(crate) struct Stopped {
    reached: oneshot::Receiver<String>,
    go_on: oneshot::Sender<()>,
}

impl Stopped {
    /// Waits until the request stands, and says its path; for ever when there will be none.
    pub(crate) async fn reached(&mut self) -> String {
        match (&mut self.reached).await {
            Ok(path) => path,
            Err(_) => std::future::pending().await,
        }
    }

    /// Lets the request go on.
    pub(crate) fn go_on(self) {
        // Nobody is there when its connection has ended meanwhile.
        let _gone = self.go_on.send(());
    }
}

/// Where requests come by, and one of them may be stopped.
#[derive(Default)]
pub(crate) struct Stops {
    planned: Mutex<Option<Planned>>,
}

struct Planned {
    which: Which,
    left: usize,
    reached: oneshot::Sender<String>,
    go_on: oneshot::Receiver<()>,
}

impl Stops {
    /// Stops a request from now on, and no other that was to be stopped.
    pub(crate) fn stop(&self, which: Which) -> Stopped {
        let (reached, is_reached) = oneshot::channel();
        let (goes_on, go_on) = oneshot::channel();
        *self.lock() = Some(Planned {
            which,
            left: which.after,
            reached,
            go_on,
        });
        Stopped {
            reached: is_reached,
            go_on: goes_on,
        }
    }

    /// Comes by with a request; says whether it was stopped.
    pub(crate) async fn come_by(&self, moment: Moment, path: &str) -> bool {
        let Some(planned) = self.next(moment, path) else {
            return false;
        };
        if planned.reached.send(path.to_owned()).is_err() {
            return false;
        }
        // Dropped means the same.
        let _said_or_dropped = planned.go_on.await;
        true
    }

    fn next(&self, moment: Moment, path: &str) -> Option<Planned> {
        let mut slot = self.lock();
        let planned = slot.as_mut()?;
        if planned.which.moment != moment || !path.contains(planned.which.path) {
            return None;
        }
        if planned.left > 0 {
            planned.left -= 1;
            return None;
        }
        slot.take()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Planned>> {
        self.planned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
