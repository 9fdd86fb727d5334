//! `POST` and `DELETE /calls/{call}/retry`

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind, HoldPoint};

use crate::support::{Setup, outbound};

const BUSY: &str = "+15550100004";

#[tokio::test]
async fn a_call_that_failed_is_dialled_again_at_once() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100601")).await;
    atlas.advance(30).await;
    assert_eq!(atlas.client.call(&call_id).await["finished"], true);
    let answer = atlas
        .client
        .post_empty(&format!("/calls/{call_id}/retry"))
        .await;
    let placed = answer.expect(201);
    let second = atlas.sim.calls()[1].sid.clone();
    assert_eq!(placed["call_id"], call_id.as_str());
    assert_eq!(placed["twilio_sid"], second.as_str());
    assert_eq!(placed["call_sid"], second.as_str());
    assert_eq!(placed["status"], "initiated");
    assert_eq!(placed["to_number"], "+15550100601");
    assert_eq!(
        answer.header("location"),
        Some(format!("/calls/{call_id}").as_str())
    );
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["redial_count"], 1);
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["finished"], false);
    assert_eq!(call["dials"][0]["status"], "busy");
    assert_eq!(call["dials"][1]["dial_no"], 2);
    atlas.advance(30).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed");
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_call_is_not_dialled_while_a_dial_is_under_way_or_after_it_was_completed() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let path = format!("/calls/{call_id}/retry");
    for (seconds, what) in [(0, "queued"), (2, "ringing"), (1, "talking")] {
        atlas.advance(seconds).await;
        let answer = atlas.client.post_empty(&path).await;
        assert_eq!(answer.status.as_u16(), 409, "{what}: {}", answer.text());
        answer.expect_problem(409, "dial_under_way");
    }
    atlas.advance(60).await;
    let answer = atlas.client.post_empty(&path).await;
    answer.expect_problem(409, "call_completed");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_call_waiting_for_its_redial_is_dialled_now_and_not_twice() {
    let atlas = Setup::stepped().start().await;
    let mut body = outbound(BUSY);
    body["retry_limit"] = json!(2);
    body["retry_delay_sec"] = json!(600);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(30).await;
    let call = atlas.client.call(&call_id).await;
    assert!(call["next_retry_at"].is_string(), "{call}");
    atlas
        .client
        .post_empty(&format!("/calls/{call_id}/retry"))
        .await
        .expect(201);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call.get("next_retry_at"), None, "a dial is under way");
    atlas.advance(30).await;
    assert_eq!(atlas.dials(), 2);
    atlas.advance(3600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["redial_count"], 2, "the one by hand counts");
    assert_eq!(call["finished"], true);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_redial_by_hand_is_answered_like_a_first_dial() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound(BUSY)).await;
    atlas.advance(30).await;
    let path = format!("/calls/{call_id}/retry");
    let refusal = |http_status, code| FaultKind::Answer {
        http_status,
        code,
        retry_after_seconds: None,
        executed: false,
    };
    for (http_status, code, status, word) in [
        (400, 21211, 400, "carrier_refused"),
        (401, 20003, 503, "carrier_not_authorized"),
        (429, 20429, 429, "carrier_rate_limited"),
    ] {
        atlas
            .sim
            .add_fault(Fault::next_create(refusal(http_status, code)))
            .unwrap();
        let problem = atlas
            .client
            .post_empty(&path)
            .await
            .expect_problem(status, word);
        assert_eq!(problem["call_id"], call_id.as_str());
        let call = atlas.client.call(&call_id).await;
        assert_eq!(call["status"], "failed");
        assert_eq!(call["finished"], true, "it never rings afterwards");
    }
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: true,
        }))
        .unwrap();
    let placed = atlas.client.post_empty(&path).await.expect(202);
    assert_eq!(placed["pending"], "lookup");
    assert_eq!(placed["twilio_sid"], Value::Null);
    atlas.advance(60).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "busy", "the dial was found: {call}");
    assert_eq!(call["redial_count"], 4);
    atlas.finish(5).await;
}

#[tokio::test]
async fn a_hand_and_a_second_one_ring_the_phone_once() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound(BUSY)).await;
    atlas.advance(30).await;
    let path = format!("/calls/{call_id}/retry");
    let held = atlas.sim.hold_next_create(HoldPoint::BeforeCreate);
    let (client, first_path) = (atlas.client.clone(), path.clone());
    let first = tokio::spawn(async move { client.post_empty(&first_path).await });
    held.reached().await;
    let second = atlas.client.post_empty(&path).await;
    second.expect_problem(409, "dial_under_way");
    held.release();
    first.await.unwrap().expect(201);
    atlas.finish(2).await;
}

#[tokio::test]
async fn redials_that_are_left_can_be_given_up() {
    let atlas = Setup::stepped().start().await;
    let mut body = outbound(BUSY);
    body["retry_limit"] = json!(3);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(5).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["finished"], false);
    let path = format!("/calls/{call_id}/retry");
    let given_up = atlas.client.delete(&path).await.expect(200);
    assert_eq!(given_up["call_id"], call_id.as_str());
    assert_eq!(given_up["finished"], true);
    assert_eq!(given_up.get("next_retry_at"), None);
    assert_eq!(given_up["status"], "busy", "what was, stays");
    atlas.client.delete(&path).await.expect(200);
    atlas.advance(3600).await;
    assert_eq!(atlas.client.call(&call_id).await["redial_count"], 0);
    atlas.finish(1).await;
}

#[tokio::test]
async fn giving_up_redials_lets_what_rings_go_on() {
    let atlas = Setup::stepped().start().await;
    let mut body = outbound("+15550100230");
    body["retry_limit"] = json!(3);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(5).await;
    let call = atlas
        .client
        .delete(&format!("/calls/{call_id}/retry"))
        .await
        .expect(200);
    assert_eq!(call["status"], "ringing");
    assert_eq!(call["finished"], false);
    atlas.advance(60).await;
    assert_eq!(atlas.client.call(&call_id).await["status"], "completed");
    atlas.finish(1).await;
}
