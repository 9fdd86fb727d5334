//! Many writers: commits that are shared, callers that go away, several stores on one file.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_storage::{CallRepository, StorageError, Unique};
use rusqlite::Connection;
use tokio::task::{JoinSet, yield_now};

use super::{call, call_id, open, tenant};
use crate::instances::{self, Instances};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_presses_over_three_stores_on_one_file_acknowledge_once() {
    let folder = tempfile::tempdir().unwrap();
    instances::fifty_presses_acknowledge_once(stores(folder.path(), 3)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_store_begins_a_redial_after_the_acknowledgement_of_another() {
    let folder = tempfile::tempdir().unwrap();
    instances::no_redial_is_begun_after_the_acknowledgement(stores(folder.path(), 2)).await;
}

fn stores(folder: &Path, count: usize) -> Instances {
    let store = |_| Arc::new(open(&folder.join("atlas.db"))) as Arc<dyn CallRepository>;
    (0..count).map(store).collect()
}

#[tokio::test]
async fn writes_that_come_at_once_share_a_few_commits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    let lock = lock_from_outside(&path);
    let mut writes = JoinSet::new();
    for number in 0..200 {
        let store = store.clone();
        writes.spawn(async move { store.insert(&tenant(), &call(number)).await });
    }
    // On this runtime's one thread every task has had its turn, and queued its write, after this.
    for _ in 0..200 {
        yield_now().await;
    }
    lock.execute_batch("ROLLBACK").unwrap();
    for result in writes.join_all().await {
        result.unwrap();
    }
    // What had come when the writer first tried, and the rest.
    assert!(store.commits() <= 2, "{} commits", store.commits());
}

#[tokio::test]
async fn a_write_that_fails_does_not_disturb_those_that_share_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    store.insert(&tenant(), &call(7)).await.unwrap();
    let before = store.commits();

    let lock = lock_from_outside(&path);
    let mut writes = JoinSet::new();
    for number in 0..20 {
        let store = store.clone();
        writes.spawn(async move { (number, store.insert(&tenant(), &call(number)).await) });
    }
    yield_now().await;
    lock.execute_batch("ROLLBACK").unwrap();
    for (number, result) in writes.join_all().await {
        match result {
            Ok(()) => assert_ne!(number, 7),
            Err(StorageError::Duplicate(Unique::CallId)) => assert_eq!(number, 7),
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(store.commits() - before <= 2);
    for number in 0..20 {
        let found = store.find(&tenant(), call_id(number)).await.unwrap();
        assert!(found.is_some(), "call {number}");
    }
}

#[tokio::test]
async fn a_caller_that_goes_away_disturbs_nobody_and_its_write_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let store = open(&path);
    let lock = lock_from_outside(&path);
    let spawn = |number| {
        let store = store.clone();
        tokio::spawn(async move { store.insert(&tenant(), &call(number)).await })
    };
    let (first, leaving, last) = (spawn(1), spawn(2), spawn(3));
    yield_now().await;
    leaving.abort();
    assert!(leaving.await.unwrap_err().is_cancelled());
    lock.execute_batch("ROLLBACK").unwrap();
    first.await.unwrap().unwrap();
    last.await.unwrap().unwrap();
    assert!(store.find(&tenant(), call_id(2)).await.unwrap().is_some());
}

#[tokio::test]
async fn two_stores_on_one_file_take_turns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let stores = [open(&path), open(&path)];
    let mut writes = JoinSet::new();
    for number in 0..100 {
        let store = stores[usize::from(number % 2 == 0)].clone();
        writes.spawn(async move { store.insert(&tenant(), &call(number)).await });
    }
    for result in writes.join_all().await {
        result.unwrap();
    }
    for store in stores {
        for number in 0..100 {
            let found = store.find(&tenant(), call_id(number)).await.unwrap();
            assert!(found.is_some(), "call {number}");
        }
    }
}

#[test]
fn stores_opened_at_once_on_a_new_file_all_open() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            std::thread::spawn(move || SqliteStore::open(&path, SqliteOptions::default()).map(drop))
        })
        .collect();
    for thread in threads {
        thread.join().unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_lock_that_lasts_longer_than_the_bound_makes_the_store_unavailable_for_that_long() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let options = SqliteOptions {
        answer_timeout: Duration::from_millis(50),
        queue_capacity: NonZeroUsize::MIN,
        ..SqliteOptions::default()
    };
    let store = SqliteStore::open(&path, options).unwrap();
    let lock = lock_from_outside(&path);
    let mut writes = JoinSet::new();
    for number in 0..10 {
        let store = store.clone();
        writes.spawn(async move { store.insert(&tenant(), &call(number)).await });
    }
    for result in writes.join_all().await {
        assert!(
            matches!(result, Err(StorageError::Unavailable(_))),
            "{result:?}"
        );
    }
    // Reads go on meanwhile.
    store.find(&tenant(), call_id(1)).await.unwrap();

    lock.execute_batch("ROLLBACK").unwrap();
    let available = async { while store.insert(&tenant(), &call(100)).await.is_err() {} };
    let in_time = tokio::time::timeout(Duration::from_secs(30), available).await;
    assert!(in_time.is_ok(), "it stays unavailable");
}

fn lock_from_outside(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}
