//! Whose things are, and what is due: the one trait that returns a tenant instead of taking it.

use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::{CallId, CallSid, Recording, TenantId, Timestamp};

use crate::StorageError;

/// Whose a call is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryEntry {
    /// The tenant.
    pub tenant: TenantId,
    /// The call.
    pub call_id: CallId,
}

/// Who claims due work, how much, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// A name that no other running worker has.
    pub owner: String,
    /// How long nobody else may claim the same work; longer than doing it may take.
    pub lease_duration: Duration,
    /// The most calls to claim at once.
    pub limit: u32,
}

/// The right to do the due work of one call for a while.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Who holds it.
    pub owner: String,
    /// Grows with every claim of this call, so that a holder that was overtaken can be told.
    pub fence: u64,
    /// Until when it holds.
    pub expires_at: Timestamp,
}

/// A call with due work, claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedCall {
    /// Whose it is.
    pub entry: DirectoryEntry,
    /// The right to work on it.
    pub lease: Lease,
}

/// A recording whose call does not show it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedRecording {
    /// Whose it is.
    pub tenant: TenantId,
    /// The recording.
    pub recording: Recording,
}

/// Finds the owner of a dial, a SID or due work.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Directory: Send + Sync {
    /// Whose the call with this id is.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn locate_call(&self, call_id: CallId) -> Result<Option<DirectoryEntry>, StorageError>;

    /// Whose the dial with this SID is.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn locate_sid(&self, sid: &CallSid) -> Result<Option<DirectoryEntry>, StorageError>;

    /// Claims calls whose work is due at `now` and that nobody else holds, the longest due first.
    /// No call is given to two claimants whose leases overlap.
    ///
    /// # Errors
    /// [`StorageError`] when nothing could be claimed.
    async fn claim_due(
        &self,
        claim: &Claim,
        now: Timestamp,
    ) -> Result<Vec<ClaimedCall>, StorageError>;

    /// Ends a lease early. Does nothing when another claim has overtaken it.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn release(&self, claimed: &ClaimedCall) -> Result<(), StorageError>;

    /// When work is due next, over all tenants: the earliest time at which
    /// [`Directory::claim_due`] would find something.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn next_due_at(&self) -> Result<Option<Timestamp>, StorageError>;

    /// Recordings last changed at or before `changed_before` whose call does not show them yet,
    /// oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be read.
    async fn unlinked_recordings(
        &self,
        changed_before: Timestamp,
        limit: u32,
    ) -> Result<Vec<UnlinkedRecording>, StorageError>;
}
