//! `atlas-server copy`, the real program, from one store to another.

mod mongo;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use atlas_storage::contract::Backend;
use atlas_storage::contract::rows::{fill, generated_call};
use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
use atlas_storage::{Archive, House, Record, Store as _};
use tempfile::TempDir;

use crate::support::{Ended, Program};

/// How many generated calls there are: the variable `COPIED_CALLS`, 2,000 without it.
#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn generated_calls() -> u32 {
    std::env::var("COPIED_CALLS")
        .ok()
        .and_then(|calls| calls.parse().ok())
        .unwrap_or(2_000)
}

/// How long a copy may take: 100,000 calls take minutes.
const PATIENCE: Duration = Duration::from_secs(1800);

/// SQLite files in a folder that goes away with them.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The argument that names a file.
    fn place(&self, name: &str) -> String {
        format!("sqlite:{}", self.path(name).display())
    }
}

fn open(path: &Path) -> SqliteStore {
    SqliteStore::open(path, SqliteOptions::default()).unwrap()
}

/// A file with rows of every kind, and many generated calls.
async fn fill_file(path: &Path) {
    let store = open(path);
    fill(&Backend::new(store.clone(), ())).await;
    let numbers: Vec<_> = (0..generated_calls()).collect();
    for numbers in numbers.chunks(500) {
        let calls = numbers.iter().copied().map(generated_call).collect();
        let imported = store.calls().import(calls).await.unwrap();
        assert_eq!(imported.refused, Vec::new());
    }
    store.close().await;
}

async fn copy(from: &str, to: &str) -> Ended {
    let program = Program::start(&["copy", "--from", from, "--to", to], &[]);
    program.end_within(PATIENCE).await
}

#[track_caller]
fn assert_copied(ended: &Ended) {
    let shown = format!("{}{}", ended.stdout, ended.stderr);
    assert!(ended.status.success(), "{shown}");
    assert!(ended.stdout.contains("both hold the same"), "{shown}");
    for kept_private in ["+1555", "example.com", "Grüße"] {
        assert!(!shown.contains(kept_private), "{shown}");
    }
}

/// Both hold as many rows of every kind, and the same.
async fn assert_same(one: &dyn House, other: &dyn House) {
    assert_same_kind(one.users(), other.users()).await;
    assert_same_kind(one.calls(), other.calls()).await;
    assert_same_kind(one.recordings(), other.recordings()).await;
    assert_same_kind(one.idempotency_keys(), other.idempotency_keys()).await;
}

async fn assert_same_kind<R: Record>(one: &dyn Archive<R>, other: &dyn Archive<R>) {
    let (mut one, mut other) = (all(one).await, all(other).await);
    one.sort_by_key(Record::label);
    other.sort_by_key(Record::label);
    assert_eq!(one.len(), other.len(), "{}", R::KIND);
    for (one, other) in one.iter().zip(&other) {
        assert!(one == other, "{} differs", one.label());
    }
}

async fn all<R: Record>(archive: &dyn Archive<R>) -> Vec<R> {
    let limit = NonZeroU32::new(1_000).unwrap();
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let exported = archive.export(after.as_ref(), limit).await.unwrap();
        rows.extend(exported.records);
        after = exported.next;
        if after.is_none() {
            // What a store may forget any time, the copy need not have.
            rows.retain(|row| row.expires_at().is_none());
            return rows;
        }
    }
}

#[tokio::test]
async fn a_file_is_copied_to_another_and_the_first_is_not_changed() {
    let files = Files::new();
    fill_file(&files.path("one.db")).await;
    let before = std::fs::read(files.path("one.db")).unwrap();
    assert_copied(&copy(&files.place("one.db"), &files.place("new/two.db")).await);
    assert!(before == std::fs::read(files.path("one.db")).unwrap());
    let (one, two) = (open(&files.path("one.db")), open(&files.path("new/two.db")));
    assert_same(&one, &two).await;
}

#[tokio::test]
async fn a_row_that_is_newer_there_stays_and_the_copy_fails_naming_it() {
    let files = Files::new();
    let (old, mut new) = (generated_call(1), generated_call(1));
    new.call.revision += 1;
    for (file, call) in [("one.db", old.clone()), ("two.db", new.clone())] {
        let store = open(&files.path(file));
        store.calls().import(vec![call]).await.unwrap();
        store.close().await;
    }
    let ended = copy(&files.place("one.db"), &files.place("two.db")).await;
    assert!(!ended.status.success(), "{}", ended.stdout);
    let differs = format!("call {} of tenant default differs", new.call.call_id);
    assert!(ended.stdout.contains(&differs), "{}", ended.stdout);
    let two = open(&files.path("two.db"));
    assert_eq!(all(two.calls()).await, [new]);
}

#[tokio::test]
async fn a_row_that_is_there_alone_is_named() {
    let files = Files::new();
    for (file, number) in [("one.db", 1), ("two.db", 2)] {
        let store = open(&files.path(file));
        let call = generated_call(number);
        store.calls().import(vec![call]).await.unwrap();
        store.close().await;
    }
    let ended = copy(&files.place("one.db"), &files.place("two.db")).await;
    assert!(!ended.status.success(), "{}", ended.stdout);
    let alone = generated_call(2).label();
    let alone = format!("{alone} is there alone");
    assert!(ended.stdout.contains(&alone), "{}", ended.stdout);
}

#[tokio::test]
async fn a_store_on_which_an_atlas_works_is_not_copied() {
    use atlas_storage::{Claim, Directory as _};

    const DAY: Duration = Duration::from_secs(86_400);

    let files = Files::new();
    let store = open(&files.path("one.db"));
    // A call that is due.
    let call = generated_call(0);
    let due = call.call.created_at.plus(DAY);
    store.calls().import(vec![call]).await.unwrap();
    let claim = Claim {
        owner: "atlas-1".to_owned(),
        // Longer than the program lives, whatever time it is.
        lease_duration: DAY.saturating_mul(100_000),
        limit: 1,
    };
    let claimed = store.claim_due(&claim, due).await.unwrap();
    assert_eq!(claimed.len(), 1);
    store.close().await;
    let ended = copy(&files.place("one.db"), &files.place("two.db")).await;
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        ended.stderr.contains("an Atlas works on"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_file_that_a_server_has_open_is_neither_copied_nor_copied_to() {
    let files = Files::new();
    for file in ["one.db", "two.db"] {
        let store = open(&files.path(file));
        let calls = vec![generated_call(1)];
        store.calls().import(calls).await.unwrap();
        store.close().await;
    }
    let (one, two) = (files.place("one.db"), files.place("two.db"));
    let running = open(&files.path("one.db"));
    for (from, to) in [(&one, &two), (&two, &one)] {
        let ended = copy(from, to).await;
        assert_eq!(ended.status.code(), Some(1), "{}", ended.stdout);
        let refusal = "another program has the SQLite file";
        assert!(ended.stderr.contains(refusal), "{}", ended.stderr);
    }
    running.close().await;
    assert_copied(&copy(&one, &two).await);
}

#[tokio::test]
async fn what_names_no_store_is_said_in_a_sentence_without_its_password() {
    let files = Files::new();
    drop(open(&files.path("empty.db")));
    std::fs::write(
        files.path("text.db"),
        "this is no database at all".repeat(50),
    )
    .unwrap();
    let fine = files.place("fine.db");
    let empty = files.place("empty.db");
    let cases = [
        (files.place("missing.db"), "cannot be opened"),
        (files.place("text.db"), "cannot be opened"),
        (empty, "holds nothing"),
        (fine.clone(), "are the same"),
        ("sqlite:".to_owned(), "--from needs the path"),
        ("postgres://ann:hunter2@db/x".to_owned(), "--from must be"),
        (
            "mongodb://ann:hunter2@127.0.0.1:1/x".to_owned(),
            "cannot be opened",
        ),
        (
            "mongodb://ann:hunt/er2@127.0.0.1:1".to_owned(),
            "--from names a database",
        ),
        (
            "mongodb://ann:hun:ter2@127.0.0.1:1/".to_owned(),
            "cannot be opened",
        ),
        (
            "mongodb://127.0.0.1:1/?password=hunter2".to_owned(),
            "cannot be opened",
        ),
    ];
    for (from, sentence) in cases {
        let ended = copy(&from, &fine).await;
        assert_eq!(ended.status.code(), Some(1), "{from}");
        let shown = format!("{}{}", ended.stdout, ended.stderr);
        assert!(shown.contains(sentence), "{from}: {shown}");
        assert!(!shown.contains("er2"), "{shown}");
        assert_eq!(shown.lines().count(), 1, "{shown}");
    }
    assert!(!files.path("missing.db").exists());
    assert!(!files.path("fine.db").exists());
}
