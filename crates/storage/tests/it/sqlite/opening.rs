//! Opening, closing and opening again.

use std::error::Error;
use std::time::Duration;

use atlas_domain::PageRequest;
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_storage::{CallFilter, CallRepository, NotificationFilter, StorageError, Store};
use rusqlite::Connection;

use super::{call, call_id, open, tenant};

#[tokio::test]
async fn the_folder_is_made_and_what_was_stored_is_there_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/atlas.db");
    let store = open(&path);
    store.insert(&tenant(), &call(1)).await.unwrap();
    store.close().await;

    let again = open(&path);
    let found = again.find(&tenant(), call_id(1)).await.unwrap();
    assert_eq!(found, Some(call(1)));
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_made_can_be_read_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/atlas.db");
    let store = open(&path);
    store.insert(&tenant(), &call(1)).await.unwrap();
    for (made, mode) in [
        ("new", 0o700),
        ("new/atlas.db", 0o600),
        ("new/atlas.db-wal", 0o600),
    ] {
        let metadata = std::fs::metadata(folder.path().join(made)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, mode, "{made}");
    }
    store.close().await;
}

#[tokio::test]
async fn everything_answered_before_closing_is_in_the_file_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    for number in 0..20 {
        store.insert(&tenant(), &call(number)).await.unwrap();
    }
    store.close().await;
    let log = folder.path().join("atlas.db-wal");
    assert!(!log.exists(), "the log was moved into the file");
    let count: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT COUNT(*) FROM calls", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 20);
}

#[tokio::test]
async fn what_queued_when_the_last_clone_was_dropped_is_still_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    let lock = lock_from_outside(&path);
    let mut write = Box::pin({
        let store = store.clone();
        async move { store.insert(&tenant(), &call(1)).await }
    });
    // Polled once: the job is in the queue, and nobody waits for its answer any more.
    let polled = std::future::poll_fn(|context| {
        std::task::Poll::Ready(write.as_mut().poll(context).is_pending())
    })
    .await;
    assert!(polled, "the lock holds the writer up");
    drop(write);
    drop(store);
    lock.execute_batch("ROLLBACK").unwrap();
    drop(lock);

    let again = open(&path);
    let written = async {
        // The thread of the dropped store may not have had its turn yet.
        while again.find(&tenant(), call_id(1)).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    };
    let in_time = tokio::time::timeout(Duration::from_secs(30), written).await;
    assert!(in_time.is_ok(), "it was never written");
}

#[tokio::test]
async fn a_call_that_was_stored_before_calls_had_a_purpose_says_a_script() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let old = Connection::open(&path).unwrap();
    for schema in [
        include_str!("../../../../../migrations/sqlite/0001_initial.sql"),
        include_str!("../../../../../migrations/sqlite/0002_values_of_older_versions.sql"),
        include_str!("../../../../../migrations/sqlite/0003_other_fields.sql"),
    ] {
        old.execute_batch(schema).unwrap();
    }
    old.pragma_update(None, "user_version", 3).unwrap();
    let created_at = call(1).created_at.unix_millis();
    let begun = format!(
        "INSERT INTO calls (tenant, call_id, to_number, from_number, recording_enabled,
            retry_limit, retry_delay_seconds, retry_backoff, redials_given_up, created_at,
            updated_at, revision, status, held)
        VALUES ('default', '{id}', '+15550100042', '+15005550006', 1, 3, 10, 'fixed', 0,
            {created_at}, {created_at}, 1, 'initiated', 0);
        INSERT INTO dials (tenant, call_id, dial_no, placement, intended_at, asked_at, tries)
        VALUES ('default', '{id}', 1, 'intended', {created_at}, {created_at}, 1)",
        id = call_id(1),
    );
    old.execute_batch(&begun).unwrap();
    drop(old);

    let store = open(&path);
    let found = store.find(&tenant(), call_id(1)).await.unwrap();
    assert_eq!(found, Some(call(1)));
    let notifications = CallFilter {
        notifications: Some(NotificationFilter::default()),
        ..CallFilter::default()
    };
    let page = PageRequest::default();
    let listed = store.list(&tenant(), &notifications, &page).await;
    assert_eq!(listed.unwrap().items, []);
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    open(&path).close().await;
    let connection = Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();

    let refused = SqliteStore::open(&path, SqliteOptions::default());
    assert!(why_unavailable(refused).contains("newer Atlas: its schema is 99"));
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    assert_eq!(version, 99);
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a file");
    std::fs::write(&file, "not a folder").unwrap();
    let refused = SqliteStore::open(&file.join("atlas.db"), SqliteOptions::default());
    assert!(why_unavailable(refused).contains("folder of the SQLite file"));
}

#[test]
fn a_path_that_is_a_folder_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let refused = SqliteStore::open(folder.path(), SqliteOptions::default());
    assert!(why_unavailable(refused).contains("unable to open database file"));
}

/// `/proc` lets nobody make files, not even root, whom no read-only mode would stop.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_is_read_only_is_an_error() {
    let path = std::path::Path::new("/proc/atlas.db");
    let refused = SqliteStore::open(path, SqliteOptions::default());
    assert!(why_unavailable(refused).contains("unable to open database file"));
}

#[test]
fn a_file_of_another_kind_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    std::fs::write(
        &path,
        "no database, but longer than its header would be. ".repeat(99),
    )
    .unwrap();
    let refused = SqliteStore::open(&path, SqliteOptions::default());
    assert!(why_unavailable(refused).contains("not a database"));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_named_by_table_and_column_without_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    store.insert(&tenant(), &call(1)).await.unwrap();
    Connection::open(&path)
        .unwrap()
        .execute("UPDATE calls SET user_id = 'secret'", [])
        .unwrap();

    let found = store.find(&tenant(), call_id(1)).await;
    let (filter, page) = (CallFilter::default(), PageRequest::default());
    let listed = store.list(&tenant(), &filter, &page).await.map(|_| None);
    for result in [found, listed] {
        match result {
            Err(StorageError::Corrupt { what, detail }) => {
                assert_eq!(what, "calls");
                assert!(detail.contains("user_id"), "{detail}");
                assert!(!detail.contains("secret"), "{detail}");
            }
            other => panic!("not corrupt: {other:?}"),
        }
    }
}

/// Takes SQLite's write lock, as another process does.
fn lock_from_outside(path: &std::path::Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// The words of an error and of all that caused it.
fn why_unavailable<T: std::fmt::Debug>(result: Result<T, StorageError>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error, StorageError::Unavailable(_)), "{error:?}");
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}

#[tokio::test]
async fn a_file_is_in_use_as_long_as_somebody_has_it_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    assert!(!SqliteStore::is_in_use(&path), "there is none");
    assert!(!path.exists(), "asking makes none");
    let store = open(&path);
    assert!(SqliteStore::is_in_use(&path), "opened");
    store.insert(&tenant(), &call(1)).await.unwrap();
    assert!(SqliteStore::is_in_use(&path), "written to");
    store.close().await;
    let reading = SqliteStore::open_to_read(&path, SqliteOptions::default()).unwrap();
    assert!(SqliteStore::is_in_use(&path), "opened to be read");
    reading.close().await;
    assert!(!SqliteStore::is_in_use(&path), "closed");
}

#[tokio::test]
async fn asking_for_the_use_of_a_file_whose_server_died_changes_nothing_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    store.insert(&tenant(), &call(1)).await.unwrap();
    // What a server that was killed leaves: a file and a log that belong together.
    let left = |file: &str| std::fs::read(folder.path().join(file)).unwrap();
    let (file, log) = (left("atlas.db"), left("atlas.db-wal"));
    store.close().await;
    std::fs::write(&path, &file).unwrap();
    std::fs::write(folder.path().join("atlas.db-wal"), &log).unwrap();

    assert!(!SqliteStore::is_in_use(&path));
    assert!(left("atlas.db") == file && left("atlas.db-wal") == log);
    let found = open(&path).find(&tenant(), call_id(1)).await.unwrap();
    assert_eq!(found, Some(call(1)));
}
