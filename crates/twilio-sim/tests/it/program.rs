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

/// Runs the program to its end: whether it went well, what it printed and what it complained of.
fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.success(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn it_plays_a_scenario_and_prints_what_became_of_it() {
    let file = "scenarios/without-a-service.toml";
    let (well, summary, _) = run(&["run", file]);
    assert!(well);
    assert!(summary.contains("+14155550123 busy"), "{summary}");
    assert!(summary.contains("  heard: Hello again"), "{summary}");
    assert!(summary.contains("3 calls, "), "{summary}");
    let (_, journal, _) = run(&["run", "--print", "journal", file]);
    assert!(journal.lines().count() > 10);
    assert_eq!(run(&["run", "--print", "journal", file]).1, journal);
    let (_, other, _) = run(&["run", "--print", "journal", "--seed", "5", file]);
    assert_ne!(other, journal);
}

#[test]
fn a_scenario_that_cannot_be_played_is_named() {
    let (well, _, words) = run(&["run", "scenarios/consent.toml"]);
    assert!(
        !well && words.contains("say where the service is with --app"),
        "{words}"
    );
    let (well, _, words) = run(&["run", "Cargo.toml"]);
    assert!(
        !well && words.contains("Cargo.toml:") && words.contains(": unknown field `"),
        "{words}"
    );
}

#[test]
fn it_prints_the_schema_of_scenarios() {
    let (well, schema, _) = run(&["schema"]);
    assert!(well);
    assert_eq!(schema, twilio_sim::Scenario::schema());
}

#[tokio::test]
async fn it_serves_a_scenario_under_the_options_given() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/without-a-service.toml"
    );
    let mut program = start(&["serve", "--port", "0", "--scenario", path, "--seed", "9"]);
    let greeting = BufReader::new(program.0.stdout.take().unwrap())
        .lines()
        .next()
        .unwrap()
        .unwrap();
    let url = greeting
        .split_whitespace()
        .find(|word| word.starts_with("http"))
        .unwrap();
    let client = reqwest::Client::new();
    let idle = client.post(format!("{url}/_sim/clock/run-until-idle"));
    assert_eq!(idle.send().await.unwrap().status(), 200);
    let calls: Value = client
        .get(format!("{url}/_sim/calls"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(calls.as_array().unwrap().len(), 3, "{calls}");
}

#[test]
fn a_run_fails_when_a_call_was_refused_and_when_a_strict_one_had_an_alert() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let run = |name: &str, call: &str, flags: &[&str]| {
        let file = folder.join(name);
        std::fs::write(&file, format!("[[calls]]\nto = \"+15550100042\"\n{call}\n")).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_twilio-sim"))
            .args(["run", file.to_str().unwrap()])
            .args(flags)
            .env_clear()
            .output()
            .unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let foreign = "from = \"+14155559999\"\ntwiml = \"<Response/>\"";
    let (code, text) = run("refused.toml", foreign, &[]);
    assert_eq!(code, Some(1));
    assert!(text.contains("calls[0] refused with 21210"), "{text}");
    let warned = "twiml = \"<Response><Pause lenght='1'/></Response>\"";
    assert_eq!(run("warned.toml", warned, &[]).0, Some(0));
    assert_eq!(run("strict.toml", warned, &["--strict"]).0, Some(1));
}

#[cfg(unix)]
#[test]
fn it_stops_politely_when_it_is_told_to_terminate() {
    let mut program = start(&["--port", "0"]);
    let mut greeting = String::new();
    let mut out = BufReader::new(program.0.stdout.take().unwrap());
    out.read_line(&mut greeting).unwrap();
    let pid = program.0.id().to_string();
    let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(told.success());
    assert_eq!(program.0.wait().unwrap().code(), Some(0));
}
