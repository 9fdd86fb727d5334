//! Whose things are, and what is due.

use std::time::Instant;

use async_trait::async_trait;
use atlas_domain::{CallId, CallSid, TenantId, Timestamp};
use mongodb::bson::{Bson, Document, doc};
use mongodb::options::ReturnDocument;

use super::MongoStore;
use super::calls::{COLLECTION, Look, by_call_id, condition_of_call_id, condition_of_sid};
use super::fault::Fault;
use super::fields::{Fields, stored_count, stored_time};
use super::legacy;
use crate::{
    Claim, ClaimedCall, Directory, DirectoryEntry, Lease, StorageError, UnlinkedRecording,
};

#[async_trait]
impl Directory for MongoStore {
    async fn locate_call(&self, call_id: CallId) -> Result<Option<DirectoryEntry>, StorageError> {
        self.bounded(async {
            let condition = condition_of_call_id(call_id);
            let located = self.locate(condition.clone(), Look::Settled).await?;
            if located.is_some() {
                return Ok(located);
            }
            // A callback that belongs to no call is answered like one that is stored.
            self.locate(condition, Look::Certain).await
        })
        .await
    }

    async fn locate_sid(&self, sid: &CallSid) -> Result<Option<DirectoryEntry>, StorageError> {
        self.bounded(async {
            let condition = of_any_tenant(condition_of_sid(sid));
            let located = self.locate(condition.clone(), Look::Settled).await?;
            if located.is_some() {
                return Ok(located);
            }
            if let Some(old) = self.old_row_with_sid(None, sid).await? {
                return Ok(Some(read_entry(&old)?));
            }
            self.locate(condition, Look::Certain).await
        })
        .await
    }

    async fn claim_due(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Vec<ClaimedCall>, StorageError> {
        let begun = Instant::now();
        let mut claimed = Vec::new();
        for _ in 0..claim.limit {
            match self.bounded(self.claim_next(claim, now)).await {
                Ok(Some(call)) => claimed.push(call),
                Ok(None) => break,
                // What is claimed already is to be done, not to wait for the end of its lease.
                Err(_) if !claimed.is_empty() => break,
                Err(error) => return Err(error),
            }
            if begun.elapsed() >= self.inner.answer_timeout {
                break;
            }
        }
        Ok(claimed)
    }

    async fn release(&self, claimed: &ClaimedCall) -> Result<(), StorageError> {
        let entry = &claimed.entry;
        let mut held = by_call_id(&entry.tenant, entry.call_id);
        held.insert("lease.owner", claimed.lease.owner.as_str());
        held.insert("lease.fence", stored_count(claimed.lease.fence));
        let end = doc! { "$unset": { "lease.owner": "", "lease.expires_at": "" } };
        self.bounded(async {
            self.collection(COLLECTION).update_one(held, end).await?;
            Ok(())
        })
        .await
    }

    async fn next_due_at(&self) -> Result<Option<Timestamp>, StorageError> {
        self.bounded(async {
            let free = self.next_free().await?;
            let leased = self.next_leased().await?;
            Ok(free.into_iter().chain(leased).min())
        })
        .await
    }

    async fn unlinked_recordings(
        &self,
        changed_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<UnlinkedRecording>, StorageError> {
        self.unlinked(changed_before, limit).await
    }
}

impl MongoStore {
    async fn locate(
        &self,
        condition: Document,
        look: Look,
    ) -> Result<Option<DirectoryEntry>, Fault> {
        let fields = doc! { "tenant": 1, "call_id": 1, "shape": 1 };
        let found = self.look_for_call(condition, Some(fields), look).await?;
        Ok(found.as_ref().map(read_entry).transpose()?)
    }

    /// Claims the call whose work is due longest, if any work is.
    async fn claim_next(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Option<ClaimedCall>, Fault> {
        let expires_at = now.plus(claim.lease_duration);
        let begin = doc! {
            "$set": {
                "lease.owner": claim.owner.as_str(),
                "lease.expires_at": stored_time(expires_at),
            },
            "$inc": { "lease.fence": 1_i64 },
        };
        let found = self
            .collection(COLLECTION)
            .find_one_and_update(claimable(now), begin)
            .sort(longest_due_first())
            .return_document(ReturnDocument::After)
            .projection(doc! { "tenant": 1, "call_id": 1, "lease.fence": 1, "shape": 1 })
            .await?;
        let Some(document) = found else {
            return Ok(None);
        };
        let lease = Fields::of(&document, "call").optional_document("lease", "call's lease")?;
        let fence = lease.map(|lease| lease.number("fence")).transpose()?;
        Ok(Some(ClaimedCall {
            entry: read_entry(&document)?,
            lease: Lease {
                owner: claim.owner.clone(),
                fence: fence.unwrap_or_default(),
                expires_at,
            },
        }))
    }

    /// When work is due that nobody holds.
    async fn next_free(&self) -> Result<Option<Timestamp>, Fault> {
        let found = self
            .collection(COLLECTION)
            .find_one(free_work())
            .sort(longest_due_first())
            .projection(doc! { "due_at": 1 })
            .await?;
        let due_at = |document| Fields::of(document, "call").timestamp("due_at");
        Ok(found.as_ref().map(due_at).transpose()?)
    }

    /// When work can be claimed that somebody holds or held: it waits for the end of the lease
    /// too. There is little of it.
    async fn next_leased(&self) -> Result<Option<Timestamp>, Fault> {
        let mut found = self
            .collection(COLLECTION)
            .find(leased_work())
            .projection(doc! { "due_at": 1, "lease.expires_at": 1 })
            .await?;
        let mut next: Option<Timestamp> = None;
        while found.advance().await? {
            let document = found.deserialize_current()?;
            let fields = Fields::of(&document, "call");
            let lease = fields.optional_document("lease", "call's lease")?;
            let expires_at = fields.required("lease", lease)?.timestamp("expires_at")?;
            let at = fields.timestamp("due_at")?.max(expires_at);
            next = Some(next.map_or(at, |next| next.min(at)));
        }
        Ok(next)
    }
}

/// The documents of all tenants that meet a condition. An index that begins with the tenant is
/// used only by a query that says something of it; there are few tenants to skip through.
fn of_any_tenant(condition: Document) -> Document {
    let mut filter = doc! { "tenant": { "$gte": "" } };
    filter.extend(condition);
    filter
}

/// Calls whose work is due and that nobody holds any more.
pub(super) fn claimable(now: Timestamp) -> Document {
    let now = stored_time(now);
    doc! {
        "due_at": { "$lte": now.clone() },
        "lease.expires_at": { "$not": { "$gt": now } },
    }
}

/// The order in which work is claimed.
pub(super) fn longest_due_first() -> Document {
    doc! { "due_at": 1 }
}

/// Calls with work to come that nobody holds.
pub(super) fn free_work() -> Document {
    doc! { "due_at": any_date(), "lease.expires_at": Bson::Null }
}

/// Calls with work to come that somebody holds or held.
pub(super) fn leased_work() -> Document {
    doc! { "lease.expires_at": any_date(), "due_at": any_date() }
}

/// What every date is, and nothing else.
fn any_date() -> Document {
    doc! { "$gte": stored_time(Timestamp::EPOCH) }
}

fn read_entry(document: &Document) -> Result<DirectoryEntry, StorageError> {
    let fields = Fields::of(document, "call");
    if legacy::is_old(document) {
        return Ok(DirectoryEntry {
            tenant: legacy::tenant_of(document),
            call_id: legacy::read_call(document).call_id,
        });
    }
    Ok(DirectoryEntry {
        tenant: fields
            .optional_parsed::<TenantId>("tenant")?
            .unwrap_or_default(),
        call_id: fields.parsed("call_id")?,
    })
}
