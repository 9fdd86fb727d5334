//! The readers: a few connections that see what is committed and change nothing.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::fault::{Fault, Outage, unavailable};
use crate::StorageError;

/// A fixed set of connections, each used by one read at a time.
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    /// One permit for each connection; closed with the store.
    permits: Arc<Semaphore>,
    count: u32,
    answer_timeout: Duration,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>, count: u32, answer_timeout: Duration) -> Self {
        Self {
            permits: Arc::new(Semaphore::new(connections.len())),
            idle: Arc::new(Mutex::new(connections)),
            count,
            answer_timeout,
        }
    }

    /// Runs `work` on one committed state of the store, on a thread where it may wait for disk.
    pub(super) async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let exchange = async {
            let permit = Arc::clone(&self.permits)
                .acquire_owned()
                .await
                .map_err(|_| unavailable(Outage::Closed))?;
            let idle = Arc::clone(&self.idle);
            let reading = tokio::task::spawn_blocking(move || {
                let reader = Borrowed::from(idle)?;
                let result = reader.read(work).map_err(StorageError::from);
                drop(reader);
                drop(permit);
                result
            });
            reading.await.map_err(|_| unavailable(Outage::Panicked))?
        };
        match tokio::time::timeout(self.answer_timeout, exchange).await {
            Ok(result) => result,
            Err(_) => Err(unavailable(Outage::NoAnswer(self.answer_timeout))),
        }
    }

    /// Waits for the reads that are running, and closes all connections.
    pub(super) async fn close(&self) {
        // Fails only when it is closed already.
        let all = self.permits.acquire_many(self.count).await;
        self.permits.close();
        drop(all);
        lock(&self.idle).clear();
    }
}

/// A connection that goes back where it came from, also when a read panics.
struct Borrowed {
    connection: Option<Connection>,
    home: Arc<Mutex<Vec<Connection>>>,
}

impl Borrowed {
    fn from(home: Arc<Mutex<Vec<Connection>>>) -> Result<Self, StorageError> {
        let connection = lock(&home).pop();
        if connection.is_none() {
            return Err(unavailable(Outage::Closed));
        }
        Ok(Self { connection, home })
    }

    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
        let connection = self
            .connection
            .as_ref()
            .ok_or_else(|| unavailable(Outage::Closed))?;
        // One transaction, so that all statements of one read see the same state.
        let transaction = connection.unchecked_transaction()?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            lock(&self.home).push(connection);
        }
    }
}

fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
