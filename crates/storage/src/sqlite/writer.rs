//! The one writer: a thread with the only connection that changes anything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::fault::{Fault, Outage, unavailable};
use crate::StorageError;

/// Hands jobs to the writer thread and brings their answers back.
///
/// What queues up while one commit runs is committed together by the next: many callers share one
/// write to disk, and a single caller never waits for others to come.
pub(super) struct Writer {
    /// `None` once closed. The thread ends when the last sender is gone and the queue is empty.
    queue: Mutex<Option<mpsc::Sender<Box<dyn Job>>>>,
    commits: Arc<AtomicU64>,
    answer_timeout: Duration,
}

impl Writer {
    /// Starts the thread, which owns `connection` from now on.
    pub(super) fn start(
        connection: Connection,
        queue_capacity: usize,
        batch_limit: usize,
        answer_timeout: Duration,
    ) -> Result<(Self, JoinHandle<()>), StorageError> {
        let (queue, jobs) = mpsc::channel(queue_capacity);
        let commits = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&commits);
        let thread = std::thread::Builder::new()
            .name("atlas-sqlite-writer".to_owned())
            .spawn(move || write_until_closed(connection, jobs, batch_limit, &counter))
            .map_err(|error| unavailable(Outage::Thread(Arc::new(error))))?;
        let writer = Self {
            queue: Mutex::new(Some(queue)),
            commits,
            answer_timeout,
        };
        Ok((writer, thread))
    }

    /// How many transactions have been committed.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Takes no more jobs; those that wait are still done.
    pub(super) fn close(&self) {
        self.lock_queue().take();
    }

    /// Runs `work` inside the next transaction and answers when that is on disk.
    ///
    /// An error rolls back what `work` did, and nothing else. A caller that goes away does not
    /// stop the job: the carrier may have been asked for what it notes down.
    pub(super) async fn write<T, F>(&self, work: F) -> Result<T, StorageError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    {
        let queue = self
            .lock_queue()
            .clone()
            .ok_or_else(|| unavailable(Outage::Closed))?;
        let (answer, answered) = oneshot::channel();
        let taken = Arc::new(AtomicBool::new(false));
        let job = Box::new(PendingJob {
            work: Some(work),
            result: None,
            answer,
            taken: Arc::clone(&taken),
        });
        let exchange = async move {
            let sent = queue.send(job).await;
            drop(queue);
            sent.map_err(|_| unavailable(Outage::Closed))?;
            answered.await.map_err(|_| unavailable(Outage::Closed))?
        };
        let mut exchange = pin!(exchange);
        if let Ok(result) = tokio::time::timeout(self.answer_timeout, exchange.as_mut()).await {
            return result;
        }
        // Whoever takes the job first has it: a caller that is told "not written" must be able to
        // rely on that, and one whose job is being done hears how it ends.
        let result = if taken.swap(true, Ordering::AcqRel) {
            tokio::time::timeout(self.answer_timeout, exchange).await
        } else {
            Ok(Err(unavailable(Outage::NoAnswer(self.answer_timeout))))
        };
        result.unwrap_or_else(|_| Err(unavailable(Outage::NoAnswer(self.answer_timeout))))
    }

    fn lock_queue(&self) -> std::sync::MutexGuard<'_, Option<mpsc::Sender<Box<dyn Job>>>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something to be done inside a transaction, whatever it results in.
trait Job: Send {
    /// Does it, and says whether its changes are to be kept.
    fn run(&mut self, connection: &Connection) -> bool;

    /// Tells the caller, once the transaction has ended.
    fn answer(self: Box<Self>, committed: Result<(), Outage>);
}

struct PendingJob<T, F> {
    work: Option<F>,
    result: Option<Result<T, StorageError>>,
    answer: oneshot::Sender<Result<T, StorageError>>,
    /// Set by the thread that begins the job, or by a caller that waited too long for that.
    taken: Arc<AtomicBool>,
}

impl<T, F> Job for PendingJob<T, F>
where
    T: Send,
    F: FnOnce(&Connection) -> Result<T, Fault> + Send,
{
    fn run(&mut self, connection: &Connection) -> bool {
        if self.taken.swap(true, Ordering::AcqRel) {
            return false;
        }
        let Some(work) = self.work.take() else {
            return false;
        };
        // A defect in one job must not end the thread that all the others need. What it left
        // half done inside SQLite is rolled back with its savepoint.
        let result = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|_| Err(unavailable(Outage::Panicked).into()))
            .map_err(StorageError::from);
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, committed: Result<(), Outage>) {
        let result = match (committed, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(unavailable(Outage::Closed)),
            // An error of its own may rest on what others did in the same transaction.
            (Err(outage), _) => Err(unavailable(outage)),
        };
        // The caller may have gone away; then nobody wants to know.
        drop(self.answer.send(result));
    }
}

fn write_until_closed(
    connection: Connection,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    batch_limit: usize,
    commits: &AtomicU64,
) {
    while let Some(first) = jobs.blocking_recv() {
        let mut batch = vec![first];
        while batch.len() < batch_limit
            && let Ok(job) = jobs.try_recv()
        {
            batch.push(job);
        }
        let committed = commit_together(&connection, &mut batch);
        match &committed {
            Ok(()) => {
                commits.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => roll_back(&connection),
        }
        for job in batch {
            let outcome = match &committed {
                Ok(()) => Ok(()),
                Err(error) => Err(Outage::NotCommitted(Arc::clone(error))),
            };
            job.answer(outcome);
        }
    }
    // Everything is on disk already; this only moves it from the log into the file.
    drop(connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"));
}

fn commit_together(
    connection: &Connection,
    batch: &mut [Box<dyn Job>],
) -> Result<(), Arc<rusqlite::Error>> {
    run(connection, "BEGIN IMMEDIATE")?;
    for job in batch {
        run(connection, "SAVEPOINT job")?;
        if !job.run(connection) {
            // Fails when SQLite gave up the whole transaction, as it does when the disk is full.
            run(connection, "ROLLBACK TO job")?;
        }
        run(connection, "RELEASE job")?;
    }
    run(connection, "COMMIT")
}

fn run(connection: &Connection, sql: &str) -> Result<(), Arc<rusqlite::Error>> {
    connection
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(|_| ())
        .map_err(Arc::new)
}

fn roll_back(connection: &Connection) {
    if !connection.is_autocommit() {
        // If even this fails, the next BEGIN fails, and its jobs are told so.
        drop(connection.execute_batch("ROLLBACK"));
    }
}

#[cfg(test)]
mod tests;
