//! Faults of callbacks, documents and callees, and of REST requests other than creates.

use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{CallStatus, Fault, FaultKind, HeardKind, SimulatorConfig};

use crate::app::Bench;

const BUSY: &str = "+15550100004";
const TO: &str = "+15550100042";

fn numbers(bench: &Bench) -> Vec<String> {
    let posted = bench.app.received("/status");
    posted
        .iter()
        .map(|request| {
            let number = request
                .params
                .iter()
                .find(|(name, _)| name == "SequenceNumber");
            number.unwrap().1.clone()
        })
        .collect()
}

fn seeded(seed: u64) -> SimulatorConfig {
    SimulatorConfig {
        seed: Some(seed),
        ..SimulatorConfig::fast()
    }
}

#[tokio::test]
async fn a_callback_changes_places_with_the_next_one_of_its_call() {
    let bench = Bench::fast().await;
    let swap = Fault::next(1, FaultKind::SwapCallback).on_number(BUSY);
    bench.sim.add_fault(swap).unwrap();
    bench.whole_call(BUSY).await;
    assert_eq!(numbers(&bench), ["1", "0", "2"]);
    let [first, second, ..] = &bench.sim.deliveries()[..] else {
        panic!("both were sent")
    };
    assert_eq!(first.at, second.at, "one right after the other");
}

#[tokio::test]
async fn the_last_callback_of_a_call_is_sent_when_none_follows_it() {
    let bench = Bench::fast().await;
    let swap = Fault::always(FaultKind::SwapCallback);
    bench.sim.add_fault(swap).unwrap();
    let call = bench.whole_call(BUSY).await;
    assert_eq!(numbers(&bench), ["1", "0", "2"]);
    let last = bench.sim.deliveries().last().unwrap().at;
    assert_eq!(
        last - call.history.last().unwrap().at,
        Duration::from_mins(1)
    );
}

#[tokio::test]
async fn a_rate_befalls_some_and_the_seed_says_which() {
    let lost = async |seed| {
        let bench = Bench::start(seeded(seed)).await;
        let drop = Fault::rate(0.5, FaultKind::DropCallback);
        bench.sim.add_fault(drop).unwrap();
        for _ in 0..10 {
            bench.whole_call(BUSY).await;
        }
        numbers(&bench)
    };
    let first = lost(1).await;
    assert!((5..25).contains(&first.len()), "{} of 30", first.len());
    assert_eq!(lost(1).await, first);
    assert_ne!(lost(2).await, first);
}

#[tokio::test]
async fn a_document_that_takes_too_long_is_an_application_error() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let slow = |by_ms| Fault::next(1, FaultKind::SlowDocument { by_ms });
    bench.sim.add_fault(slow(14_000)).unwrap();
    let call = bench.whole_call(TO).await;
    let answered = call.history[3].at;
    assert_eq!(call.heard[0].at - answered, Duration::from_secs(14));
    assert_eq!(call.said(), ["Hello"]);

    bench.sim.add_fault(slow(16_000)).unwrap();
    let call = bench.whole_call(TO).await;
    let answered = call.history[3].at;
    assert_eq!(call.heard[0].kind, HeardKind::ApplicationError);
    assert_eq!(call.heard[0].at - answered, Duration::from_secs(15));
    assert_eq!(bench.alert_codes(), [11200]);
    assert_eq!(bench.app.received("/voice").len(), 2, "both were asked for");
}

#[tokio::test]
async fn a_document_asked_for_twice_is_run_once_as_last_answered() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>First</Say>");
    bench.app.twiml("/voice", "<Say>Last</Say>");
    let twice = Fault::always(FaultKind::RepeatDocumentRequest { times: 1 });
    bench.sim.add_fault(twice).unwrap();
    let call = bench.whole_call(TO).await;
    assert_eq!(call.said(), ["Last"]);
    let asked = bench.app.received("/voice");
    assert_eq!(asked.len(), 2);
    let token = |index: usize| asked[index].headers["i-twilio-idempotency-token"].clone();
    assert_eq!(token(0), token(1));
}

#[tokio::test]
async fn a_callee_hangs_up_at_a_random_moment_that_the_seed_repeats() {
    let length = async |seed| {
        let bench = Bench::start(seeded(seed)).await;
        bench.app.twiml("/voice", "<Pause length=\"60\"/>");
        let impatient = Fault::always(FaultKind::HangUp { within_ms: 30_000 });
        bench.sim.add_fault(impatient).unwrap();
        let call = bench.whole_call(TO).await;
        assert_eq!(call.status, CallStatus::Completed);
        call.history[4].at - call.history[3].at
    };
    let first = length(3).await;
    assert!(first <= Duration::from_secs(30), "{first}");
    assert_eq!(length(3).await, first);
    assert_ne!(length(4).await, first);
}

#[tokio::test]
async fn every_route_can_fail_before_or_after_its_effect() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"600\"/>");
    let sid = bench.call(TO).await;
    bench.sim.clock().advance(Duration::from_secs(10)).await;
    let path = format!("Calls/{sid}.json");
    let fail = |executed| {
        let kind = FaultKind::Answer {
            http_status: 500,
            code: 20500,
            retry_after_seconds: None,
            executed,
        };
        let fault = Fault::next(1, kind).on_number(TO);
        bench
            .sim
            .add_fault(fault.on_route("POST Calls/*.json"))
            .unwrap();
    };
    for (executed, status) in [
        (false, CallStatus::InProgress),
        (true, CallStatus::Completed),
    ] {
        fail(executed);
        assert_eq!(bench.get(&path).send().await.unwrap().status(), 200);
        let end = bench.post(&path, &[("Status", "completed")]);
        assert_eq!(bench.error_of(end).await, (500, 20500));
        bench.sim.clock().advance(Duration::from_secs(1)).await;
        assert_eq!(bench.sim.call(&sid).unwrap().status, status);
    }
}

#[tokio::test]
async fn faults_can_be_set_listed_and_cleared_over_http() {
    let bench = Bench::fast().await;
    let at = |tail: &str| format!("{}/_sim/faults{tail}", bench.sim.url());
    let set = async |fault: Value| {
        let answer = bench.client.post(at("")).json(&fault).send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    let fault = json!({"kind": "drop_callback", "target": {"number": BUSY}, "when": {"next": 2}});
    assert_eq!(set(fault.clone()).await, (201, json!({"number": 1})));
    assert_eq!(set(json!({"kind": "forge_signature"})).await.0, 201);
    for (wrong, word) in [
        (json!({"kind": "drop_call"}), "drop_call"),
        (
            json!({"kind": "drop_callback", "when": {"rate": 2.0}}),
            "rate 2",
        ),
        (json!({"kind": "drop_callback", "whom": 1}), "whom"),
    ] {
        let (status, body) = set(wrong).await;
        assert_eq!(status, 400);
        assert!(body["detail"].as_str().unwrap().contains(word), "{body}");
    }
    bench.whole_call(BUSY).await;
    let list = async || -> Value {
        let answer = bench.client.get(at("")).send().await.unwrap();
        answer.json().await.unwrap()
    };
    let left = list().await;
    assert_eq!(
        left.as_array().unwrap().len(),
        1,
        "the first is used up: {left}"
    );
    assert_eq!(
        (&left[0]["number"], &left[0]["happened"]),
        (&json!(2), &json!(1))
    );
    let removed = bench.client.delete(at("/1")).send().await.unwrap();
    assert_eq!(removed.status(), 404);
    let cleared = bench.client.delete(at("")).send().await.unwrap();
    assert_eq!(cleared.status(), 204);
    assert_eq!(list().await, json!([]));
}

#[tokio::test]
async fn sids_do_not_depend_on_the_order_of_other_calls() {
    let made = async |numbers: [&'static str; 2]| {
        let bench = Bench::start(seeded(9)).await;
        for number in numbers {
            bench.whole_call(number).await;
        }
        let mut sids: Vec<String> = bench.sim.calls().into_iter().map(|call| call.sid).collect();
        sids.sort();
        sids
    };
    assert_eq!(made([BUSY, TO]).await, made([TO, BUSY]).await);
    assert_ne!(made([BUSY, BUSY]).await, made([BUSY, TO]).await);
}
