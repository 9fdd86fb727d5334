//! What can go wrong inside SQLite, and what it means to a caller.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::ffi;

use crate::{StorageError, Unique};

/// Why a job inside the store failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// SQLite said so.
    Sqlite(rusqlite::Error),
    /// The store itself said so.
    Store(StorageError),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Store(error)
    }
}

impl From<Fault> for StorageError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Store(error) => error,
            Fault::Sqlite(error) => match violated(&error) {
                Some(unique) => Self::Duplicate(unique),
                None => unavailable(error),
            },
        }
    }
}

/// Why the store is not available, beside what SQLite itself reports.
#[derive(Debug, Clone, thiserror::Error)]
pub(super) enum Outage {
    #[error("the SQLite store is closed")]
    Closed,
    #[error("the SQLite store did not answer within {0:?}")]
    NoAnswer(Duration),
    #[error("a job inside the SQLite store panicked")]
    Panicked,
    #[error("the changes could not be committed")]
    NotCommitted(#[source] Arc<rusqlite::Error>),
    #[error("the folder of the SQLite file could not be made")]
    Folder(#[source] Arc<std::io::Error>),
    #[error("the thread that writes to SQLite could not be started")]
    Thread(#[source] Arc<std::io::Error>),
    #[error(
        "the SQLite file was written by a newer Atlas: its schema is {found}, the newest known is {known}"
    )]
    NewerSchema { found: i64, known: usize },
    #[error(
        "the SQLite file has schema {found}, and this Atlas reads schema {known}: start this Atlas on it once"
    )]
    OlderSchema { found: i64, known: usize },
    #[error("the SQLite file could not be brought to this Atlas's schema")]
    Migration(#[source] Arc<rusqlite_migration::Error>),
}

/// The error of a store that cannot do anything now.
pub(super) fn unavailable(cause: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Unavailable(Box::new(cause))
}

/// Which promise of uniqueness an error of SQLite is about.
fn violated(error: &rusqlite::Error) -> Option<Unique> {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = error else {
        return None;
    };
    if !matches!(
        failure.extended_code,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
    ) {
        return None;
    }
    // SQLite names the columns: "UNIQUE constraint failed: users.tenant, users.email_key".
    [
        ("calls.call_id", Unique::CallId),
        ("dials.sid", Unique::CallSid),
        ("users.email_key", Unique::Email),
        ("users.external_id", Unique::ExternalId),
    ]
    .into_iter()
    .find_map(|(column, unique)| message.ends_with(column).then_some(unique))
}
