//! Recordings.

use async_trait::async_trait;
use atlas_domain::{
    CallId, Recording, RecordingEvent, RecordingId, RecordingSid, TenantId, Timestamp,
};

use crate::StorageError;

/// Keeps recordings, one per Recording SID.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait RecordingRepository: Send + Sync {
    /// Puts what a callback brought into the recording with its SID, which is created under
    /// `new_id` when this is the first callback about it, as one atomic step, and returns the
    /// recording as it is then.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &RecordingEvent,
        new_id: RecordingId,
        now: Timestamp,
    ) -> Result<Recording, StorageError>;

    /// Notes that the call shows what `seen` had. Does nothing when the stored recording differs
    /// from `seen` by now, so that its newer content is linked too.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn mark_linked(&self, tenant: &TenantId, seen: &Recording) -> Result<(), StorageError>;

    /// The recording with this id.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn find(
        &self,
        tenant: &TenantId,
        id: RecordingId,
    ) -> Result<Option<Recording>, StorageError>;

    /// The recording with this SID.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &RecordingSid,
    ) -> Result<Option<Recording>, StorageError>;

    /// The recordings of one call, oldest first.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be read.
    async fn list_of_call(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Vec<Recording>, StorageError>;
}
