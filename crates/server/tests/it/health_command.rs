//! The command `health`.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::{Ended, Program, Setup, free_port};

/// How long the command may take, whatever hangs: ten times what it promises, since the machine
/// that runs the tests may be busy.
const BOUND: Duration = Duration::from_secs(30);

async fn health(port: &str, more: &[&str]) -> Ended {
    let arguments: Vec<&str> = ["health"].iter().chain(more).copied().collect();
    // A proxy is not asked, and what else the server reads is none of its business.
    let variables = [
        ("ENVIRONMENT", "production"),
        ("PORT", port),
        ("RETRY_LIMIT", "many"),
        ("http_proxy", "http://127.0.0.1:1"),
    ];
    Program::run(&arguments, &variables).await
}

#[track_caller]
fn assert_no(ended: &Ended, why: &str) {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert!(ended.stderr.contains(why), "{}", ended.stderr);
    assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
}

#[track_caller]
fn assert_yes(ended: &Ended) {
    assert!(ended.status.success(), "{}", ended.stderr);
    assert_eq!(ended.stdout, "");
    assert_eq!(ended.stderr, "");
}

#[tokio::test]
async fn a_server_that_cannot_store_calls_lives_but_is_not_ready() {
    let atlas = Setup::stepped().start().await;
    let port = atlas.public_url.rsplit(':').next().unwrap().to_owned();
    assert_yes(&health(&port, &[]).await);
    assert_yes(&health(&port, &["--ready"]).await);
    let database = atlas.database();
    database.take_away();
    assert_yes(&health(&port, &[]).await);
    assert_no(&health(&port, &["--ready"]).await, "/readyz answered 503");
    database.put_back();
    assert_yes(&health(&port, &["--ready"]).await);
    atlas.finish(0).await;
}

#[tokio::test]
async fn nobody_is_not_healthy() {
    let port = free_port().to_string();
    for more in [&[][..], &["--ready"]] {
        assert_no(&health(&port, more).await, "does not answer");
    }
    assert_no(&health("0", &[]).await, "PORT is 0");
    assert_no(&health("many", &[]).await, "PORT is \"many\"");
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up() {
    let hanging = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = hanging.local_addr().unwrap().port().to_string();
    let asked_at = Instant::now();
    assert_no(&health(&port, &[]).await, "/livez does not answer");
    assert!(asked_at.elapsed() < BOUND, "{:?}", asked_at.elapsed());
}
