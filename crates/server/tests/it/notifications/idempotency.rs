//! The `Idempotency-Key` of `POST /notifications/call`.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use super::{LISTENS, PRESSES_1, start, task};
use crate::support::{Answer, TestAtlas, outbound};

async fn post(atlas: &TestAtlas, key: &str, body: &Value) -> Answer {
    let request = atlas
        .client
        .request("POST", "/notifications/call")
        .header("idempotency-key", key)
        .json(body);
    atlas.client.send(request).await
}

#[track_caller]
fn assert_replayed(answer: &Answer, first: &Answer) {
    assert_eq!(answer.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(answer.status, first.status);
    assert_eq!(answer.text(), first.text());
    assert_eq!(answer.header("location"), first.header("location"));
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_answered_again_and_dials_nothing() {
    let atlas = start().await;
    let first = post(&atlas, "k", &task(PRESSES_1)).await;
    first.expect(201);
    atlas.advance(60).await;
    let again = post(&atlas, "k", &task(PRESSES_1)).await;
    assert_replayed(&again, &first);
    let mut other = task(PRESSES_1);
    other["task_title"] = json!("Stop the pump");
    let answer = post(&atlas, "k", &other).await;
    answer.expect_problem(409, "idempotency_key_reused");
    let call = atlas.client.post_with_key("k", &outbound(LISTENS)).await;
    call.expect(201);
    assert_eq!(call.header("idempotent-replayed"), None, "another route");
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_refusal_is_answered_again_and_what_may_go_better_is_tried_again() {
    let atlas = start().await;
    let refused = post(&atlas, "refused", &task("+15005550001")).await;
    refused.expect_problem(500, "carrier_refused");
    let again = post(&atlas, "refused", &task("+15005550001")).await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.text(), refused.text());
    let crowded = FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: None,
        executed: false,
    };
    atlas.sim.add_fault(Fault::next_create(crowded)).unwrap();
    post(&atlas, "crowded", &task(PRESSES_1))
        .await
        .expect_problem(429, "carrier_rate_limited");
    let answer = post(&atlas, "crowded", &task(PRESSES_1)).await;
    answer.expect(201);
    assert_eq!(answer.header("idempotent-replayed"), None);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_key_may_be_used_again_after_a_request_that_made_no_sense() {
    let atlas = start().await;
    post(&atlas, "k", &json!({})).await.expect(422);
    post(&atlas, "k", &task(PRESSES_1)).await.expect(201);
    atlas.finish(1).await;
}
