//! Calls: one document each, with its dials, attempts, due work and feedback.

mod attempts;
mod change;
mod dials;
mod load;
pub(super) mod record;

use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::call::{self, Applied, Call, CallEvent, Effect};
use atlas_domain::{CallId, CallSid, Page, PageRequest, TenantId, Timestamp};
use mongodb::bson::Document;

use super::MongoStore;
use super::fault::{Fault, Outage, unavailable};
use super::listing::Listing;
use crate::{CallFilter, CallRepository, StorageError};

pub(super) use self::load::{by_call_id, by_sid, condition_of_call_id, condition_of_sid, read};

/// The collection.
pub(super) const COLLECTION: &str = "calls";
/// How often an event is tried again that other instances overtake. In the process itself the
/// events of one call wait for each other.
const MAX_TRIES: u32 = 60;
/// The longest pause before the second try; it doubles from try to try.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
/// The longest pause before any try.
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

#[async_trait]
impl CallRepository for MongoStore {
    async fn insert(&self, tenant: &TenantId, call: &Call) -> Result<(), StorageError> {
        self.bounded(async {
            let document = record::new_document(tenant, call);
            self.collection(COLLECTION).insert_one(document).await?;
            Ok(())
        })
        .await
    }

    async fn find(&self, tenant: &TenantId, call_id: CallId) -> Result<Option<Call>, StorageError> {
        self.bounded(async { self.find_call(by_call_id(tenant, call_id)).await })
            .await
    }

    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &CallSid,
    ) -> Result<Option<Call>, StorageError> {
        self.bounded(async { self.find_call(by_sid(tenant, sid)).await })
            .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        filter: &CallFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, StorageError> {
        let calls = self.collection(COLLECTION);
        self.bounded(async {
            let read = |document: &Document| load::read(document);
            Listing::of_calls(tenant, filter)
                .read(&calls, page, read)
                .await
        })
        .await
    }

    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
        now: Timestamp,
    ) -> Result<Option<Applied>, StorageError> {
        self.bounded(async {
            let _turn = self.inner.turns.wait_for(call_id).await;
            for tried in 0..MAX_TRIES {
                let Some(loaded) = self.load(by_call_id(tenant, call_id)).await? else {
                    return Ok(None);
                };
                let applied = call::apply(&loaded.call, event, now);
                match applied.effect {
                    Effect::Changed => {}
                    Effect::Unchanged | Effect::Stray | Effect::Refused(_) => {
                        return Ok(Some(applied));
                    }
                }
                if self.store_change(tenant, &loaded, &applied.call).await? {
                    return Ok(Some(applied));
                }
                self.pause(call_id, loaded.call.revision, tried).await;
            }
            Err(Fault::Store(unavailable(Outage::Overtaken)))
        })
        .await
    }
}

impl MongoStore {
    async fn find_call(&self, filter: Document) -> Result<Option<Call>, Fault> {
        let found = self.collection(COLLECTION).find_one(filter).await?;
        Ok(found.as_ref().map(load::read).transpose()?)
    }

    async fn load(&self, filter: Document) -> Result<Option<load::Loaded>, Fault> {
        let found = self.collection(COLLECTION).find_one(filter).await?;
        Ok(found.map(load::Loaded::read).transpose()?)
    }

    /// Writes what has changed, unless somebody else was faster; says whether it did.
    async fn store_change(
        &self,
        tenant: &TenantId,
        loaded: &load::Loaded,
        next: &Call,
    ) -> Result<bool, Fault> {
        let Some(update) = change::update(tenant, loaded, next) else {
            return Ok(true);
        };
        let written = self
            .collection(COLLECTION)
            .update_one(loaded.guard(), update)
            .await?;
        Ok(written.matched_count > 0)
    }

    /// Waits a little before the next try, so that instances that overtook each other once do not
    /// do so again in step.
    async fn pause(&self, call_id: CallId, revision: u64, tried: u32) {
        let (high, low) = call_id.as_uuid().as_u64_pair();
        let longest = FIRST_PAUSE
            .saturating_mul(1 << tried.min(8))
            .min(LONGEST_PAUSE);
        let seed = scrambled(self.inner.jitter_seed ^ high ^ low ^ revision.rotate_left(32))
            ^ scrambled(u64::from(tried) + 1);
        let longest_micros = u64::try_from(longest.as_micros()).unwrap_or(u64::MAX);
        let micros = scrambled(seed) % longest_micros;
        tokio::time::sleep(Duration::from_micros(micros)).await;
    }
}

/// Turns a number into one that looks unlike it (the finalizer of SplitMix64).
fn scrambled(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}
