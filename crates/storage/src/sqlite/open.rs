//! Opening the file: its folder, its settings and its schema.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::fault::{Fault, Outage, unavailable};
use crate::StorageError;

/// Every change of the schema, in order. What has been released is never edited; the next change
/// is a new file.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!(
        "../../../../migrations/sqlite/0001_initial.sql"
    )),
    M::up(include_str!(
        "../../../../migrations/sqlite/0002_values_of_older_versions.sql"
    )),
    M::up(include_str!(
        "../../../../migrations/sqlite/0003_other_fields.sql"
    )),
    M::up(include_str!(
        "../../../../migrations/sqlite/0004_notifications.sql"
    )),
];

/// How many statements each connection keeps prepared.
const PREPARED_STATEMENTS: usize = 64;
/// How long to wait before asking again for what another process is busy with while opening.
const RETRY_INTERVAL: Duration = Duration::from_millis(10);

/// Opens the file for writing, makes it where it is missing, and brings it to the newest schema.
pub(super) fn open_for_writing(path: &Path, wait: Duration) -> Result<Connection, StorageError> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        make_folder(folder).map_err(|error| unavailable(Outage::Folder(Arc::new(error))))?;
    }
    make_private_file(path);
    let mut connection = Connection::open(path).map_err(Fault::from)?;
    configure(&connection, wait)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    let deadline = Instant::now() + wait;
    retry_while_busy(deadline, || use_write_ahead_log(&connection))?;
    migrate(&mut connection, deadline)?;
    Ok(connection)
}

/// Makes a folder that only its owner can look into: the database holds phone numbers.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes the file, if it is not there, so that only its owner can read it; SQLite gives the files
/// beside it the same mode. What is wrong with the path is for SQLite to say.
fn make_private_file(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    drop(options.open(path));
}

/// Opens one more connection to a file that is open for writing already.
pub(super) fn open_for_reading(path: &Path, wait: Duration) -> Result<Connection, StorageError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(Fault::from)?;
    configure(&connection, wait)?;
    Ok(connection)
}

/// Whether anybody has the file open, in this process or another: everybody who has opened a file
/// with a write-ahead log shares a lock on it, and who opens it in exclusive mode wants it whole
/// (<https://www.sqlite.org/wal.html#use_of_wal_without_shared_memory>). What cannot be found out
/// is no: whoever opens the file next is told why it cannot be opened.
pub(super) fn is_in_use(path: &Path) -> bool {
    matches!(open_alone(path), Err(error) if is_busy(&error))
}

fn open_alone(path: &Path) -> Result<(), rusqlite::Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // Closing it must not fold the log into the file, which may be there only to be read.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(Duration::ZERO)?;
    connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_| Ok(()))?;
    connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
    )
}

/// Sets what SQLite forgets with each connection
/// (<https://www.sqlite.org/pragma.html>).
fn configure(connection: &Connection, wait: Duration) -> Result<(), Fault> {
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    // How long to wait while another process writes.
    connection.busy_timeout(wait)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // An answered write is on disk, also when the power fails.
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}

fn use_write_ahead_log(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
}

fn migrate(connection: &mut Connection, deadline: Instant) -> Result<(), StorageError> {
    let migrations = Migrations::from_slice(MIGRATIONS);
    loop {
        let found = schema_version(connection)?;
        if usize::try_from(found).map_or(true, |found| found > MIGRATIONS.len()) {
            return Err(unavailable(Outage::NewerSchema {
                found,
                known: MIGRATIONS.len(),
            }));
        }
        let Err(error) = migrations.to_latest(connection) else {
            return Ok(());
        };
        // Another process may have been faster with the same migration.
        let overtaken = schema_version(connection)? != found;
        if !overtaken || Instant::now() >= deadline {
            return Err(unavailable(Outage::Migration(Arc::new(error))));
        }
    }
}

/// Makes sure that the schema is the newest.
pub(super) fn check_schema(connection: &Connection) -> Result<(), StorageError> {
    let found = schema_version(connection)?;
    let known = MIGRATIONS.len();
    match usize::try_from(found).map(|found| found.cmp(&known)) {
        Ok(Ordering::Equal) => Ok(()),
        Ok(Ordering::Less) => Err(unavailable(Outage::OlderSchema { found, known })),
        Ok(Ordering::Greater) | Err(_) => Err(unavailable(Outage::NewerSchema { found, known })),
    }
}

fn schema_version(connection: &Connection) -> Result<i64, Fault> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Tries again what SQLite refuses at once, without its own waiting, while another process opens
/// the same file.
fn retry_while_busy(
    deadline: Instant,
    mut attempt: impl FnMut() -> Result<(), rusqlite::Error>,
) -> Result<(), Fault> {
    loop {
        match attempt() {
            Err(error) if is_busy(&error) && Instant::now() < deadline => {
                std::thread::sleep(RETRY_INTERVAL);
            }
            result => return Ok(result?),
        }
    }
}
