//! The journal, and that runs with one seed are equal.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::{ClockMode, Fault, FaultKind, SimulatorConfig};

use crate::app::Bench;
use crate::chance::Dice;

/// Words, a key, a recording.
const VOICE: &str = r#"<Say>Hello</Say>
    <Gather numDigits="1" action="/key"><Say>Press a key.</Say></Gather>
    <Record action="/recorded" maxLength="20" recordingStatusCallback="/recording" transcribe="true" transcribeCallback="/text"/>"#;

async fn start(seed: u64) -> Bench {
    let bench = Bench::start(SimulatorConfig {
        seed: Some(seed),
        clock: ClockMode::Stepped,
        ..SimulatorConfig::default()
    })
    .await;
    bench.app.twiml("/voice", VOICE);
    bench
        .app
        .twiml("/key", "<Say>Thank you.</Say><Redirect>/last</Redirect>");
    bench.app.twiml("/last", "<Pause length=\"3\"/><Dance/>");
    bench.app.twiml("/recorded", "<Hangup/>");
    bench
}

/// 50 calls to all kinds of numbers while one thing in five goes wrong.
async fn run_with_faults(seed: u64) -> String {
    let bench = start(seed).await;
    let slow = FaultKind::SlowDocument { by_ms: 20_000 };
    for kind in [
        FaultKind::DropCallback,
        FaultKind::RepeatCallback { times: 2 },
        FaultKind::DelayCallback { by_ms: 7_000 },
        FaultKind::SwapCallback,
        slow,
        FaultKind::RepeatDocumentRequest { times: 1 },
        FaultKind::HangUp { within_ms: 20_000 },
    ] {
        bench.sim.add_fault(Fault::rate(0.2, kind)).unwrap();
    }
    for index in 0..50 {
        let number = match index % 5 {
            0 => "+15550100004".to_owned(),
            1 => format!("+155501007{:02}", index % 10),
            2 => format!("+155501008{index:02}"),
            3 => format!("+155501001{index:02}"),
            _ => format!("+155501002{index:02}"),
        };
        bench.call(&number).await;
        if index % 10 == 9 {
            bench.sim.clock().advance_to_next().await;
        }
    }
    bench.sim.run_until_idle().await;
    assert!(
        bench
            .sim
            .calls()
            .iter()
            .all(|call| call.status.is_terminal())
    );
    bench.sim.journal()
}

/// 50 calls that run documents of all verbs and are meddled with, and messages, while one thing in ten goes
/// wrong and what fails is tried again.
async fn run_everything(seed: u64) -> String {
    const DOCUMENTS: usize = 50;
    let bench = start(seed).await;
    let mut dice = Dice::new(4);
    bench.serve_at_random(&mut dice, DOCUMENTS);
    for path in ["/recording", "/text", "/child", "/message"] {
        bench.app.answer(path, 500, "text/plain", "");
    }
    bench.app.twiml(
        "/inbound",
        "<Message statusCallback=\"/message\">Thanks</Message>",
    );
    let room = "<Dial><Conference record=\"record-from-start\">room</Conference></Dial>";
    bench.app.twiml("/room", room);
    let webhook = bench.app.at("/inbound");
    bench.sim.set_message_webhook(&webhook).unwrap();
    for kind in [
        FaultKind::DropCallback,
        FaultKind::RepeatCallback { times: 2 },
        FaultKind::DelayCallback { by_ms: 7_000 },
        FaultKind::SwapCallback,
        FaultKind::ForgeSignature,
        FaultKind::SlowDocument { by_ms: 3_000 },
        FaultKind::RepeatDocumentRequest { times: 1 },
        FaultKind::HangUp { within_ms: 60_000 },
    ] {
        bench.sim.add_fault(Fault::rate(0.1, kind)).unwrap();
    }
    for number in 0..DOCUMENTS {
        let (path, to) = if number < 2 {
            // Two who are sure to meet.
            ("/room".to_owned(), "+15550100142".to_owned())
        } else {
            (format!("/document/{number}"), dice.number())
        };
        let url = bench.app.at(&format!("{path}#rc=2&rp=all"));
        let amd = bench.app.at("/machine");
        let more = [
            ("Url", url.as_str()),
            ("TimeLimit", "120"),
            ("Record", dice.one_of(&["true", "false"])),
            ("MachineDetection", dice.one_of(&["", "DetectMessageEnd"])),
            ("AsyncAmd", dice.one_of(&["true", "false"])),
            ("AsyncAmdStatusCallback", &amd),
        ];
        bench.call_with(&to, &more).await;
        let form = [
            ("To", to.as_str()),
            ("From", crate::app::FROM),
            ("Body", "Hello"),
            ("StatusCallback", &bench.app.at("/message#rc=1&rp=all")),
        ];
        let sent = bench.post("Messages.json", &form).send().await.unwrap();
        // Refused when the number was called before and has said that it wants no more.
        assert!([201, 400].contains(&sent.status().as_u16()));
        let words = dice.one_of(&["Hi", "STOP", "START"]);
        let incoming = bench.sim.send_message(&to, crate::app::FROM, words, &[]);
        assert!(incoming.is_ok());
        bench.sim.wait_until_quiet().await;
        let ms = u64::try_from(dice.below(5_000)).unwrap();
        bench.sim.clock().advance(Duration::from_millis(ms)).await;
        bench.meddle(&mut dice, DOCUMENTS).await;
        // What is done to a call makes it go on at once: the next request must not overtake that.
        bench.sim.wait_until_quiet().await;
    }
    bench.sim.run_until_idle().await;
    let calls = bench.sim.calls();
    assert!(calls.iter().all(|call| call.status.is_terminal()));
    bench.sim.journal()
}

/// What of a journal does not name a SID: times, kinds and statuses.
fn shape(journal: &str) -> Vec<(i64, String, Value, Value)> {
    journal
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .map(|line| {
            let what = line["what"].as_str().unwrap().to_owned();
            (
                line["at_ms"].as_i64().unwrap(),
                what,
                line["status"].clone(),
                line["failed"].clone(),
            )
        })
        .collect()
}

#[tokio::test]
async fn runs_with_one_seed_have_one_journal_and_other_seeds_have_others() {
    let first = run_with_faults(11).await;
    let second = run_with_faults(11).await;
    for (line, (one, other)) in first.lines().zip(second.lines()).enumerate() {
        assert_eq!(one, other, "line {line}");
    }
    assert_eq!(first, second);
    let other = run_with_faults(12).await;
    assert_ne!(shape(&first), shape(&other), "other things went wrong");
}

#[tokio::test]
async fn calls_of_every_kind_have_one_journal_with_one_seed() {
    let first = run_everything(3).await;
    let second = run_everything(3).await;
    for (line, (one, other)) in first.lines().zip(second.lines()).enumerate() {
        assert_eq!(one, other, "line {line}");
    }
    assert_eq!(first, second);
    for part in [
        "\"what\":\"act\"",
        "\"what\":\"answered_by\"",
        "\"what\":\"message\"",
        "\"what\":\"recording\"",
        "\"what\":\"transcription\"",
        "\"kind\":\"conference\"",
        "\"kind\":\"bridged\"",
        "\"kind\":\"async_amd\"",
        "\"attempt\":2",
        "never sent",
        "ParentCallSid",
        "QueueResult",
    ] {
        assert!(first.contains(part), "{part}");
    }
}

#[tokio::test]
async fn it_tells_everything_in_order_and_nothing_that_differs_between_runs() {
    let bench = start(1).await;
    bench.call("+15550100701").await;
    bench.sim.run_until_idle().await;
    let journal = bench.sim.journal();
    let lines: Vec<Value> = journal
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let what: Vec<&str> = lines
        .iter()
        .map(|line| line["what"].as_str().unwrap())
        .collect();
    let expected = [
        // Accepted, dialled, rung, answered.
        "status request status sent status sent status sent",
        // The document, its words, the key.
        "sent document heard heard key",
        "sent document heard",
        "sent document alert heard status sent",
    ];
    assert_eq!(what.join(" "), expected.join(" "));
    assert!(lines.is_sorted_by_key(|line| line["at_ms"].as_i64().unwrap()));
    assert_eq!(lines[1]["params"][0][1], "+15550100701");
    assert_eq!(
        (&lines[1]["answer"], &lines[1]["call"]),
        (&201.into(), &lines[0]["call"])
    );
    assert_eq!(lines[8]["url"], "{app}/voice?call=7");
    for secret in [bench.app.url.as_str(), bench.sim.url(), "+0000", "ignature"] {
        assert!(!journal.contains(secret), "{secret}: {journal}");
    }
    let read = bench
        .client
        .get(format!("{}/_sim/journal", bench.sim.url()));
    assert_eq!(read.send().await.unwrap().text().await.unwrap(), journal);
}

#[tokio::test]
async fn it_says_whether_a_call_exists_whose_answer_was_lost() {
    let bench = start(1).await;
    let form = [
        ("To", "+15550100004"),
        ("From", crate::app::FROM),
        ("Twiml", "<Response/>"),
    ];
    for executed in [false, true] {
        let lost = Fault::next_create(FaultKind::ResetConnection { executed });
        bench.sim.add_fault(lost).unwrap();
        assert!(bench.post("Calls.json", &form).send().await.is_err());
        let journal = bench.sim.journal();
        assert_eq!(journal.contains(r#""status":"queued""#), executed);
        assert!(journal.contains(r#""answer":null"#));
    }
}
