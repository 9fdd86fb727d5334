//! The program `twilio-sim`.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A running program; it is killed when this is dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn start(arguments: &[&str]) -> Running {
    let child = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args(arguments)
        .env_clear()
        .env("TWILIO_SIM_CLOCK", "fast")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Running(child)
}

#[tokio::test]
async fn it_says_where_it_is_and_what_it_was_started_with() {
    let mut program = start(&[
        "--port",
        "0",
        "--auth-token",
        "a-secret",
        "--from-number",
        "+15550109999",
    ]);
    let mut lines = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok);
    let greeting: Vec<String> = lines.by_ref().take(6).collect();
    let url = greeting[0]
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap();
    let clock: Value = reqwest::get(format!("{url}/_sim/clock"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(clock["mode"], "fast");
    let all = greeting.join("\n");
    assert!(
        all.contains("+15550109999") && all.contains(twilio_sim::DEFAULT_ACCOUNT_SID),
        "{all}"
    );
    assert!(
        !all.contains("a-secret"),
        "a token that was given is not printed: {all}"
    );
}

#[test]
fn a_wrong_setting_is_named() {
    let mut program = start(&["--account-sid", "AC1"]);
    let status = program.0.wait().unwrap();
    assert!(!status.success());
    let mut text = String::new();
    program
        .0
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert!(
        text.contains("cannot start: wrong setting: account SID \"AC1\""),
        "{text}"
    );
}
