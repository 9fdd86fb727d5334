//! What comes of a call, from each kind of phone.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::{Behaviour, CallStatus, HeardKind, speech_ms};

use crate::app::{Bench, FROM};

const NOTICE: &str = "This call may be recorded for quality assurance and training purposes.";
const SCRIPT: &str = "Hello, please tell us how we did.";

fn recorded_script() -> String {
    format!(
        "<Say voice=\"alice\">{NOTICE}</Say><Say>{SCRIPT}</Say>\
         <Record action=\"/recorded\" maxLength=\"119\" finishOnKey=\"#\" recordingStatusCallback=\"/recording\" \
         recordingStatusCallbackEvent=\"in-progress completed absent\" transcribe=\"true\" \
         transcribeCallback=\"/transcribed\"/><Say>never reached</Say>"
    )
}

async fn recording_bench() -> Bench {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", &recorded_script());
    bench.app.twiml("/recorded", "<Hangup/>");
    bench
}

fn millis_between(call: &twilio_sim::CallReport, first: usize, second: usize) -> i128 {
    (call.heard[second].at - call.heard[first].at).whole_milliseconds()
}

#[tokio::test]
async fn a_recorded_call_is_heard_in_order_and_in_time() {
    let bench = recording_bench().await;
    let call = bench.whole_call("+15550100042").await;

    assert_eq!(call.said(), [NOTICE, SCRIPT]);
    assert_eq!(call.heard.len(), 3);
    assert_eq!(call.heard[2].kind, HeardKind::Beep);
    assert_eq!(millis_between(&call, 0, 1), i128::from(speech_ms(NOTICE)));
    assert_eq!(millis_between(&call, 1, 2), i128::from(speech_ms(SCRIPT)));
    let HeardKind::Said { voice, .. } = &call.heard[0].kind else {
        panic!("nothing said")
    };
    assert_eq!(voice.as_deref(), Some("alice"));

    use CallStatus::{Completed, InProgress, Initiated, Queued, Ringing};
    assert_eq!(
        call.statuses(),
        [Queued, Initiated, Ringing, InProgress, Completed]
    );
    let times: Vec<i128> = call
        .history
        .iter()
        .map(|change| (change.at - call.created_at).whole_milliseconds())
        .collect();
    assert_eq!(times[..4], [0, 500, 1000, 3000]);
    // The words, the beep, 3 s of talk, 5 s of silence.
    let talk_ms = speech_ms(NOTICE) + speech_ms(SCRIPT) + 500 + 3000 + 5000;
    assert_eq!(times[4], i128::from(3000 + talk_ms));
    assert_eq!(call.duration_seconds, Some((talk_ms + 500) / 1000));

    assert_eq!(call.recordings.len(), 1);
    assert_eq!(call.recordings[0].duration_ms, 3000);
    assert_eq!(call.recordings[0].status, "completed");
    assert_eq!(
        call.recordings[0].transcription_text.as_deref(),
        Some(twilio_sim::DEFAULT_PHRASE)
    );

    assert_eq!(
        bench.app.all_paths(),
        [
            "/status",
            "/status",
            "/status",
            "/voice",
            "/recording",
            "/recorded",
            "/status",
            "/recording",
            "/transcribed"
        ]
    );
    let action = &bench.app.received("/recorded")[0];
    assert_eq!(action.param("RecordingDuration"), "3");
    assert_eq!(action.param("Digits"), "");
    assert_eq!(action.param("RecordingUrl"), call.recordings[0].url);
    let recording = bench.app.received("/recording");
    assert_eq!(recording[0].param("RecordingStatus"), "in-progress");
    assert_eq!(recording[1].param("RecordingStatus"), "completed");
    assert_eq!(recording[1].param("RecordingDuration"), "3");
    let transcription = &bench.app.received("/transcribed")[0];
    assert_eq!(transcription.param("TranscriptionStatus"), "completed");
    assert_eq!(
        transcription.param("TranscriptionText"),
        twilio_sim::DEFAULT_PHRASE
    );
    assert!(bench.sim.alerts().is_empty(), "{:?}", bench.sim.alerts());
}

#[tokio::test]
async fn the_status_callbacks_are_numbered_and_complete() {
    let bench = recording_bench().await;
    let call = bench.whole_call("+15550100042").await;
    let posted = bench.app.received("/status");
    let said: Vec<(&str, &str)> = posted
        .iter()
        .map(|request| (request.param("SequenceNumber"), request.param("CallStatus")))
        .collect();
    assert_eq!(
        said,
        [
            ("0", "initiated"),
            ("1", "ringing"),
            ("2", "in-progress"),
            ("3", "completed")
        ]
    );
    let last = &posted[3];
    assert_eq!(last.param("CallSid"), call.sid);
    assert_eq!(
        last.param("CallDuration"),
        call.duration_seconds.unwrap().to_string()
    );
    assert_eq!(last.param("Duration"), "1");
    assert_eq!(last.param("SipResponseCode"), "200");
    assert_eq!(last.param("CallbackSource"), "call-progress-events");
    assert_eq!(last.param("Direction"), "outbound-api");
    assert_eq!(last.param("ApiVersion"), "2010-04-01");
    assert_eq!(last.param("ToCity"), "");
    assert_eq!(last.param("Called"), "+15550100042");
    let format = &time::format_description::well_known::Rfc2822;
    let timestamp = time::OffsetDateTime::parse(last.param("Timestamp"), format).unwrap();
    assert_eq!(
        timestamp.unix_timestamp(),
        call.history[4].at.unix_timestamp()
    );
}

#[tokio::test]
async fn only_the_end_is_posted_unless_more_was_asked_for() {
    let bench = recording_bench().await;
    let status = bench.app.at("/status");
    let voice = bench.app.at("/voice");
    let form = [
        ("To", "+15550100042"),
        ("From", FROM),
        ("Url", &voice),
        ("StatusCallback", &status),
    ];
    bench.post("Calls.json", &form).send().await.unwrap();
    bench.sim.run_until_idle().await;
    let posted = bench.app.received("/status");
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].param("SequenceNumber"), "3");
}

#[tokio::test]
async fn phones_that_do_not_answer_end_in_their_own_way() {
    let bench = Bench::fast().await;
    let cases = [
        ("+15550100004", "busy", "486", "2", 1500),
        ("+15550100005", "no-answer", "487", "2", 61_000),
        ("+15550103404", "failed", "404", "1", 1000),
    ];
    for (number, status, sip, sequence, end_ms) in cases {
        let call = bench.whole_call(number).await;
        assert_eq!(call.status.as_str(), status, "{number}");
        assert_eq!(call.duration_seconds, Some(0));
        let ended = call.history.last().unwrap().at - call.created_at;
        assert_eq!(ended.whole_milliseconds(), end_ms, "{number}");
        let last = bench.app.received("/status").last().cloned().unwrap();
        assert_eq!(last.param("CallStatus"), status);
        assert_eq!(last.param("SipResponseCode"), sip);
        assert_eq!(last.param("SequenceNumber"), sequence);
        assert_eq!(last.param("CallDuration"), "0");
        assert_eq!(bench.sim.rings(number), 1);
    }
    assert!(bench.app.received("/voice").is_empty());
}

#[tokio::test]
async fn a_phone_that_rings_longer_than_the_timeout_is_not_answered() {
    let bench = Bench::fast().await;
    let sid = bench.call_with("+15550100230", &[("Timeout", "20")]).await;
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.status, CallStatus::NoAnswer);
    assert_eq!(
        (call.history[3].at - call.history[2].at).whole_seconds(),
        20
    );
}

#[tokio::test]
async fn a_busy_phone_answers_in_the_end() {
    let bench = recording_bench().await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(bench.whole_call("+15550100602").await.status);
    }
    assert_eq!(
        statuses,
        [CallStatus::Busy, CallStatus::Busy, CallStatus::Completed]
    );
    assert_eq!(bench.sim.rings("+15550100602"), 3);
    bench
        .sim
        .set_behaviour("+15550100602", Behaviour::BusyThenAnswers { times: 1 });
    assert_eq!(
        bench.whole_call("+15550100602").await.status,
        CallStatus::Busy
    );
    assert_eq!(
        bench.whole_call("+15550100602").await.status,
        CallStatus::Completed
    );
}

#[tokio::test]
async fn a_callee_can_hang_up_during_the_consent_notice() {
    let bench = recording_bench().await;
    let call = bench.whole_call("+15550100003").await;
    assert_eq!(call.said(), [NOTICE]);
    assert_eq!(call.status, CallStatus::Completed);
    assert!(call.recordings.is_empty());
    let talked = call.history[4].at - call.history[3].at;
    assert_eq!(
        talked.whole_milliseconds(),
        i128::from(speech_ms(NOTICE) / 2)
    );
    assert!(bench.app.received("/recorded").is_empty());
}

#[tokio::test]
async fn hanging_up_while_recorded_requests_the_action_with_digits_hangup() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Record action=\"/recorded\" recordingStatusCallback=\"/recording\"/>",
    );
    bench.app.twiml("/recorded", "<Say>nobody hears this</Say>");
    bench
        .sim
        .set_behaviour("+15550100042", Behaviour::HangsUpAfter { seconds: 2 });
    let call = bench.whole_call("+15550100042").await;
    let action = &bench.app.received("/recorded")[0];
    assert_eq!(action.param("Digits"), "hangup");
    assert_eq!(action.param("CallStatus"), "completed");
    assert_eq!(action.param("RecordingDuration"), "2");
    assert_eq!(call.recordings[0].duration_ms, 1500);
    assert!(call.said().is_empty());
    assert_eq!(
        bench
            .app
            .all_paths()
            .iter()
            .filter(|path| *path == "/status")
            .count(),
        4
    );
}

#[tokio::test]
async fn a_phrase_of_its_own_becomes_the_transcription() {
    let bench = recording_bench().await;
    bench.sim.set_behaviour(
        "+15550100042",
        Behaviour::Says {
            phrase: "Ja, gern!".into(),
            seconds: 4,
        },
    );
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.recordings[0].duration_ms, 4000);
    assert_eq!(
        bench.app.received("/transcribed")[0].param("TranscriptionText"),
        "Ja, gern!"
    );
}

#[tokio::test]
async fn short_and_long_recordings_are_not_transcribed() {
    let bench = recording_bench().await;
    for number in ["+15550100102", "+15550100101"] {
        let call = bench.whole_call(number).await;
        assert_eq!(call.recordings[0].transcription_text.as_deref(), Some(""));
    }
    let long = bench.sim.clock();
    bench
        .sim
        .set_behaviour("+15550100042", Behaviour::Talks { seconds: 500 });
    bench.app.twiml("/long", "<Record action=\"/recorded\" maxLength=\"120\" transcribe=\"true\" transcribeCallback=\"/t\"/>");
    let before = long.now();
    let url = bench.app.at("/long");
    let sid = bench.call_with("+15550100042", &[("Url", &url)]).await;
    bench.sim.run_until_idle().await;
    assert!(long.now() - before > Duration::from_secs(120));
    assert_eq!(
        bench.sim.call(&sid).unwrap().recordings[0].duration_ms,
        120_000
    );
    let failed = bench.app.received("/t");
    assert_eq!(failed[0].param("TranscriptionStatus"), "failed");
    assert_eq!(failed[0].param("TranscriptionText"), "");
    assert_eq!(bench.alert_codes(), [13617, 13617, 13617]);
}

#[tokio::test]
async fn a_call_can_be_canceled_ended_and_redirected_through_the_api() {
    let bench = Bench::start(twilio_sim::SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"600\"/>");
    bench.app.twiml("/other", "<Say>Changed</Say>");
    let clock = bench.sim.clock();

    let queued = bench.call("+15550100042").await;
    let tail = format!("Calls/{queued}.json");
    let body: Value = bench
        .post(&tail, &[("Status", "canceled")])
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(body["status"], "canceled");
    bench.sim.run_until_idle().await;
    assert_eq!(
        bench.sim.call(&queued).unwrap().status,
        CallStatus::Canceled
    );
    assert!(
        bench.app.received("/status").is_empty(),
        "a call canceled in the queue posts nothing"
    );
    assert_eq!(bench.sim.rings("+15550100042"), 0);

    let ringing = bench.call("+15550100005").await;
    clock.advance(Duration::from_secs(5)).await;
    let tail = format!("Calls/{ringing}.json");
    let redirect = bench.post(&tail, &[("Twiml", "<Response/>")]);
    assert_eq!(bench.error_of(redirect).await, (400, 21220));
    bench
        .post(&tail, &[("Status", "completed")])
        .send()
        .await
        .unwrap();
    bench.sim.wait_until_quiet().await;
    assert_eq!(
        bench.sim.call(&ringing).unwrap().status,
        CallStatus::Canceled
    );
    assert_eq!(
        bench
            .app
            .received("/status")
            .last()
            .unwrap()
            .param("CallStatus"),
        "canceled"
    );

    let live = bench.call("+15550100042").await;
    clock.advance(Duration::from_secs(10)).await;
    let tail = format!("Calls/{live}.json");
    let url = bench.app.at("/other");
    bench
        .post(&tail, &[("Status", "canceled")])
        .send()
        .await
        .unwrap();
    clock.advance(Duration::from_secs(1)).await;
    assert_eq!(
        bench.sim.call(&live).unwrap().status,
        CallStatus::InProgress
    );
    assert_eq!(
        bench
            .post(&tail, &[("Url", &url)])
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&live).unwrap();
    assert_eq!(call.said(), ["Changed"]);
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(call.duration_seconds, Some(9));
    let late = bench.post(&tail, &[("Status", "completed")]);
    assert_eq!(bench.error_of(late).await, (400, 21220));
}

#[tokio::test]
async fn the_time_limit_ends_a_call() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Pause length=\"600\"/>");
    let sid = bench
        .call_with("+15550100042", &[("TimeLimit", "30")])
        .await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().duration_seconds, Some(30));
}

#[tokio::test]
async fn two_hundred_calls_at_once_all_end() {
    let bench = recording_bench().await;
    let numbers: Vec<String> = (0..200)
        .map(|number| format!("+1555019{number:04}"))
        .collect();
    for number in &numbers {
        bench.call(number).await;
    }
    bench.sim.run_until_idle().await;
    let calls = bench.sim.calls();
    assert_eq!(calls.len(), 200);
    assert!(
        calls
            .iter()
            .all(|call| call.status == CallStatus::Completed && call.recordings.len() == 1)
    );
    assert_eq!(bench.app.received("/transcribed").len(), 200);
    let mut sids: Vec<&str> = calls.iter().map(|call| call.sid.as_str()).collect();
    sids.sort_unstable();
    sids.dedup();
    assert_eq!(sids.len(), 200);
}
