//! Applying events: load, ask the one pure function, write guarded, try again when overtaken.

use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// How often events are tried again that other instances overtake: as often as the time of an
/// answer allows.
const MAX_TRIES: u32 = 1000;
/// The longest pause before another try. It does not grow: who waits longer than others loses.
const LONGEST_PAUSE: Duration = Duration::from_millis(8);
/// The longest time that other instances are left to themselves after a write of this one.
const LONGEST_TURN: Duration = Duration::from_millis(100);

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
                last_turn: None,
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
    async fn apply_all(&self, key: &Key, events: &[Waiting]) -> Result<Round, Fault> {
        let calls = self.collection(COLLECTION);
        let mut look = Look::Settled;
        for tried in 0..MAX_TRIES {
            let begun = Instant::now();
            let filter = by_call_id(&key.tenant, key.call_id);
            let Some(document) = self.look_for_call(filter, None, look).await? else {
                if look == Look::Certain {
                    return Ok(Round::without_a_write(vec![None; events.len()]));
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
                    return Ok(Round::without_a_write(applied));
                }
                look = Look::Certain;
                continue;
            };
            if old_indexes::update(&calls, loaded.guard(&update), update).await? {
                let turn = Turn {
                    overtaken: look == Look::Newest,
                    found: loaded.call.revision,
                    left: next.revision,
                    took: begun.elapsed(),
                };
                return Ok(Round {
                    applied,
                    turn: Some(turn),
                });
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
        let (high, low) = call_id.as_uuid().as_u64_pair();
        let seed = self.inner.jitter_seed ^ high ^ low ^ revision.rotate_left(32);
        let seed = scrambled(seed).wrapping_add(u64::from(tried));
        let longest_micros = u64::try_from(LONGEST_PAUSE.as_micros()).unwrap_or(u64::MAX);
        let micros = scrambled(seed) % longest_micros;
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
}

/// What a round of events came to.
struct Round {
    applied: Vec<Option<Applied>>,
    turn: Option<Turn>,
}

impl Round {
    fn without_a_write(applied: Vec<Option<Applied>>) -> Self {
        Self {
            applied,
            turn: None,
        }
    }
}

/// A write to a call.
#[derive(Debug, Clone, Copy)]
struct Turn {
    /// Whether another instance had written between the read and the write before.
    overtaken: bool,
    /// The revision that was read.
    found: u64,
    /// The revision that was written.
    left: u64,
    /// How long reading and writing took.
    took: Duration,
}

/// Works on one call as long as events wait for it.
struct Worker {
    store: MongoStore,
    key: Key,
    last_turn: Option<Turn>,
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

    async fn apply(&mut self, mut events: Vec<Waiting>) {
        // Alone, an event's error is its own.
        if events.len() == 1
            && let Some(event) = events.pop()
        {
            return self.apply_alone(event).await;
        }
        match self.apply_together(&events).await {
            Ok(round) => {
                for (waiting, applied) in events.into_iter().zip(round.applied) {
                    answer(waiting, Ok(applied));
                }
                self.leave_a_turn(round.turn).await;
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

    async fn apply_alone(&mut self, waiting: Waiting) {
        match self.apply_together(std::slice::from_ref(&waiting)).await {
            Ok(round) => {
                answer(waiting, Ok(round.applied.into_iter().next().flatten()));
                self.leave_a_turn(round.turn).await;
            }
            Err(error) => answer(waiting, Err(error)),
        }
    }

    /// Lets other instances write to this call, where there are any: who has just written is
    /// quicker than they are, and would overtake them again and again. What comes meanwhile shares
    /// the next write.
    async fn leave_a_turn(&mut self, turn: Option<Turn>) {
        let Some(turn) = turn else { return };
        let last = self.last_turn.replace(turn);
        if turn.overtaken || last.is_some_and(|last| last.left != turn.found) {
            tokio::time::sleep(turn.took.saturating_mul(2).min(LONGEST_TURN)).await;
        }
    }

    async fn apply_together(&self, events: &[Waiting]) -> Result<Round, StorageError> {
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
