//! Scenario files: what they say, what is wrong with them, and that they can be played again.

use std::path::{Path, PathBuf};
use std::time::Duration;

use twilio_sim::{ApiKeyKind, CallStatus, Scenario, Simulator};

use crate::app::TestApp;

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// A service that asks for consent.
async fn service() -> TestApp {
    let app = TestApp::start().await;
    app.twiml(
        "/voice",
        r#"<Gather numDigits="1" action="/key"><Say>Press 1 if we may record this call.</Say></Gather>"#,
    );
    app.twiml("/key", "<Say>Thank you.</Say>");
    app
}

/// Plays a scenario to its end; the simulator, with everything on record.
async fn play(scenario: &Scenario) -> Simulator {
    let sim = Simulator::start(scenario.config()).await.unwrap();
    sim.play(scenario).unwrap();
    sim.run_until_idle().await;
    sim
}

#[tokio::test]
async fn every_example_is_played_to_its_end_twice_alike() {
    let mut played = Vec::new();
    for entry in std::fs::read_dir(here("scenarios")).unwrap() {
        let path = entry.unwrap().path();
        let mut journals = Vec::new();
        for _ in 0..2 {
            let app = service().await;
            let scenario = Scenario::read(&path).unwrap();
            let sim = play(&scenario.with_app(&app.url)).await;
            let calls = sim.calls();
            assert!(!calls.is_empty(), "{path:?}");
            assert!(
                calls.iter().all(|call| call.status.is_terminal()),
                "{path:?}"
            );
            journals.push(sim.journal());
        }
        assert_eq!(journals[0], journals[1], "{path:?}");
        assert!(
            !journals[0].contains(r#""answer":400"#),
            "{path:?}: {}",
            journals[0]
        );
        played.push(path.file_name().unwrap().to_owned());
    }
    played.sort();
    assert_eq!(
        played,
        ["bad-weather.toml", "consent.toml", "without-a-service.toml"]
    );
}

#[tokio::test]
async fn a_scenario_sets_who_answers_and_places_its_calls_at_their_times() {
    let scenario = Scenario::read(&here("scenarios/without-a-service.toml")).unwrap();
    assert!(!scenario.needs_app());
    let sim = play(&scenario).await;
    let seen: Vec<(i64, CallStatus)> = sim
        .calls()
        .iter()
        .map(|call| (call.created_at.unix_timestamp(), call.status))
        .collect();
    let start = 1_767_603_600;
    assert_eq!(
        seen,
        [
            (start, CallStatus::Busy),
            (start + 60, CallStatus::Completed),
            (start + 60, CallStatus::Failed),
        ]
    );
    assert_eq!(sim.calls()[1].said(), ["Hello again"]);
}

#[tokio::test]
async fn fifty_calls_with_faults_are_the_same_with_one_seed_and_others_with_another() {
    let mut text = r#"
        [[faults]]
        kind = "drop_callback"
        when = { rate = 0.2 }
        [[faults]]
        kind = { delay_callback = { by_ms = 9_000 } }
        when = { rate = 0.2 }
        [[faults]]
        kind = "swap_callback"
        when = { rate = 0.2 }
        [[faults]]
        kind = { repeat_document_request = { times = 1 } }
        when = { rate = 0.2 }
        [[faults]]
        kind = { hang_up = { within_ms = 9_000 } }
        when = { rate = 0.4 }
    "#
    .to_owned();
    for index in 0..50 {
        text.push_str(&format!(
            "[[calls]]\nat_ms = {}\nto = \"+155501007{:02}\"\nurl = \"{{app}}/voice\"\nstatus_callback = \"{{app}}/status\"\n",
            index / 3 * 100,
            index % 10
        ));
    }
    let journal = async |seed: u64| {
        let app = service().await;
        let text = format!("seed = {seed}\nstart_at = \"2026-01-05T09:00:00Z\"\n{text}");
        let scenario = Scenario::parse("fifty.toml", &text).unwrap();
        play(&scenario.with_app(&app.url)).await.journal()
    };
    let first = journal(1).await;
    assert_eq!(first, journal(1).await);
    let lines =
        |journal: &str, part: &str| journal.lines().filter(|line| line.contains(part)).count();
    assert_eq!(lines(&first, r#""what":"request""#), 50);
    let other = journal(2).await;
    let dropped = |journal: &str| lines(journal, "never sent");
    let sent = |journal: &str| lines(journal, r#""what":"sent""#);
    assert!(dropped(&first) > 0);
    assert_ne!(
        (dropped(&first), sent(&first)),
        (dropped(&other), sent(&other))
    );
}

#[tokio::test]
async fn a_scenario_gives_the_account_limits_applications_and_messages() {
    let text = r#"
        [account]
        api_keys = ["SK00000000000000000000000000000001:hush:standard"]
        test_credentials = "AC00000000000000000000000000000002:hush"
        message_webhook = "{app}/sms"
        [limits]
        consistency_lag_ms = 300
        calls_per_second = 1
        concurrent_requests = 9
        trial = { verified_numbers = ["+15550100042"] }
        [[applications]]
        sid = "AP00000000000000000000000000000001"
        voice_url = "{app}/voice"
        voice_method = "GET"
        [[calls]]
        to = "+15550100042"
        params = { ApplicationSid = "AP00000000000000000000000000000001" }
        [[calls]]
        to = "+15550100701"
        twiml = "<Response/>"
        [[messages]]
        at_ms = 2_000
        from = "+15550100042"
        to = "+15005550006"
        body = "Second"
        [[messages]]
        from = "+15550100001"
        to = "+15005550006"
        body = "First"
        media_urls = ["{app}/picture"]
    "#;
    let app = service().await;
    let scenario = Scenario::parse("account.toml", text).unwrap();
    assert!(scenario.needs_app());
    let sim = play(&scenario.with_app(&app.url)).await;
    let config = sim.config();
    assert_eq!(config.api_keys[0].kind, ApiKeyKind::Standard);
    assert!(config.test_credentials.is_some());
    assert_eq!(config.limits.consistency_lag, Duration::from_millis(300));
    assert_eq!(config.limits.calls_per_second, Some(1));
    assert_eq!(config.limits.concurrent_requests, Some(9));
    // The second call goes to a number that is not verified.
    assert_eq!(sim.calls().len(), 1);
    assert!(sim.journal().contains(r#""code":21219"#));
    assert_eq!(app.received("/voice")[0].method, "GET");
    let written: Vec<(String, String)> = app
        .received("/sms")
        .iter()
        .map(|request| {
            (
                request.param("Body").to_owned(),
                request.param("NumMedia").to_owned(),
            )
        })
        .collect();
    let expected = [("First", "1"), ("Second", "0")];
    assert_eq!(
        written,
        expected.map(|(body, media)| (body.to_owned(), media.to_owned()))
    );
}

#[test]
fn what_is_wrong_is_named_with_file_line_and_field() {
    let cases = [
        ("seed = 1\ncolour = 2", ":2: colour: unknown field `colour`"),
        (
            "seed = 1\nclock = \"quick\"",
            ":2: clock: clock \"quick\" is none of",
        ),
        ("seed = [", ":1: syntax: "),
        (
            "[[calls]]\nto = \"+15550100042\"\nat = 3",
            ":3: calls[0].at: unknown field `at`",
        ),
        (
            "seed = 1\n[[calls]]\nto = \"555\"\ntwiml = \"x\"",
            ":2: calls[0].to: neither E.164",
        ),
        (
            "[[calls]]\nto = \"+15550100042\"",
            ":1: calls[0].url: a call has either",
        ),
        (
            "[[faults]]\nkind = \"drop_callback\"\n\n[[faults]]\nkind = \"swap_callback\"\nwhen = { rate = 2.0 }",
            ":4: faults[1].when.rate: rate 2 is not from 0 to 1",
        ),
        (
            "[[faults]]\nkind = \"drop_calls\"",
            ":2: faults[0].kind: unknown variant `drop_calls`",
        ),
        ("[account]\nsid = \"AC1\"", ":1: account.sid: account SID"),
        (
            "[account]\napi_keys = [\"SK1:hush\"]",
            ":2: account.api_keys: an API key is not",
        ),
        (
            "seed = 1\n[account]\nmessage_webhook = \"sms\"",
            ":2: account.message_webhook: message webhook",
        ),
        (
            "seed = 1\n[limits]\ncalls_per_second = 0",
            ":2: limits.calls_per_second: calls per second",
        ),
        (
            "[limits.trial]\nverified_numbers = [\"555\"]",
            ":1: limits.trial.verified_numbers: a verified number",
        ),
        (
            "[[applications]]\nsid = \"AP00000000000000000000000000000001\"\nvoice_url = \"{app}/voice\"\n\
             [[applications]]\nsid = \"AP2\"\nvoice_url = \"{app}/voice\"",
            ":4: applications[1]: application \"AP2\"",
        ),
        (
            "[[messages]]\nfrom = \"+15550100042\"\nto = \"555\"",
            ":1: messages[0].to: recipient is not E.164",
        ),
        (
            "[[numbers]]\nnumber = \"+1\"\nbehaviour = { kind = \"busy\", often = 1 }",
            ":3: numbers[0].behaviour: unknown field `often`",
        ),
    ];
    for (text, expected) in cases {
        let error = Scenario::parse("bad.toml", text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("bad.toml{expected}")), "{error}");
    }
    let missing = Scenario::read(Path::new("not-there.toml")).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "scenario not-there.toml cannot be read"
    );
}

#[test]
fn the_committed_schema_is_the_present_one() {
    let committed = std::fs::read_to_string(here("scenario.schema.json")).unwrap();
    assert!(
        committed == Scenario::schema(),
        "write it anew: twilio-sim schema > scenario.schema.json"
    );
}

#[test]
fn the_manual_shows_a_scenario_that_can_be_read() {
    let manual = std::fs::read_to_string(here("scenarios.md")).unwrap();
    let example = manual.split("```toml").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let scenario = Scenario::parse("scenarios.md", example).unwrap();
    assert_eq!(scenario.config().seed, Some(7));
    assert!(scenario.needs_app());
}
