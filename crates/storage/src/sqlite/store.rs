//! The store as a whole.

use async_trait::async_trait;

use super::SqliteStore;
use crate::{StorageError, Store};

pub(super) const CHECK: &str = "UPDATE write_checks SET count = count + 1 WHERE id = 1";

#[async_trait]
impl Store for SqliteStore {
    async fn check_writable(&self) -> Result<(), StorageError> {
        // A real write: SQLite commits one that changes no row without touching the disk.
        self.write(|connection| {
            connection.prepare_cached(CHECK)?.execute([])?;
            Ok(())
        })
        .await
    }

    async fn close(&self) {
        self.inner.writer.close();
        self.inner.readers.close().await;
        // Held while waiting, so that a second caller waits too.
        let mut thread = self.inner.thread.lock().await;
        if let Some(thread) = thread.take() {
            // Neither can fail: the thread catches the panics of its jobs.
            drop(tokio::task::spawn_blocking(move || drop(thread.join())).await);
        }
    }
}
