//! The SQLite back end: one file on disk, any number of processes.
//!
//! One thread does all writing: it takes what has queued up, runs each job in a savepoint of one
//! transaction, and answers all of them once that is on disk. Reads use connections of their own
//! and see what is committed. Several processes may use one file; SQLite's own lock keeps their
//! writers apart.
//!
//! Must be used inside a Tokio runtime with its timer enabled and its clock not paused: how long an
//! answer may take is counted in real time.

mod archive;
mod calls;
mod directory;
mod fault;
mod fields;
mod idempotency;
mod listing;
mod open;
#[cfg(test)]
mod query_plans;
mod readers;
mod recordings;
mod store;
mod users;
mod writer;

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::Mutex;

use self::fault::Fault;
use self::readers::Readers;
use self::writer::Writer;
use crate::StorageError;

/// How a [`SqliteStore`] uses its file; the default suits one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqliteOptions {
    /// How long a call of a repository may take, waiting included, before it fails with
    /// [`StorageError::Unavailable`]; 10 seconds by default. Also how long to wait for another
    /// process that writes.
    pub answer_timeout: Duration,
    /// How many reads may run at once; 4 by default.
    pub readers: NonZeroU32,
    /// How many writes may wait in the queue; 4,096 by default.
    pub queue_capacity: NonZeroUsize,
    /// The most writes that share one transaction; 512 by default.
    pub batch_limit: NonZeroUsize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        Self {
            answer_timeout: Duration::from_secs(10),
            readers: NonZeroU32::MIN.saturating_add(3),
            queue_capacity: NonZeroUsize::MIN.saturating_add(4095),
            batch_limit: NonZeroUsize::MIN.saturating_add(511),
        }
    }
}

/// All repositories over one SQLite file. Clones share it; when the last one is dropped, what is
/// queued is still written and the file is closed.
///
/// ```
/// use atlas_domain::{PageRequest, TenantId};
/// use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
/// use atlas_storage::{CallFilter, CallRepository, Store};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let store = SqliteStore::open(&folder.path().join("atlas.db"), SqliteOptions::default())?;
/// let (tenant, filter) = (TenantId::default(), CallFilter::default());
/// let page = store.list(&tenant, &filter, &PageRequest::default()).await?;
/// assert_eq!(page.total, Some(0));
/// store.close().await;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SqliteStore {
    inner: Arc<Inner>,
}

struct Inner {
    writer: Writer,
    readers: Readers,
    /// `None` once the thread has been waited for.
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteStore {
    /// Opens the file at `path`, making it and its folder where they are missing, and brings its
    /// schema up to date. Waits for the disk, so call it before serving anything.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the file cannot be made, opened or written to, is no
    /// SQLite file, or was written by a newer Atlas.
    pub fn open(path: &Path, options: SqliteOptions) -> Result<Self, StorageError> {
        let connection = open::open_for_writing(path, options.answer_timeout)?;
        Self::start(path, connection, &options)
    }

    /// Opens a file that is there to read what it holds; every write fails, and nothing in it is
    /// changed.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when there is no such file, it cannot be opened, is no SQLite
    /// file, or was written by a newer Atlas, or by an older one that no server has come after.
    pub fn open_to_read(path: &Path, options: SqliteOptions) -> Result<Self, StorageError> {
        let connection = open::open_for_reading(path, options.answer_timeout)?;
        open::check_schema(&connection)?;
        Self::start(path, connection, &options)
    }

    /// Whether anybody has the file open, be it this process or another one; `false` when that
    /// cannot be found out. Nothing in the file is changed.
    #[must_use]
    pub fn is_in_use(path: &Path) -> bool {
        open::is_in_use(path)
    }

    fn start(
        path: &Path,
        connection: Connection,
        options: &SqliteOptions,
    ) -> Result<Self, StorageError> {
        let wait = options.answer_timeout;
        let readers = (0..options.readers.get())
            .map(|_| open::open_for_reading(path, wait))
            .collect::<Result<Vec<_>, _>>()?;
        let (writer, thread) = Writer::start(
            connection,
            options.queue_capacity.get(),
            options.batch_limit.get(),
            wait,
        )?;
        Ok(Self {
            inner: Arc::new(Inner {
                writer,
                readers: Readers::new(readers, options.readers.get(), wait),
                thread: Mutex::new(Some(thread)),
            }),
        })
    }

    /// How many transactions have been committed since it was opened: fewer than writes, as
    /// writes that come at once share one.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.inner.writer.commits()
    }

    async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.writer.write(work).await
    }

    async fn read<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        self.inner.readers.read(work).await
    }
}

impl std::fmt::Debug for SqliteStore {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("SqliteStore")
            .finish_non_exhaustive()
    }
}
