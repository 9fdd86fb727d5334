//! Calls.

use async_trait::async_trait;
use atlas_domain::call::{Applied, Call, CallEvent, CallStatus};
use atlas_domain::{
    CallId, CallSid, ExternalId, Page, PageRequest, PhoneNumber, TaskId, TenantId, Timestamp,
    UserId,
};

use crate::StorageError;

/// Which calls to list; every part that is `Some` must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallFilter {
    /// The status of the newest dial.
    pub status: Option<CallStatus>,
    /// The number rung.
    pub to_number: Option<PhoneNumber>,
    /// The number shown.
    pub from_number: Option<PhoneNumber>,
    /// Created at or after this instant.
    pub created_after: Option<Timestamp>,
    /// Created at or before this instant.
    pub created_before: Option<Timestamp>,
    /// Whether the call is held.
    pub held: Option<bool>,
    /// Whose calls.
    pub user: Option<UserCalls>,
    /// Notifications only, and which of them.
    pub notifications: Option<NotificationFilter>,
}

/// Which notifications to list; every part that is `Some` must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NotificationFilter {
    /// The task they are about.
    pub task_id: Option<TaskId>,
    /// Whether somebody has acknowledged them.
    pub acknowledged: Option<bool>,
}

/// The calls of one user: those whose `user_id` is the user's id, and those whose
/// `user_external_id` is the user's id as text or the user's `external_id`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCalls {
    /// The user's id.
    pub user_id: UserId,
    /// The user's external id.
    pub external_id: Option<ExternalId>,
}

/// Keeps calls. A call, its dials, attempts, due work, feedback and notification (with its
/// acknowledgement and the outgoing event of that) change together.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait CallRepository: Send + Sync {
    /// Stores a new call.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] with `CallId` when a call has this id already.
    async fn insert(&self, tenant: &TenantId, call: &Call) -> Result<(), StorageError>;

    /// The call with this id.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn find(&self, tenant: &TenantId, call_id: CallId) -> Result<Option<Call>, StorageError>;

    /// The call one of whose dials has this SID now.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &CallSid,
    ) -> Result<Option<Call>, StorageError>;

    /// Calls, newest first (by creation, then id), a page at a time.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be read.
    async fn list(
        &self,
        tenant: &TenantId,
        filter: &CallFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, StorageError>;

    /// Applies `event` to the call as it is stored at that moment, and stores the result, as one
    /// atomic step; concurrent events on one call happen one after the other. `None` when there is
    /// no such call.
    ///
    /// When this returns, the change is on disk.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] with `CallSid` when the event brings a SID that another call
    /// owns; the call is then unchanged.
    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
        now: Timestamp,
    ) -> Result<Option<Applied>, StorageError>;
}
