//! Users.

use async_trait::async_trait;
use atlas_domain::{Page, PageRequest, TenantId, Timestamp, User, UserChanges, UserId};

use crate::StorageError;

/// Keeps users.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// Stores a new user.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] with `Email` or `ExternalId` when another user of the tenant
    /// has it already.
    async fn insert(&self, tenant: &TenantId, user: &User) -> Result<(), StorageError>;

    /// The user with this id.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn find(&self, tenant: &TenantId, id: UserId) -> Result<Option<User>, StorageError>;

    /// Users, newest first (by creation, then id), a page at a time.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be read.
    async fn list(&self, tenant: &TenantId, page: &PageRequest)
    -> Result<Page<User>, StorageError>;

    /// Changes a user and returns it as it is then; `None` when there is no such user.
    ///
    /// # Errors
    /// [`StorageError::Duplicate`] with `Email` or `ExternalId` when another user of the tenant
    /// has it already.
    async fn update(
        &self,
        tenant: &TenantId,
        id: UserId,
        changes: &UserChanges,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError>;

    /// Deletes a user, and says whether there was one. Their calls stay.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn delete(&self, tenant: &TenantId, id: UserId) -> Result<bool, StorageError>;
}
