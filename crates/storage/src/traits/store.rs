//! The store as a whole.

use async_trait::async_trait;

use crate::StorageError;

/// The store behind the repositories.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait Store: Send + Sync {
    /// Checks that calls can be stored, by a write that changes nothing.
    ///
    /// # Errors
    /// [`StorageError`] when they cannot.
    async fn check_writable(&self) -> Result<(), StorageError>;

    /// Finishes what was begun and closes. Later calls of any repository fail with
    /// [`StorageError::Unavailable`].
    async fn close(&self);
}
