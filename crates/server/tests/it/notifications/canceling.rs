//! `POST /notifications/{id}/cancel`, at every moment of a notification.

use serde_json::Value;
use twilio_sim::CallStatus;

use super::{
    CANCELED, LISTENS, PRESSES_1, PROMPT, RINGS_LONG, THANKS, assert_stands, heard, notify, shown,
    start, steps,
};
use crate::support::{Answer, Setup, TestAtlas, read_verbs};

async fn cancel(atlas: &TestAtlas, id: &str) -> Answer {
    let path = format!("/notifications/{id}/cancel");
    atlas.client.post_empty(&path).await
}

/// That nobody is rung any more, and that canceling again changes nothing.
async fn assert_canceled(atlas: &TestAtlas, id: &str) -> Value {
    atlas.advance(3600).await;
    let stored = shown(atlas, id).await;
    assert_stands(&stored, "canceled", true);
    assert_eq!(stored.get("next_retry_at"), None, "{stored}");
    assert_eq!(cancel(atlas, id).await.expect(200), stored);
    stored
}

#[tokio::test]
async fn a_phone_that_rings_stops_ringing() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, RINGS_LONG).await;
    atlas.advance(5).await;
    let stored = cancel(&atlas, &id).await.expect(200);
    assert_eq!(stored["status"], "canceled");
    let stored = assert_canceled(&atlas, &id).await;
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Canceled);
    assert_eq!(steps(&stored), ["intent_stored", "dialled", "canceled"]);
    assert_eq!(
        stored["proof"][2]["from"],
        "POST /notifications/{id}/cancel or POST /calls/{call}/hangup"
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_conversation_is_ended_and_a_key_pressed_too_late_is_answered_truthfully() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(5).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    cancel(&atlas, &id).await.expect(200);
    for route in ["twiml", "gather", "machine"] {
        let path = format!("/notifications/call/{route}?call_id={id}&dial=1&ask=1");
        let form = [("CallSid", sid.as_str()), ("Digits", "1")];
        let answer = atlas.callback(&path, &form).send().await;
        let verbs = read_verbs(&answer.text());
        assert_eq!(verbs[0].text, CANCELED, "{route}");
        assert_eq!(verbs[1].name, "Hangup");
    }
    let stored = assert_canceled(&atlas, &id).await;
    assert_eq!(stored.get("acknowledged_at"), None);
    assert_eq!(heard(&atlas), [[PROMPT]]);
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Completed);
    atlas.finish(1).await;
}

#[tokio::test]
async fn between_two_dials_nothing_more_is_dialled() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, "+15550100004").await;
    atlas.advance(10).await;
    cancel(&atlas, &id).await.expect(200);
    assert_canceled(&atlas, &id).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn ending_the_call_cancels_the_notification() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, RINGS_LONG).await;
    atlas.advance(5).await;
    atlas
        .client
        .post_empty(&format!("/calls/{id}/hangup"))
        .await
        .expect(200);
    assert_canceled(&atlas, &id).await;
    let answer = atlas.client.post_empty(&format!("/calls/{id}/retry")).await;
    answer.expect_problem(409, "notification_canceled");
    atlas.finish(1).await;
}

#[tokio::test]
async fn what_is_acknowledged_or_over_is_not_canceled() {
    let atlas = start().await;
    let acknowledged = notify(&atlas, PRESSES_1).await;
    let over = notify(&atlas, LISTENS).await;
    atlas.advance(120).await;
    for (id, code, status) in [
        (&acknowledged, "notification_acknowledged", "acknowledged"),
        (&over, "call_finished", "unacknowledged"),
    ] {
        let before = shown(&atlas, id).await;
        cancel(&atlas, id).await.expect_problem(409, code);
        assert_stands(&before, status, true);
        assert_eq!(shown(&atlas, id).await, before, "and nothing changes");
    }
    let retry = format!("/calls/{acknowledged}/retry");
    let answer = atlas.client.post_empty(&retry).await;
    answer.expect_problem(409, "notification_acknowledged");
    assert_eq!(heard(&atlas)[0], [PROMPT, THANKS]);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_person_who_did_not_acknowledge_can_be_rung_again_by_hand() {
    let atlas = start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(120).await;
    assert_stands(&shown(&atlas, &id).await, "unacknowledged", true);
    let retry = format!("/calls/{id}/retry");
    atlas.client.post_empty(&retry).await.expect(201);
    atlas.advance(120).await;
    assert_eq!(atlas.sim.calls().len(), 2);
    atlas.finish(2).await;
}
