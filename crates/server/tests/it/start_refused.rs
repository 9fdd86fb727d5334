//! A start that cannot succeed: it ends soon, and says why in one line without any secret.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::{Ended, Program};

/// Ten times what a start may wait for a database, so that a slow machine passes too.
const PATIENCE: Duration = Duration::from_secs(30);

async fn start(uri: &str) -> (Ended, Duration) {
    let begun = Instant::now();
    let variables = [
        ("MONGO_URI", uri),
        ("MONGO_DB", "calls"),
        ("BASE_URL", "http://localhost:8000"),
        ("PORT", "0"),
        ("LOG_LEVEL", "ERROR"),
    ];
    let ended = Program::run(&["serve"], &variables).await;
    (ended, begun.elapsed())
}

fn assert_told(ended: &Ended, why: &str) {
    assert_eq!(ended.status.code(), Some(1), "{}", ended.stderr);
    let lines: Vec<_> = ended.stderr.lines().collect();
    assert_eq!(lines.len(), 1, "{}", ended.stderr);
    let beginning = "atlas-server: the MongoDB database calls cannot be opened: ";
    assert!(lines[0].starts_with(beginning), "{}", lines[0]);
    assert!(lines[0].contains(why), "{}", lines[0]);
    assert!(!lines[0].contains("hunter2"), "{}", lines[0]);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    drop(taken);
    let (ended, took) = start(&format!("mongodb://ann:hunter2@{address}/")).await;
    assert_told(&ended, &address.to_string());
    assert!(took < PATIENCE, "{took:?}");
}

#[tokio::test]
async fn a_server_that_never_answers_is_given_up() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let (ended, took) = start(&format!("mongodb://ann:hunter2@{address}/")).await;
    assert_told(&ended, "MongoDB");
    assert!(took < PATIENCE, "{took:?}");
}

#[tokio::test]
async fn a_connection_string_that_cannot_be_read_is_not_repeated() {
    for uri in [
        "mongodb://ann:hun@hunter2@host:port/",
        "mongodb://ann:hunter2@",
        "mongodb://ann:hunter2@host/?w=hunter2&ssl=maybe",
        "mongodb+srv://ann:hunter2@a.invalid,b.invalid/",
    ] {
        let (ended, _) = start(uri).await;
        assert_told(&ended, "connection string");
    }
}
