//! Calls: one document each, with its dials, attempts, due work, feedback and notification.

mod apply;
mod attempts;
mod change;
mod dials;
mod load;
mod look;
mod notification;
mod purpose;
mod queue;
pub(super) mod record;

use async_trait::async_trait;
use atlas_domain::call::{Applied, Call, CallEvent};
use atlas_domain::{CallId, CallSid, Page, PageRequest, TenantId, Timestamp};
use mongodb::bson::Document;

use super::fault::Fault;
use super::listing::Listing;
use super::{MongoStore, old_indexes};
use crate::{CallFilter, CallRepository, StorageError};

pub(super) use self::change::merged;
pub(super) use self::load::{by_call_id, by_sid, condition_of_call_id, condition_of_sid, read};
pub(super) use self::look::Look;
pub(super) use self::notification::PURPOSE as NOTIFICATION;
pub(super) use self::queue::Queues;
pub(super) use self::record::{FEEDBACK_FIELDS, FIELDS, new_document};

/// The collection.
pub(super) const COLLECTION: &str = "calls";

#[async_trait]
impl CallRepository for MongoStore {
    async fn insert(&self, tenant: &TenantId, call: &Call) -> Result<(), StorageError> {
        self.bounded(async {
            let document = record::new_document(tenant, call);
            old_indexes::insert(&self.collection(COLLECTION), document).await
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
        self.bounded(async {
            let found = self.find_call(by_sid(tenant, sid)).await?;
            if found.is_some() {
                return Ok(found);
            }
            let old = self.old_row_with_sid(Some(tenant), sid).await?;
            Ok(old.as_ref().map(read).transpose()?)
        })
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
        self.apply_in_turn(tenant, call_id, event, now).await
    }
}

impl MongoStore {
    async fn find_call(&self, filter: Document) -> Result<Option<Call>, Fault> {
        let found = self.collection(COLLECTION).find_one(filter).await?;
        Ok(found.as_ref().map(load::read).transpose()?)
    }
}
