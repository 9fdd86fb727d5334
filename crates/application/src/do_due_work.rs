//! Doing what is due: redials, lookups, hang-ups; and linking recordings that were left.

use std::time::Duration;

use atlas_domain::TenantId;
use atlas_domain::call::{AskedBy, Call, CallEvent, DueWork, Effect, Work, next_work};
use atlas_storage::{Claim, ClaimedCall};
use futures_util::StreamExt;

use crate::{Application, ApplicationError};

/// How many calls are claimed at once.
const BATCH: u32 = 16;
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

impl Application {
    /// Does one batch of what is due now, claimed as `owner`, and says what it did.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when nothing could be claimed. What fails for one call is
    /// logged, counted, and due again when its lease ends.
    pub async fn do_due_work(&self, owner: &str) -> Result<DueWorkDone, ApplicationError> {
        let claim = Claim {
            owner: owner.to_owned(),
            lease_duration: LEASE,
            limit: BATCH,
        };
        let claimed = self.ports.directory.claim_due(&claim, self.now()).await?;
        let results: Vec<bool> = futures_util::stream::iter(claimed)
            .map(|claimed| self.do_work_of(claimed))
            .buffer_unordered(CONCURRENCY)
            .collect()
            .await;
        let calls = results.iter().filter(|done| **done).count();
        Ok(DueWorkDone {
            calls,
            failed: results.len() - calls,
        })
    }

    async fn do_work_of(&self, claimed: ClaimedCall) -> bool {
        let entry = &claimed.entry;
        let done = async {
            let found = self.ports.calls.find(&entry.tenant, entry.call_id).await?;
            let done = match found {
                Some(call) => self.do_next_work(&entry.tenant, call).await?,
                None => false,
            };
            // The lease of work that failed, or that turned out not to be due, is left to run
            // out, so that it is not tried in a hurry.
            if done {
                self.ports.directory.release(&claimed).await?;
            }
            Ok::<bool, ApplicationError>(done)
        };
        match done.await {
            Ok(done) => done,
            Err(error) => {
                tracing::error!(call.id = %entry.call_id,
                    error = &error as &dyn std::error::Error, "due work failed");
                false
            }
        }
    }

    /// Returns whether anything was done.
    async fn do_next_work(&self, tenant: &TenantId, call: Call) -> Result<bool, ApplicationError> {
        let Some(DueWork { at, work }) = next_work(&call) else {
            return Ok(false);
        };
        if at > self.now() {
            return Ok(false);
        }
        match work {
            Work::Redial { .. } | Work::Place { .. } if self.defaults.from_number.is_none() => {
                tracing::warn!(call.id = %call.call_id, "a redial waits for a carrier");
                Ok(false)
            }
            Work::Redial { dial_no } | Work::Place { dial_no } => {
                let due = CallEvent::DialDue { dial_no };
                let applied = self.apply_to_call(tenant, call.call_id, &due).await?;
                if applied.effect == Effect::Changed {
                    self.place_dial(tenant, &applied.call, dial_no, AskedBy::Worker)
                        .await;
                }
                Ok(true)
            }
            Work::Lookup { dial_no } => {
                self.look_up_dial(tenant, &call, dial_no).await?;
                Ok(true)
            }
            Work::HangUp { dial_no } => {
                self.end_dial(tenant, call, dial_no).await?;
                Ok(true)
            }
            // Nothing here tells the outside yet: it stays due.
            Work::Deliver => Ok(false),
        }
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
