//! Things going wrong on purpose.

use std::time::{Duration, Instant};

use serde_json::Value;
use twilio_sim::{DeliveryOutcome, Fault, FaultKind, HoldPoint};

use crate::app::{Bench, FROM};

const FORM: [(&str, &str); 3] = [
    ("To", "+15550100004"),
    ("From", FROM),
    ("Twiml", "<Response><Hangup/></Response>"),
];

#[tokio::test]
async fn a_create_dropped_before_it_happens_never_rings() {
    let bench = Bench::fast().await;
    let held = bench.sim.hold_next_create(HoldPoint::BeforeCreate);
    let sending = bench.post("Calls.json", &FORM).send();
    let (outcome, ()) = tokio::join!(sending, async {
        held.reached().await;
        assert!(bench.sim.calls().is_empty());
        held.drop_connection();
    });
    assert!(outcome.is_err());
    bench.sim.run_until_idle().await;
    assert!(bench.sim.calls().is_empty());
    assert_eq!(bench.sim.requests()[0].answer_status, None);
}

#[tokio::test]
async fn a_create_dropped_after_it_happened_rings() {
    let bench = Bench::fast().await;
    let held = bench.sim.hold_next_create(HoldPoint::AfterCreate);
    let (outcome, ()) = tokio::join!(bench.post("Calls.json", &FORM).send(), async {
        held.reached().await;
        assert_eq!(bench.sim.calls().len(), 1);
        held.drop_connection();
    });
    assert!(outcome.is_err());
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.rings("+15550100004"), 1);
}

#[tokio::test]
async fn a_released_create_is_answered_as_usual() {
    let bench = Bench::fast().await;
    for point in [HoldPoint::BeforeCreate, HoldPoint::AfterCreate] {
        let held = bench.sim.hold_next_create(point);
        let (answer, ()) = tokio::join!(bench.post("Calls.json", &FORM).send(), async {
            held.reached().await;
            held.release();
        });
        assert_eq!(answer.unwrap().status(), 201);
    }
    drop(bench.sim.hold_next_create(HoldPoint::BeforeCreate));
    assert_eq!(
        bench
            .post("Calls.json", &FORM)
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
    assert_eq!(bench.sim.calls().len(), 3);
}

#[tokio::test]
async fn a_create_can_fail_with_any_status_with_or_without_a_call() {
    let bench = Bench::fast().await;
    let limited = FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: Some(3),
        executed: false,
    };
    bench
        .sim
        .add_fault(Fault::next(2, limited).on_creates())
        .unwrap();
    bench
        .sim
        .add_fault(Fault::next_create(FaultKind::Answer {
            http_status: 503,
            code: 20503,
            retry_after_seconds: None,
            executed: true,
        }))
        .unwrap();
    for _ in 0..2 {
        let answer = bench.post("Calls.json", &FORM).send().await.unwrap();
        assert_eq!(answer.status(), 429);
        assert_eq!(answer.headers()["retry-after"], "3");
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["code"], 20429);
    }
    assert!(bench.sim.calls().is_empty());
    let request = bench.post("Calls.json", &FORM);
    assert_eq!(bench.error_of(request).await, (503, 20503));
    assert_eq!(bench.sim.calls().len(), 1);
    assert_eq!(
        bench
            .post("Calls.json", &FORM)
            .send()
            .await
            .unwrap()
            .status(),
        201
    );
}

#[tokio::test]
async fn connections_can_be_reset_and_answers_withheld() {
    let bench = Bench::fast().await;
    bench
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: true,
        }))
        .unwrap();
    let error = bench.post("Calls.json", &FORM).send().await.unwrap_err();
    assert!(!error.is_timeout() && !error.is_connect(), "{error:?}");
    bench
        .sim
        .add_fault(Fault::next_create(FaultKind::NoAnswer { executed: true }))
        .unwrap();
    let patient = bench
        .post("Calls.json", &FORM)
        .timeout(Duration::from_millis(200));
    assert!(patient.send().await.unwrap_err().is_timeout());
    // Time goes on once the client has given up.
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.rings("+15550100004"), 2);
    assert!(
        bench
            .sim
            .requests()
            .iter()
            .all(|request| request.answer_status.is_none())
    );
}

#[tokio::test]
async fn a_shutdown_ends_requests_that_are_held_or_not_answered() {
    let bench = Bench::fast().await;
    let held = bench.sim.hold_next_create(HoldPoint::BeforeCreate);
    bench
        .sim
        .add_fault(Fault::next_create(FaultKind::NoAnswer { executed: false }))
        .unwrap();
    let requests = [(); 2].map(|()| tokio::spawn(bench.post("Calls.json", &FORM).send()));
    held.reached().await;
    while bench.sim.requests().len() < 2 {
        tokio::task::yield_now().await;
    }
    bench.sim.shutdown().await;
    for request in requests {
        assert!(request.await.unwrap().is_err());
    }
    drop(held);
}

#[tokio::test]
async fn an_answer_can_be_slow() {
    let bench = Bench::fast().await;
    bench
        .sim
        .add_fault(Fault::next(1, FaultKind::SlowAnswer { by_ms: 150 }))
        .unwrap();
    let began = Instant::now();
    bench.get("Calls.json").send().await.unwrap();
    assert!(began.elapsed() >= Duration::from_millis(150));
}

#[tokio::test]
async fn callbacks_can_be_repeated_dropped_delayed_and_forged() {
    let bench = Bench::fast().await;
    let events = |number: &'static str| {
        let bench = &bench;
        async move {
            let seen = bench.app.received("/status").len();
            bench.whole_call(number).await;
            bench.app.received("/status").split_off(seen)
        }
    };
    bench
        .sim
        .add_fault(Fault::always(FaultKind::RepeatCallback { times: 2 }).on_number("+15550100004"))
        .unwrap();
    let posted = events("+15550100004").await;
    assert_eq!(posted.len(), 9);
    let token = |index: usize| posted[index].headers["i-twilio-idempotency-token"].clone();
    assert_eq!(token(0), token(2));
    assert_ne!(token(0), token(3));

    bench
        .sim
        .add_fault(Fault::always(FaultKind::DropCallback))
        .unwrap();
    assert!(events("+15550100004").await.is_empty());
    let dropped = bench.sim.deliveries().split_off(9);
    assert_eq!(dropped.len(), 3);
    assert!(
        dropped
            .iter()
            .all(|delivery| delivery.outcome == DeliveryOutcome::Dropped)
    );

    bench.sim.clear_faults();
    bench
        .sim
        .add_fault(Fault::always(FaultKind::DelayCallback { by_ms: 60_000 }))
        .unwrap();
    let late = events("+15550100004").await;
    assert_eq!(late.len(), 3);
    let at = bench.sim.deliveries().last().unwrap().at;
    let ended = bench.sim.calls().last().unwrap().history.last().unwrap().at;
    assert_eq!((at - ended).whole_seconds(), 60);

    bench.sim.clear_faults();
    bench
        .sim
        .add_fault(Fault::always(FaultKind::ForgeSignature).on_number("+15550100004"))
        .unwrap();
    let forged = events("+15550100004").await;
    assert!(!crate::webhooks::is_signed(&bench, &forged[0]));
    bench.sim.clear_faults();
    let honest = events("+15550100004").await;
    assert!(crate::webhooks::is_signed(&bench, &honest[0]));
}
