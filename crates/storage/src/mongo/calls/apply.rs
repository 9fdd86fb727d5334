//! Applying events: load, ask the one pure function, write guarded, try again when overtaken.

use std::sync::Arc;
use std::time::Duration;

use atlas_domain::call::{self, Applied, CallEvent};
use atlas_domain::{CallId, TenantId, Timestamp};
use tokio::sync::oneshot;

use super::load::{Loaded, by_call_id};
use super::look::Look;
use super::queue::{Key, Waiting};
use super::{COLLECTION, change};
use crate::StorageError;
use crate::mongo::MongoStore;
use crate::mongo::fault::{Fault, Outage, unavailable};
use crate::mongo::old_indexes;

/// How often events are tried again that other instances overtake.
const MAX_TRIES: u32 = 60;
/// The longest pause before the second try; it doubles from try to try.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// The longest pause before any try.
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

impl MongoStore {
    /// Has an event applied, together with those of the same call that come at the same time. It
    /// is applied also when the caller goes away meanwhile.
    pub(super) async fn apply_in_turn(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
        now: Timestamp,
    ) -> Result<Option<Applied>, StorageError> {
        let key = Key {
            tenant: tenant.clone(),
            call_id,
        };
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting {
            event: event.clone(),
            now,
            answer,
        };
        if !self.inner.queues.put(&key, waiting) {
            let worker = Worker {
                store: self.clone(),
                key,
                finished: false,
            };
            // Where the connections live, which is there longer than any caller.
            self.inner.runtime.spawn(worker.run());
        }
        let limit = self.inner.answer_timeout;
        match tokio::time::timeout(limit, answered).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => Err(unavailable(Outage::GivenUp)),
            Err(_) => Err(unavailable(Outage::NoAnswer(limit))),
        }
    }

    /// Applies events one after the other and stores what comes out, as one atomic step.
    async fn apply_all(
        &self,
        key: &Key,
        events: &[Waiting],
    ) -> Result<Vec<Option<Applied>>, Fault> {
        let calls = self.collection(COLLECTION);
        let mut look = Look::Settled;
        for tried in 0..MAX_TRIES {
            let filter = by_call_id(&key.tenant, key.call_id);
            let Some(document) = self.look_for_call(filter, None, look).await? else {
                if look == Look::Certain {
                    return Ok(vec![None; events.len()]);
                }
                look = Look::Certain;
                continue;
            };
            let mut loaded = Loaded::read(document)?;
            loaded.adopt(&calls).await?;
            let mut next = loaded.call.clone();
            let mut applied = Vec::with_capacity(events.len());
            for waiting in events {
                let one = call::apply(&next, &waiting.event, waiting.now);
                next.clone_from(&one.call);
                applied.push(Some(one));
            }
            let Some(update) = change::update(&key.tenant, &loaded, &next) else {
                // No write shows that this is what the call was when it was asked for.
                if look == Look::Certain {
                    return Ok(applied);
                }
                look = Look::Certain;
                continue;
            };
            if old_indexes::update(&calls, loaded.guard(&update), update).await? {
                return Ok(applied);
            }
            // What overtook this may still be on its way to the majority.
            look = Look::Newest;
            self.pause(key.call_id, loaded.call.revision, tried).await;
        }
        Err(Fault::Store(unavailable(Outage::Overtaken)))
    }

    /// Waits a little before the next try, so that instances that overtook each other once do not
    /// do so again in step.
    async fn pause(&self, call_id: CallId, revision: u64, tried: u32) {
        let longest = FIRST_PAUSE
            .saturating_mul(1 << tried.min(8))
            .min(LONGEST_PAUSE);
        let (high, low) = call_id.as_uuid().as_u64_pair();
        let seed = self.inner.jitter_seed ^ high ^ low ^ revision.rotate_left(32);
        let seed = scrambled(seed).wrapping_add(u64::from(tried));
        let longest_micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        let micros = scrambled(seed) % longest_micros;
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
}

/// Works on one call as long as events wait for it.
struct Worker {
    store: MongoStore,
    key: Key,
    finished: bool,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let events = self.store.inner.queues.take(&self.key);
            if events.is_empty() {
                self.finished = true;
                return;
            }
            self.apply(events).await;
        }
    }

    async fn apply(&self, mut events: Vec<Waiting>) {
        // Alone, an event's error is its own.
        if events.len() == 1
            && let Some(event) = events.pop()
        {
            return self.apply_alone(event).await;
        }
        match self.apply_together(&events).await {
            Ok(applied) => {
                for (waiting, applied) in events.into_iter().zip(applied) {
                    answer(waiting, Ok(applied));
                }
            }
            Err(error @ StorageError::Unavailable(_)) => {
                let cause = Arc::new(error);
                for waiting in events {
                    let outage = Outage::Together(Arc::clone(&cause));
                    answer(waiting, Err(unavailable(outage)));
                }
            }
            // One of them is to blame, and the others are not to suffer from it.
            Err(StorageError::Duplicate(_) | StorageError::Corrupt { .. }) => {
                for waiting in events {
                    self.apply_alone(waiting).await;
                }
            }
        }
    }

    async fn apply_alone(&self, waiting: Waiting) {
        let result = self.apply_together(std::slice::from_ref(&waiting)).await;
        answer(
            waiting,
            result.map(|applied| applied.into_iter().next().flatten()),
        );
    }

    async fn apply_together(
        &self,
        events: &[Waiting],
    ) -> Result<Vec<Option<Applied>>, StorageError> {
        self.store
            .bounded(self.store.apply_all(&self.key, events))
            .await
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if !self.finished {
            self.store.inner.queues.give_up(&self.key);
        }
    }
}

/// Tells who waits; nobody may wait any more.
fn answer(waiting: Waiting, result: Result<Option<Applied>, StorageError>) {
    drop(waiting.answer.send(result));
}

/// Turns a number into one that looks unlike it (the finalizer of SplitMix64).
fn scrambled(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
