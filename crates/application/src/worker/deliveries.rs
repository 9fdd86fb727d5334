//! Deliveries in flight beside the worker's batches: a receiver that hangs must not stall redials.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use tokio::time::timeout;

use crate::Application;
use crate::do_due_work::{BATCH, DueDelivery};

/// The most deliveries in flight.
const AT_ONCE: usize = 32;
/// How long, in real time, the worker waits for deliveries before it sleeps or takes more.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long, in real time, it waits for them before it ends.
const LAST_PATIENCE: Duration = Duration::from_secs(10);

/// The deliveries in flight. They go on only while one of these methods is awaited.
pub(super) struct Deliveries {
    application: Application,
    in_flight: FuturesUnordered<BoxFuture<'static, bool>>,
}

impl Deliveries {
    pub(super) fn of(application: &Application) -> Self {
        Self {
            application: application.clone(),
            in_flight: FuturesUnordered::new(),
        }
    }

    /// Begins what there is room for. The rest stays claimed, and is due again when its lease
    /// ends.
    pub(super) fn begin(&self, due: Vec<DueDelivery>) {
        let room = AT_ONCE.saturating_sub(self.in_flight.len());
        if due.len() > room {
            tracing::warn!(
                left = due.len() - room,
                "receivers are slow; deliveries wait"
            );
        }
        for delivery in due.into_iter().take(room) {
            let application = self.application.clone();
            let delivering = async move { application.deliver_due(delivery).await };
            self.in_flight.push(delivering.boxed());
        }
    }

    /// Does other work, and deliveries beside it.
    pub(super) async fn beside<T>(&mut self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            match select(work.as_mut(), self.in_flight.next()).await {
                Either::Left((done, _)) => return done,
                Either::Right((Some(_), _)) => {}
                Either::Right((None, _)) => return work.await,
            }
        }
    }

    /// Waits until there is room for a batch of deliveries, but not long.
    pub(super) async fn make_room(&mut self) {
        let batch = usize::try_from(BATCH).unwrap_or(AT_ONCE);
        self.wait_until(AT_ONCE.saturating_sub(batch), PATIENCE)
            .await;
    }

    /// Waits for deliveries to end, but not long.
    pub(super) async fn settle_soon(&mut self) {
        self.wait_until(0, PATIENCE).await;
    }

    /// Waits for deliveries to end for as long as the end of the process may take; what is cut off
    /// is delivered again by whoever works next.
    pub(super) async fn finish(mut self) {
        self.wait_until(0, LAST_PATIENCE).await;
    }

    /// Waits until at most `left` deliveries are in flight.
    async fn wait_until(&mut self, left: usize, patience: Duration) {
        let waiting =
            async { while self.in_flight.len() > left && self.in_flight.next().await.is_some() {} };
        // What takes longer goes on beside the next work.
        let _ended_or_not = timeout(patience, waiting).await;
    }
}
