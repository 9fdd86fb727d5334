//! `POST /calls/{call}/hangup`, at every moment of a call.

use serde_json::{Value, json};
use twilio_sim::{CallStatus, Fault, FaultKind, HoldPoint};

use crate::support::{Setup, TestAtlas, outbound};

fn redialled(to: &str) -> Value {
    let mut body = outbound(to);
    body["retry_limit"] = json!(3);
    body["script"] = json!("A long script, which takes a while to be spoken to its end.");
    body
}

async fn hang_up(atlas: &TestAtlas, call: &str) -> Value {
    let answer = atlas
        .client
        .post_empty(&format!("/calls/{call}/hangup"))
        .await;
    let call = answer.expect(200);
    assert!(call["attempts"].is_array(), "a whole call: {call}");
    call
}

/// That the call is over, stays over, and says so when it is to be ended again.
async fn assert_over(atlas: &TestAtlas, call_id: &str, status: &str) -> Value {
    atlas.advance(3600).await;
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["status"], status, "{call}");
    assert_eq!(call["finished"], true, "{call}");
    assert_eq!(call["redial_count"], 0, "{call}");
    assert_eq!(call.get("next_retry_at"), None, "{call}");
    let answer = atlas
        .client
        .post_empty(&format!("/calls/{call_id}/hangup"))
        .await;
    answer.expect_problem(409, "call_finished");
    call
}

#[tokio::test]
async fn a_call_that_is_queued_never_rings() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100042")).await;
    let call = hang_up(&atlas, &call_id).await;
    assert_eq!(call["status"], "canceled", "as Twilio answered");
    let call = assert_over(&atlas, &call_id, "canceled").await;
    assert_eq!(call["dials"][0]["reason"], "canceled");
    assert_eq!(
        call["attempt_count"], 1,
        "Twilio tells nobody of a call that it never dialled"
    );
    assert_eq!(atlas.sim.rings("+15550100042"), 0);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_phone_that_rings_stops_ringing() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100230")).await;
    atlas.advance(5).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    hang_up(&atlas, &sid).await;
    atlas.sim.wait_until_quiet().await;
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Canceled, "at once");
    let call = assert_over(&atlas, &call_id, "canceled").await;
    let last = call["attempts"].as_array().unwrap().last().unwrap();
    assert_eq!(last["status"], "canceled");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_conversation_is_ended() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100042")).await;
    atlas.advance(4).await;
    assert_eq!(atlas.client.call(&call_id).await["status"], "in-progress");
    hang_up(&atlas, &call_id).await;
    atlas.sim.wait_until_quiet().await;
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Completed);
    let call = assert_over(&atlas, &call_id, "completed").await;
    assert_eq!(call["duration_sec"], 1);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_conversation_that_is_recorded_keeps_its_recording() {
    let atlas = Setup::stepped().start().await;
    let mut body = redialled("+15550100160");
    body["recording_enabled"] = json!(true);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(30).await;
    hang_up(&atlas, &call_id).await;
    let call = assert_over(&atlas, &call_id, "completed").await;
    assert!(call["recording_url"].is_string(), "{call}");
    atlas.finish(1).await;
}

#[tokio::test]
async fn between_two_dials_nothing_more_is_dialled() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100004")).await;
    atlas.advance(5).await;
    let call = hang_up(&atlas, &call_id).await;
    assert_eq!(call["status"], "busy");
    assert_eq!(call["finished"], true);
    assert_eq!(call.get("next_retry_at"), None);
    assert_over(&atlas, &call_id, "busy").await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_redial_that_twilio_has_not_taken_is_called_off() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100004")).await;
    atlas.advance(5).await;
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::Answer {
            http_status: 429,
            code: 20429,
            retry_after_seconds: Some(60),
            executed: false,
        }))
        .unwrap();
    atlas.advance(10).await;
    let call = hang_up(&atlas, &call_id).await;
    assert_eq!(call["status"], "canceled");
    assert_eq!(call["finished"], true);
    assert_eq!(call["dials"][1]["reason"], "canceled");
    atlas.advance(3600).await;
    assert_eq!(atlas.sim.rings("+15550100004"), 1);
    atlas.finish(2).await;
}

#[tokio::test]
async fn while_twilio_is_being_asked_the_dial_is_ended_as_soon_as_its_sid_is_known() {
    let atlas = Setup::stepped().start().await;
    let held = atlas.sim.hold_next_create(HoldPoint::AfterCreate);
    let client = atlas.client.clone();
    let placing = tokio::spawn(async move {
        client
            .post("/calls/outbound", &redialled("+15550100042"))
            .await
    });
    held.reached().await;
    let calls = atlas.client.get("/calls").await.expect(200);
    let call_id = calls["data"][0]["call_id"].as_str().unwrap().to_owned();
    let call = hang_up(&atlas, &call_id).await;
    assert_eq!(call["finished"], false);
    assert_eq!(call.get("twilio_sid"), None);
    held.release();
    placing.await.unwrap().expect(201);
    let call = assert_over(&atlas, &call_id, "canceled").await;
    assert!(call["twilio_sid"].is_string());
    assert_eq!(atlas.sim.calls()[0].heard, []);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_dial_whose_answer_was_lost_is_ended_as_soon_as_it_is_found() {
    let atlas = Setup::stepped().start().await;
    for (number, drop_callbacks) in [("+15550100042", false), ("+15550100230", true)] {
        if drop_callbacks {
            atlas
                .sim
                .add_fault(Fault::always(FaultKind::DropCallback).on_number(number))
                .unwrap();
        }
        atlas
            .sim
            .add_fault(Fault::next_create(FaultKind::ResetConnection {
                executed: true,
            }))
            .unwrap();
        let placed = atlas
            .client
            .post("/calls/outbound", &redialled(number))
            .await
            .expect(202);
        let call_id = placed["call_id"].as_str().unwrap();
        let call = hang_up(&atlas, call_id).await;
        assert_eq!(call["finished"], false);
        assert_over(&atlas, call_id, "canceled").await;
        let leg = atlas.sim.calls().pop().unwrap();
        assert_eq!(leg.status, CallStatus::Canceled, "{number}");
        assert_eq!(leg.heard, [], "{number}");
    }
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_call_that_is_over_cannot_be_ended() {
    let atlas = Setup::stepped().start().await;
    for (to, status) in [
        ("+15550100042", "completed"),
        ("+15550100004", "busy"),
        ("+15550103404", "failed"),
    ] {
        let call_id = atlas.client.place(&outbound(to)).await;
        atlas.advance(60).await;
        let before = atlas.client.call(&call_id).await;
        assert_over(&atlas, &call_id, status).await;
        assert_eq!(
            atlas.client.call(&call_id).await,
            before,
            "and nothing changes"
        );
    }
    let ends = atlas
        .sim
        .requests()
        .into_iter()
        .filter(|request| request.path.contains("/Calls/"));
    assert_eq!(ends.count(), 0, "Twilio is not asked");
    atlas.finish(3).await;
}

#[tokio::test]
async fn after_a_hang_up_a_redial_by_hand_starts_anew() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100601")).await;
    atlas.advance(5).await;
    hang_up(&atlas, &call_id).await;
    atlas
        .client
        .post_empty(&format!("/calls/{call_id}/retry"))
        .await
        .expect(201);
    atlas.advance(60).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed", "{call}");
    assert_eq!(call["redial_count"], 1);
    atlas.finish(2).await;
}
