//! Callees who press too late, or hang up on the answer to their key, and calls that are moved to another
//! document at an awkward moment.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::{
    Behaviour, CallReport, CallStatus, Callee, Fault, FaultKind, Opening, SimulatorConfig,
};

use crate::app::Bench;

/// Takes 1.2 seconds to say.
const PROMPT: &str = "Press one to go on";
const GATHER: &str = "<Gather numDigits=\"1\" timeout=\"10\" action=\"/g\">\
    <Say>Press one to go on</Say></Gather><Say>Goodbye for today</Say>";

async fn bench_with(config: SimulatorConfig) -> Bench {
    let bench = Bench::start(config).await;
    bench.app.twiml("/voice", GATHER);
    bench.app.twiml("/g", "<Say>Thank you</Say>");
    bench.app.twiml("/machine", "<Say>Please call back</Say>");
    bench
}

/// When a call got its last status.
fn ended_at(call: &CallReport) -> time::OffsetDateTime {
    call.history.last().unwrap().at
}

/// Asks Twilio to let a call run another document; returns the HTTP status and Twilio's error code.
async fn move_to(bench: &Bench, sid: &str, path: &str) -> (u16, u64) {
    let url = bench.app.at(path);
    let request = bench.post(&format!("Calls/{sid}.json"), &[("Url", url.as_str())]);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["code"].as_u64().unwrap_or_default())
}

#[tokio::test]
async fn a_key_pressed_after_the_other_side_has_hung_up_is_told_to_nobody() {
    let bench = bench_with(SimulatorConfig::fast()).await;
    let call = bench.whole_call("+15550100761").await;
    assert_eq!(call.said(), [PROMPT, "Goodbye for today"]);
    assert_eq!(call.keys_pressed, "1");
    let late = call.key_presses[0].at - ended_at(&call);
    assert_eq!(late.whole_milliseconds(), 250);
    assert!(bench.app.received("/g").is_empty());
    assert_eq!(bench.app.received("/status").len(), 4);
}

#[tokio::test]
async fn who_has_hung_up_does_not_press_too_late_as_well() {
    let bench = bench_with(SimulatorConfig::fast()).await;
    let hangs_up = Fault::always(FaultKind::HangUp { within_ms: 1 });
    bench.sim.add_fault(hangs_up).unwrap();
    let call = bench.whole_call("+15550100761").await;
    assert_eq!(call.keys_pressed, "");
}

#[tokio::test]
async fn who_presses_and_hangs_up_hears_no_answer_to_the_key() {
    let bench = bench_with(SimulatorConfig::fast()).await;
    let call = bench.whole_call("+15550100771").await;
    assert_eq!(call.said(), [PROMPT]);
    let asked = bench.app.received("/g");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].param("Digits"), "1");
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(call.key_presses[0].at, ended_at(&call));
    let last = bench.app.received("/status").pop().unwrap();
    assert_eq!(last.param("CallStatus"), "completed");
}

#[tokio::test]
async fn who_answers_late_presses_all_the_same() {
    let bench = bench_with(SimulatorConfig::fast()).await;
    let call = bench.whole_call("+15550100781").await;
    let rang = call.history[3].at - call.history[2].at;
    assert_eq!(rang, Duration::from_secs(45));
    assert_eq!(call.said(), [PROMPT, "Thank you"]);
}

#[tokio::test]
async fn a_live_call_is_moved_out_of_whatever_it_is_doing() {
    // Seconds after the answer: in the words, while a key is awaited, in the last words.
    for (after_ms, heard) in [
        (500, vec![PROMPT, "Please call back"]),
        (6_000, vec![PROMPT, "Please call back"]),
        (
            11_500,
            vec![PROMPT, "Goodbye for today", "Please call back"],
        ),
    ] {
        let bench = bench_with(SimulatorConfig::stepped()).await;
        let sid = bench.call("+15550100042").await;
        let moment = Duration::from_millis(3_000 + after_ms);
        bench.sim.clock().advance(moment).await;
        assert_eq!(
            move_to(&bench, &sid, "/machine").await,
            (200, 0),
            "{after_ms}"
        );
        bench.sim.run_until_idle().await;
        let call = bench.sim.call(&sid).unwrap();
        assert_eq!(call.said(), heard, "{after_ms}");
        assert_eq!(call.status, CallStatus::Completed);
        assert!(bench.alert_codes().is_empty());
    }
}

#[tokio::test]
async fn a_call_moved_while_its_action_is_asked_does_not_run_the_answer() {
    let bench = bench_with(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Redirect>/voice2</Redirect>");
    bench.app.twiml("/voice2", GATHER);
    // Presses 2.2 s after the answer; the action's answer is there 3 s later.
    let sid = bench.call("+15550100701").await;
    bench
        .sim
        .clock()
        .advance(Duration::from_millis(5_000))
        .await;
    let slow = Fault::next(1, FaultKind::SlowDocument { by_ms: 3_000 });
    bench.sim.add_fault(slow).unwrap();
    bench
        .sim
        .clock()
        .advance(Duration::from_millis(1_000))
        .await;
    assert_eq!(bench.app.received("/g").len(), 1, "it is being asked");
    assert_eq!(move_to(&bench, &sid, "/machine").await, (200, 0));
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.said(), [PROMPT, "Please call back"]);
}

#[tokio::test]
async fn a_call_that_is_not_in_progress_cannot_be_moved() {
    let bench = bench_with(SimulatorConfig::stepped()).await;
    let sid = bench.call("+15550100042").await;
    for after_ms in [0, 700, 1_500] {
        bench
            .sim
            .clock()
            .advance(Duration::from_millis(after_ms))
            .await;
        assert_eq!(move_to(&bench, &sid, "/machine").await, (400, 21220));
    }
    bench.sim.run_until_idle().await;
    assert_eq!(move_to(&bench, &sid, "/machine").await, (400, 21220));
    assert!(bench.app.received("/machine").is_empty());
    assert_eq!(bench.app.received("/voice").len(), 1, "it went on");
}

#[tokio::test]
async fn a_verdict_may_move_the_call_and_a_misjudged_person_may_still_press() {
    let bench = bench_with(SimulatorConfig::stepped()).await;
    bench.app.twiml(
        "/ask",
        "<Gather numDigits=\"1\" action=\"/g\"><Say>Please call back</Say></Gather>",
    );
    // Presses nothing at first and 1 at the second prompt; talks so long that it is taken for a machine.
    let talkative = Callee {
        digits: ",1".into(),
        opening: Opening::Hello(Duration::from_secs(4)),
        ..Callee::default()
    };
    let number = "+15550100042";
    bench
        .sim
        .set_behaviour(number, Behaviour::Custom(talkative));
    let amd = bench.app.at("/amd");
    let detection = [
        ("MachineDetection", "DetectMessageEnd"),
        ("AsyncAmd", "true"),
        ("AsyncAmdStatusCallback", amd.as_str()),
    ];
    let sid = bench.call_with(number, &detection).await;
    // 4 s of speech from 0.5 s on, and 1.2 s of silence.
    bench
        .sim
        .clock()
        .advance(Duration::from_millis(3_000 + 5_700))
        .await;
    assert_eq!(
        bench.app.received("/amd")[0].param("AnsweredBy"),
        "machine_end_silence"
    );
    assert_eq!(move_to(&bench, &sid, "/ask").await, (200, 0));
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.said(), [PROMPT, "Please call back", "Thank you"]);
}
