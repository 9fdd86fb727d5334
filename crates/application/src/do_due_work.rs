//! Doing what is due: redials, lookups, hang-ups, deliveries; and linking recordings that were left.

use std::time::Duration;

use atlas_domain::call::{AskedBy, Call, CallEvent, Effect, Work, next_work};
use atlas_storage::{Claim, ClaimedCall};
use futures_util::StreamExt;

use crate::{Application, ApplicationError};

/// How many calls are claimed at once.
pub(crate) const BATCH: u32 = 16;
/// How many of them are worked on at once.
const CONCURRENCY: usize = 8;
/// How long a claim holds: longer than any one piece of work may take.
const LEASE: Duration = Duration::from_secs(120);
/// How long a recording may wait to be linked by the callback that brought it.
const LINK_GRACE: Duration = Duration::from_secs(10);

/// What one round of due work did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DueWorkDone {
    /// Calls whose due work was done.
    pub calls: usize,
    /// Calls whose due work failed, or could not be done now, and stays due.
    pub failed: usize,
}

impl DueWorkDone {
    /// Whether there was nothing to do.
    #[must_use]
    pub const fn nothing(&self) -> bool {
        self.calls == 0 && self.failed == 0
    }
}

/// What one batch came to, but for the deliveries in it, which are not begun.
pub(crate) struct DueBatch {
    pub(crate) done: DueWorkDone,
    pub(crate) deliveries: Vec<DueDelivery>,
}

/// A delivery that is due, claimed.
pub(crate) struct DueDelivery {
    claimed: ClaimedCall,
    call: Call,
}

/// What became of the claimed work of one call.
enum WorkDone {
    Done,
    /// It failed, or could not be done now.
    Failed,
    /// It is to be delivered, which may take long.
    Delivery(Box<DueDelivery>),
}

impl Application {
    /// Does one batch of what is due now, claimed as `owner`, and says what it did.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when nothing could be claimed. What fails for one call is
    /// logged, counted, and due again when its lease ends.
    pub async fn do_due_work(&self, owner: &str) -> Result<DueWorkDone, ApplicationError> {
        let DueBatch { done, deliveries } = self.do_due_batch(owner).await?;
        let delivered: Vec<bool> = futures_util::stream::iter(deliveries)
            .map(|delivery| self.deliver_due(delivery))
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        let calls = delivered.iter().filter(|done| **done).count();
        Ok(DueWorkDone {
            calls: done.calls + calls,
            failed: done.failed + delivered.len() - calls,
        })
    }

    /// Does one batch of what is due now but for deliveries, which it hands back: a receiver may
    /// take long, and no redial is to wait for it.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when nothing could be claimed.
    pub(crate) async fn do_due_batch(&self, owner: &str) -> Result<DueBatch, ApplicationError> {
        let claim = Claim {
            owner: owner.to_owned(),
            lease_duration: LEASE,
            limit: BATCH,
        };
        let claimed = self.ports.directory.claim_due(&claim, self.now()).await?;
        let results: Vec<WorkDone> = futures_util::stream::iter(claimed)
            .map(|claimed| self.do_work_of(claimed))
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        let mut batch = DueBatch {
            done: DueWorkDone::default(),
            deliveries: Vec::new(),
        };
        for result in results {
            match result {
                WorkDone::Done => batch.done.calls += 1,
                WorkDone::Failed => batch.done.failed += 1,
                WorkDone::Delivery(delivery) => batch.deliveries.push(*delivery),
            }
        }
        Ok(batch)
    }

    async fn do_work_of(&self, claimed: ClaimedCall) -> WorkDone {
        let entry = &claimed.entry;
        let done = async {
            let found = self.ports.calls.find(&entry.tenant, entry.call_id).await?;
            let (call, work) = match found.map(|call| (self.work_due_now(&call), call)) {
                Some((Some(work), call)) => (call, work),
                Some((None, _)) | None => return Ok(WorkDone::Failed),
            };
            let done = self.do_work(&claimed, call, work).await?;
            // The lease of work that failed, or that turned out not to be due, is left to run
            // out, so that it is not tried in a hurry; a delivery is yet to be made.
            if matches!(done, WorkDone::Done) {
                self.ports.directory.release(&claimed).await?;
            }
            Ok::<WorkDone, ApplicationError>(done)
        };
        match done.await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(call.id = %entry.call_id,
                    error = &error as &dyn std::error::Error, "due work failed");
                WorkDone::Failed
            }
        }
    }

    /// Delivers what was claimed for it, and returns whether that was done and what came of it
    /// stored. When it was not, it is due again when its lease ends.
    pub(crate) async fn deliver_due(&self, due: DueDelivery) -> bool {
        let entry = &due.claimed.entry;
        let done = async {
            self.deliver_acknowledgement(&entry.tenant, &due.call)
                .await?;
            self.ports.directory.release(&due.claimed).await?;
            Ok::<(), ApplicationError>(())
        };
        match done.await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(call.id = %entry.call_id,
                    error = &error as &dyn std::error::Error, "a delivery failed");
                false
            }
        }
    }

    fn work_due_now(&self, call: &Call) -> Option<Work> {
        next_work(call)
            .filter(|due| due.at <= self.now())
            .map(|due| due.work)
    }

    async fn do_work(
        &self,
        claimed: &ClaimedCall,
        call: Call,
        work: Work,
    ) -> Result<WorkDone, ApplicationError> {
        let tenant = &claimed.entry.tenant;
        match work {
            Work::Redial { .. } | Work::Place { .. } if self.defaults.from_number.is_none() => {
                tracing::warn!(call.id = %call.call_id, "a redial waits for a carrier");
                return Ok(WorkDone::Failed);
            }
            Work::Redial { dial_no } | Work::Place { dial_no } => {
                let due = CallEvent::DialDue { dial_no };
                let applied = self.apply_to_call(tenant, call.call_id, &due).await?;
                if applied.effect == Effect::Changed {
                    self.place_dial(tenant, &applied.call, dial_no, AskedBy::Worker)
                        .await;
                }
            }
            Work::Lookup { dial_no } => self.look_up_dial(tenant, &call, dial_no).await?,
            Work::HangUp { dial_no } => {
                self.end_dial(tenant, call, dial_no).await?;
            }
            Work::Poll { dial_no } => {
                if !self.poll_dial(tenant, &call, dial_no).await? {
                    return Ok(WorkDone::Failed);
                }
            }
            Work::Deliver => {
                let claimed = claimed.clone();
                return Ok(WorkDone::Delivery(Box::new(DueDelivery { claimed, call })));
            }
        }
        Ok(WorkDone::Done)
    }

    /// Shows recordings on their calls where the callback that brought them could not, and says
    /// how many.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when they could not be read. One that cannot be linked is
    /// logged.
    pub async fn link_left_recordings(&self) -> Result<usize, ApplicationError> {
        let changed_before = self.now().minus(LINK_GRACE);
        let left = self
            .ports
            .directory
            .unlinked_recordings(changed_before, BATCH)
            .await?;
        let mut linked = 0;
        for unlinked in &left {
            match self
                .link_recording(&unlinked.tenant, &unlinked.recording)
                .await
            {
                Ok(()) => linked += 1,
                Err(error) => tracing::error!(recording.id = %unlinked.recording.id,
                    error = &error as &dyn std::error::Error, "a recording cannot be shown"),
            }
        }
        Ok(linked)
    }
}
