//! What was answered survives the sudden death of the process.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use atlas_storage::CallRepository;

use super::{call, call_id, open, tenant};

/// Set for the process that writes until it is killed: the file to write to.
const WRITER_FILE: &str = "ATLAS_TEST_SQLITE_WRITER_FILE";
/// Before each number that the writer has been answered for; the test harness prints lines too.
const ANSWERED: &str = "answered ";
/// How many answers to read before the writer is killed.
const ANSWERS: usize = 300;

#[test]
fn what_was_answered_before_kill_9_is_there_afterwards() {
    if let Some(file) = std::env::var_os(WRITER_FILE) {
        write_until_killed(Path::new(&file));
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("atlas.db");
    // This same test, in a process of its own.
    let mut writer = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture"])
        .arg("sqlite::durability::what_was_answered_before_kill_9_is_there_afterwards")
        .env(WRITER_FILE, &file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
    let mut answered: Vec<u32> = (&mut lines)
        .filter_map(|line| number_in(&line.unwrap()))
        .take(ANSWERS)
        .collect();
    // On Unix this is SIGKILL, in the middle of whatever the writer is doing.
    writer.kill().unwrap();
    writer.wait().unwrap();
    answered.extend(
        lines
            .map_while(Result::ok)
            .filter_map(|line| number_in(&line)),
    );
    assert!(answered.len() >= ANSWERS, "only {} answers", answered.len());

    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = open(&file);
        for number in answered {
            let found = store.find(&tenant(), call_id(number)).await.unwrap();
            assert_eq!(found, Some(call(number)));
        }
        let integrity: String = rusqlite::Connection::open(&file)
            .unwrap()
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(integrity, "ok");
    });
}

/// The number in a line of the writer, also when the harness has begun that line.
fn number_in(line: &str) -> Option<u32> {
    let (_, number) = line.split_once(ANSWERED)?;
    number.parse().ok()
}

/// Stores calls from several tasks at once, and says of each when it was answered.
fn write_until_killed(file: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = open(file);
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let store = store.clone();
                tokio::spawn(async move {
                    for number in (task..).step_by(8) {
                        store.insert(&tenant(), &call(number)).await.unwrap();
                        // In one write, so that a line is whole or absent.
                        let line = format!("{ANSWERED}{number}\n");
                        let mut stdout = std::io::stdout().lock();
                        stdout.write_all(line.as_bytes()).unwrap();
                        stdout.flush().unwrap();
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}
