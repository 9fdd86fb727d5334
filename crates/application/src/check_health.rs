//! Whether the store and the carrier can be used.

use atlas_domain::carrier::CarrierError;
use atlas_storage::StorageError;

use crate::Application;

impl Application {
    /// Checks that calls can be stored.
    ///
    /// # Errors
    /// [`StorageError`] when they cannot.
    pub async fn check_store(&self) -> Result<(), StorageError> {
        self.ports.store.check_writable().await
    }

    /// Checks that the carrier can be reached with its credentials.
    ///
    /// # Errors
    /// [`CarrierError`] when it cannot.
    pub async fn check_carrier(&self) -> Result<(), CarrierError> {
        self.ports.carrier.check_account().await
    }
}
