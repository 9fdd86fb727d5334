//! The server as its own process: stopping politely, and being killed.
#![cfg(unix)]

use serde_json::json;
use twilio_sim::{CallStatus, HoldPoint, Simulator, SimulatorConfig};

use crate::support::{Served, TestStore, free_port, outbound, until};

async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio")
}

#[tokio::test]
async fn a_request_to_twilio_that_is_under_way_is_finished_and_answered() {
    let sim = simulator().await;
    let store = TestStore::fresh();
    let mut served = Served::start(&sim, &store, free_port()).await;
    let held = sim.hold_next_create(HoldPoint::BeforeCreate);
    let client = served.client.clone();
    let placing = tokio::spawn(async move {
        client
            .post("/calls/outbound", &outbound("+15550100042"))
            .await
    });
    held.reached().await;
    served.program.terminate().await;
    served.program.says("stopping").await;
    held.release();
    let placed = placing.await.unwrap().expect(201);
    assert_eq!(placed["twilio_sid"], sim.calls()[0].sid.as_str());
    drop(served.client);
    let ended = served.program.end().await;
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains("stopped"), "{}", ended.stderr);

    let again = Served::start(&sim, &store, free_port()).await;
    let call = again.client.call(placed["call_id"].as_str().unwrap()).await;
    assert_eq!(call["twilio_sid"], placed["twilio_sid"], "it was stored");
    again.program.terminate().await;
    assert_eq!(again.program.end().await.status.code(), Some(0));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_server_with_nothing_to_do_stops_at_once() {
    let sim = simulator().await;
    let store = TestStore::fresh();
    let served = Served::start(&sim, &store, free_port()).await;
    served.client.get("/readyz").await.expect(200);
    served.program.terminate().await;
    let ended = served.program.end().await;
    assert_eq!(ended.status.code(), Some(0), "{}", ended.stderr);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_server_killed_while_it_asks_twilio_loses_no_call_and_rings_once() {
    for (point, rings) in [(HoldPoint::AfterCreate, 1), (HoldPoint::BeforeCreate, 0)] {
        let sim = simulator().await;
        let store = TestStore::fresh();
        let port = free_port();
        let served = Served::start(&sim, &store, port).await;
        let held = sim.hold_next_create(point);
        let client = served.client.clone();
        let mut body = outbound("+15550100042");
        body["retry_limit"] = json!(3);
        let request = client.request("POST", "/calls/outbound").json(&body);
        let placing = tokio::spawn(request.send());
        held.reached().await;
        served.program.kill().await;
        assert!(placing.await.unwrap().is_err(), "nobody answers");
        held.drop_connection();
        if rings == 0 {
            until(|| sim.clock().next_due().is_none()).await;
        }

        let again = Served::start(&sim, &store, port).await;
        sim.clock()
            .advance(std::time::Duration::from_secs(700))
            .await;
        let calls = again.client.get("/calls").await.expect(200);
        assert_eq!(calls["total"], 1, "{point:?}: {calls}");
        let call = &calls["data"][0];
        assert_eq!(sim.rings("+15550100042"), rings, "{point:?}");
        if rings == 1 {
            assert_eq!(call["status"], "completed", "{call}");
            assert_eq!(sim.calls()[0].status, CallStatus::Completed);
            assert_eq!(sim.calls()[0].said(), ["Hello."]);
        } else {
            assert_eq!(call["held"], true, "{call}");
        }
        again.program.terminate().await;
        assert_eq!(again.program.end().await.status.code(), Some(0));
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn what_was_answered_before_a_kill_is_there_afterwards() {
    let sim = simulator().await;
    let store = TestStore::fresh();
    let port = free_port();
    let served = Served::start(&sim, &store, port).await;
    let mut body = outbound("+15550100601");
    body["retry_limit"] = json!(1);
    body["retry_delay_sec"] = json!(60);
    let call_id = served.client.place(&body).await;
    sim.clock().advance(std::time::Duration::from_secs(5)).await;
    let before = served.client.call(&call_id).await;
    assert_eq!(before["status"], "busy");
    served.program.kill().await;
    until(|| sim.clock().next_due().is_none()).await;

    let again = Served::start(&sim, &store, port).await;
    assert_eq!(again.client.call(&call_id).await, before);
    sim.clock()
        .advance(std::time::Duration::from_secs(120))
        .await;
    let call = again.client.call(&call_id).await;
    assert_eq!(
        call["status"], "completed",
        "the redial that was due is made: {call}"
    );
    assert_eq!(sim.calls().len(), 2);
    again.program.terminate().await;
    assert_eq!(again.program.end().await.status.code(), Some(0));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_request_with_a_key_that_was_cut_short_may_be_made_again_and_rings_once() {
    let sim = simulator().await;
    let store = TestStore::fresh();
    let port = free_port();
    let served = Served::start(&sim, &store, port).await;
    let held = sim.hold_next_create(HoldPoint::AfterCreate);
    let request = served
        .client
        .request("POST", "/calls/outbound")
        .header("idempotency-key", "k")
        .json(&outbound("+15550100042"));
    let placing = tokio::spawn(request.send());
    held.reached().await;
    served.program.kill().await;
    assert!(placing.await.unwrap().is_err());
    held.drop_connection();

    let again = Served::start(&sim, &store, port).await;
    let early = again
        .client
        .post_with_key("k", &outbound("+15550100042"))
        .await;
    early.expect_problem(409, "idempotency_in_progress");
    sim.clock()
        .advance(std::time::Duration::from_secs(120))
        .await;
    let answer = again
        .client
        .post_with_key("k", &outbound("+15550100042"))
        .await;
    let placed = answer.expect(201);
    assert_eq!(placed["twilio_sid"], sim.calls()[0].sid.as_str());
    let replayed = again
        .client
        .post_with_key("k", &outbound("+15550100042"))
        .await;
    assert_eq!(replayed.header("idempotent-replayed"), Some("true"));
    assert_eq!(replayed.expect(201), placed);
    assert_eq!(sim.calls().len(), 1, "it rang once");
    again.program.terminate().await;
    assert_eq!(again.program.end().await.status.code(), Some(0));
    sim.shutdown().await;
}
