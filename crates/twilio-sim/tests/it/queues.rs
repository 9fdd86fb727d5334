//! Enqueue, Leave and the Queue of a Dial.

use std::time::Duration;

use twilio_sim::{Behaviour, CallReport, CallStatus, HeardKind, SimulatorConfig};

use crate::app::Bench;

const WAITER: &str = "+15550100107";
const AGENT: &str = "+15550100042";

impl Bench {
    async fn stepped() -> Self {
        Self::start(SimulatorConfig::stepped()).await
    }

    async fn after(&self, seconds: u64) {
        self.sim.clock().advance(Duration::from_secs(seconds)).await;
    }

    /// Calls a number that runs the document at a path of the service.
    async fn call_running(&self, to: &str, path: &str) -> String {
        let url = self.app.at(path);
        self.call_with(to, &[("Url", &url)]).await
    }

    fn report(&self, sid: &str) -> CallReport {
        self.sim.call(sid).unwrap()
    }
}

#[tokio::test]
async fn who_waits_hears_the_document_again_and_again_and_is_connected_in_turn() {
    let bench = Bench::stepped().await;
    bench.app.twiml(
        "/wait-here",
        "<Enqueue waitUrl=\"/wait\" action=\"/done\">support</Enqueue>",
    );
    bench.app.twiml(
        "/wait",
        "<Record/><Say>Please wait</Say><Pause length=\"9\"/>",
    );
    bench.app.twiml("/done", "<Say>Bye</Say>");
    bench.app.twiml(
        "/agent",
        "<Dial action=\"/dialled\"><Queue url=\"/announce\">support</Queue></Dial>",
    );
    bench
        .app
        .twiml("/announce", "<Say>You will be connected</Say>");
    bench.app.twiml("/dialled", "<Say>Next please</Say>");
    let first = bench.call_running(WAITER, "/wait-here").await;
    bench.after(10).await;
    let second = bench.call_running("+15550100108", "/wait-here").await;
    bench.after(20).await;
    let agent = bench.call_running(AGENT, "/agent").await;
    bench.after(60).await;

    let waits = bench.app.received("/wait");
    assert_eq!(waits[0].param("QueuePosition"), "1");
    assert_eq!(waits[0].param("QueueTime"), "0");
    assert_eq!(waits[0].param("CurrentQueueSize"), "1");
    assert_eq!(waits[0].param("MaxQueueSize"), "1000");
    let of_second: Vec<&str> = waits
        .iter()
        .filter(|request| request.param("CallSid") == second)
        .map(|request| request.param("QueuePosition"))
        .collect();
    assert_eq!(of_second[..2], ["2", "2"]);
    assert_eq!(
        of_second.last(),
        Some(&"1"),
        "the place is better once the first is gone"
    );
    assert!(bench.alert_codes().iter().all(|code| *code == 12200));

    let first = bench.report(&first);
    assert_eq!(
        first.said().last(),
        Some(&"You will be connected"),
        "who hangs up hears nothing more"
    );
    let announced = &bench.app.received("/announce")[0];
    assert_eq!(announced.param("DequeingCallSid"), agent);
    assert_eq!(announced.param("CallSid"), first.sid);
    let done = &bench.app.received("/done")[0];
    assert_eq!(done.param("QueueResult"), "bridged");
    assert!(done.param("QueueSid").starts_with("QU"));
    assert_eq!(announced.param("QueueTime"), done.param("QueueTime"));
    let dialled = &bench.app.received("/dialled")[0];
    assert_eq!(dialled.param("DialCallStatus"), "completed");
    assert_eq!(dialled.param("DialCallSid"), first.sid);
    assert_eq!(dialled.param("DialCallDuration"), "7");
    assert_eq!(bench.report(&agent).said(), ["Next please"]);
    assert_eq!(bench.report(&second).status, CallStatus::InProgress);
}

#[tokio::test]
async fn a_queue_without_wait_url_plays_music_and_an_agent_may_wait_for_a_caller() {
    let bench = Bench::stepped().await;
    bench
        .app
        .twiml("/wait-here", "<Enqueue>support</Enqueue><Say>After</Say>");
    bench.app.twiml(
        "/agent",
        "<Dial timeout=\"60\"><Queue>support</Queue></Dial>",
    );
    let agent = bench.call_running("+15550100820", "/agent").await;
    bench.after(10).await;
    // Talks for ever: the agent hangs up 20 seconds after answering.
    let waiter = bench.call_running("+15550100001", "/wait-here").await;
    bench.after(60).await;
    let waiter = bench.report(&waiter);
    assert_eq!(waiter.heard[0].kind, HeardKind::HoldMusic);
    let HeardKind::Bridged {
        call_sid,
        duration_ms,
        ..
    } = &waiter.heard[1].kind
    else {
        panic!("not connected: {waiter:?}")
    };
    assert_eq!((call_sid, *duration_ms), (&agent, 10_000));
    assert_eq!(waiter.said(), ["After"]);
}

#[tokio::test]
async fn nobody_in_a_queue_is_no_answer_after_the_timeout() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dial timeout=\"15\" action=\"/dialled\"><Queue>support</Queue></Dial>",
    );
    bench.app.twiml("/dialled", "<Hangup/>");
    let call = bench.whole_call(AGENT).await;
    let dialled = &bench.app.received("/dialled")[0];
    assert_eq!(dialled.param("DialCallStatus"), "no-answer");
    assert_eq!(dialled.param("DialBridged"), "false");
    assert_eq!(call.duration_seconds, Some(15));
}

#[tokio::test]
async fn every_way_out_of_a_queue_is_told_to_the_action() {
    let bench = Bench::stepped().await;
    bench.app.twiml(
        "/wait-here",
        "<Enqueue maxQueueSize=\"1\" waitUrl=\"/wait\" action=\"/done\">support</Enqueue>",
    );
    bench.app.twiml("/done", "<Say>Done</Say>");
    bench.app.twiml("/other", "<Say>Other</Say>");
    bench.app.twiml("/wait", "<Pause length=\"5\"/><Leave/>");
    let left = bench.call_running(WAITER, "/wait-here").await;
    let full = bench.call_running(WAITER, "/wait-here").await;
    bench.after(20).await;
    bench.app.twiml("/silence", "<Pause length=\"60\"/>");
    bench.app.twiml(
        "/wait-long",
        "<Enqueue waitUrl=\"/silence\" action=\"/done\">support</Enqueue>",
    );
    let gone = bench.call_running("+15550100804", "/wait-long").await;
    bench.after(20).await;
    let moved = bench.call_running(WAITER, "/wait-long").await;
    bench.after(20).await;
    let other = bench.app.at("/other");
    bench
        .post(&format!("Calls/{moved}.json"), &[("Url", &other)])
        .send()
        .await
        .unwrap();
    bench.after(20).await;
    let results: Vec<(String, String)> = bench
        .app
        .received("/done")
        .iter()
        .map(|request| {
            let of = |name: &str| request.param(name).to_owned();
            (of("CallSid"), of("QueueResult"))
        })
        .collect();
    let expected = [
        (full, "queue-full"),
        (left.clone(), "leave"),
        (gone, "hangup"),
        (moved.clone(), "redirected"),
    ]
    .map(|(sid, result)| (sid, result.to_owned()));
    assert_eq!(results, expected);
    assert_eq!(bench.report(&left).said(), ["Done"]);
    assert_eq!(bench.report(&moved).said(), ["Other"]);
}

#[tokio::test]
async fn a_wait_document_that_takes_no_time_is_not_asked_for_without_end() {
    let bench = Bench::stepped().await;
    bench
        .app
        .twiml("/voice", "<Enqueue waitUrl=\"/wait\">support</Enqueue>");
    bench.app.twiml("/wait", "");
    let sid = bench.call(WAITER).await;
    bench.after(600).await;
    assert_eq!(bench.app.received("/wait").len(), 1);
    assert_eq!(bench.report(&sid).status, CallStatus::InProgress);
}

#[tokio::test]
async fn who_hangs_up_during_the_announcement_is_replaced_by_the_next() {
    let bench = Bench::stepped().await;
    bench.app.twiml("/wait-here", "<Enqueue>support</Enqueue>");
    bench.app.twiml(
        "/agent",
        "<Dial><Queue url=\"/announce\">support</Queue></Dial>",
    );
    bench
        .app
        .twiml("/announce", "<Say>You will be connected now</Say>");
    bench
        .sim
        .set_behaviour("+15550100043", Behaviour::HangsUpDuringFirstWords);
    let first = bench.call_running("+15550100043", "/wait-here").await;
    let second = bench.call_running(WAITER, "/wait-here").await;
    bench.after(10).await;
    let agent = bench.call_running(AGENT, "/agent").await;
    bench.after(60).await;
    assert_eq!(bench.report(&first).status, CallStatus::Completed);
    let HeardKind::Bridged { call_sid, .. } = &bench.report(&agent).heard[0].kind else {
        panic!("the agent talks to nobody")
    };
    assert_eq!(call_sid, &second);
}
