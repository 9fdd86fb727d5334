//! The command `migrate`, and what `serve` does of it.

use crate::support::{Ended, Program};

mod mongo;

#[tokio::test]
async fn a_sqlite_file_is_made_and_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("atlas.db");
    let file = path.to_string_lossy();
    let ended = migrate(&[("SQLITE_PATH", &file)]).await;
    assert_done(&ended, &[&format!("{file} is up to date")]);
    assert!(path.exists());
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_said_in_one_line_without_the_password() {
    let uri = "mongodb://ann:hunter2@127.0.0.1:1/?serverSelectionTimeoutMS=300";
    let ended = migrate(&[("MONGO_URI", uri), ("MONGO_DB", "calls")]).await;
    assert_refused(&ended, "the MongoDB database calls cannot be opened");
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
}

/// Runs the command with no setting but where the database is.
async fn migrate(variables: &[(&str, &str)]) -> Ended {
    Program::run(&["migrate"], variables).await
}

#[track_caller]
fn assert_done(ended: &Ended, lines: &[&str]) {
    assert!(ended.status.success(), "{}", ended.stderr);
    assert_eq!(ended.stdout.lines().collect::<Vec<_>>(), lines);
    assert_eq!(ended.stderr, "");
}

#[track_caller]
fn assert_refused(ended: &Ended, why: &str) {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains(why), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
}
