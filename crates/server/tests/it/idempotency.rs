//! The `Idempotency-Key` of `POST /calls/outbound`.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind, HoldPoint};

use crate::support::{Answer, Setup, TestAtlas, key_line, outbound};

const TO: &str = "+15550100042";

const fn rate_limit() -> FaultKind {
    FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: None,
        executed: false,
    }
}

async fn start() -> TestAtlas {
    Setup::stepped().start().await
}

/// An answer that was given before.
#[track_caller]
fn assert_replayed(answer: &Answer, first: &Answer) {
    assert_eq!(answer.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("idempotent-replayed"), None);
    assert_eq!(answer.status, first.status);
    assert_eq!(answer.text(), first.text());
    for header in ["location", "content-type"] {
        assert_eq!(answer.header(header), first.header(header));
    }
    assert_ne!(answer.header("x-request-id"), first.header("x-request-id"));
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_answered_again_and_dials_nothing() {
    let atlas = start().await;
    let first = atlas.client.post_with_key("k-1", &outbound(TO)).await;
    first.expect(201);
    atlas.advance(100).await;
    let again = atlas.client.post_with_key("k-1", &outbound(TO)).await;
    assert_replayed(&again, &first);
    let other = atlas.client.post_with_key("k-2", &outbound(TO)).await;
    assert_ne!(other.expect(201)["call_id"], first.json()["call_id"]);
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(calls["total"], 2);
    atlas.finish(2).await;
}

#[tokio::test]
async fn requests_are_compared_by_what_they_mean() {
    let atlas = start().await;
    let body = json!({"to": TO, "user_external_id": "x"});
    let first = atlas.client.post_with_key("k", &body).await;
    let same = [
        r#"{ "user_external_id": "x", "to": "+15550100042" }"#,
        r#"{"to_number": "+15550100042", "user_external_id": "x"}"#,
        r#"{"to": "+15550100042", "user_external_id": "\u0078", "recording_enabled": true, "other": 1}"#,
        r#"{"to": "+15550100042", "user_external_id": "x", "script": null}"#,
    ];
    for body in same {
        let request = atlas
            .client
            .request("POST", "/calls/outbound")
            .header("idempotency-key", "k")
            .header("content-type", "application/json")
            .body(body);
        assert_replayed(&atlas.client.send(request).await, &first);
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn another_request_under_a_used_key_is_refused() {
    let atlas = start().await;
    atlas
        .client
        .post_with_key("k", &outbound(TO))
        .await
        .expect(201);
    let changes = [
        ("to", json!("+15550100043")),
        ("script", json!("Good-bye.")),
        ("script", Value::Null),
        ("user_external_id", json!("crm-2")),
        ("recording_enabled", json!(true)),
        ("retry_limit", json!(1)),
        ("retry_delay_sec", json!(60)),
    ];
    for (field, value) in changes {
        let mut other = outbound(TO);
        other[field] = value;
        let answer = atlas.client.post_with_key("k", &other).await;
        assert_eq!(answer.status.as_u16(), 409, "{field}: {}", answer.text());
        answer.expect_problem(409, "idempotency_key_reused");
    }
    let mut invalid = outbound(TO);
    invalid["to"] = json!("1");
    let answer = atlas.client.post_with_key("k", &invalid).await;
    answer.expect_invalid(&["/to"]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn while_the_first_request_runs_the_second_is_told_so() {
    let atlas = start().await;
    let held = atlas.sim.hold_next_create(HoldPoint::AfterCreate);
    let client = atlas.client.clone();
    let first = tokio::spawn(async move { client.post_with_key("k", &outbound(TO)).await });
    held.reached().await;
    let second = atlas.client.post_with_key("k", &outbound(TO)).await;
    second.expect_problem(409, "idempotency_in_progress");
    let mut other = outbound(TO);
    other["script"] = json!("Something else.");
    let third = atlas.client.post_with_key("k", &other).await;
    third.expect_problem(409, "idempotency_key_reused");
    held.release();
    let first = first.await.unwrap();
    first.expect(201);
    let again = atlas.client.post_with_key("k", &outbound(TO)).await;
    assert_replayed(&again, &first);
    atlas.finish(1).await;
}

#[tokio::test]
async fn requests_that_race_with_one_key_dial_once() {
    let atlas = start().await;
    let racing = (0..8).map(|_| async { atlas.client.post_with_key("k", &outbound(TO)).await });
    let answers = futures_util::future::join_all(racing).await;
    let mut placed = Vec::new();
    for answer in &answers {
        match answer.status.as_u16() {
            201 => placed.push(answer.json()["call_id"].clone()),
            _ => drop(answer.expect_problem(409, "idempotency_in_progress")),
        }
    }
    assert!(!placed.is_empty());
    placed.dedup();
    assert_eq!(placed.len(), 1, "one call for all of them");
    let fresh = answers.iter().filter(|answer| {
        answer.status.as_u16() == 201 && answer.header("idempotent-replayed").is_none()
    });
    assert_eq!(fresh.count(), 1);
    assert_eq!(atlas.sim.calls().len(), 1);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_refusal_and_a_lost_answer_are_answered_again_too() {
    let atlas = start().await;
    let refused = atlas
        .client
        .post_with_key("a", &outbound("+15005550001"))
        .await;
    refused.expect_problem(400, "carrier_refused");
    let again = atlas
        .client
        .post_with_key("a", &outbound("+15005550001"))
        .await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.status, refused.status);
    assert_eq!(again.json()["call_id"], refused.json()["call_id"]);
    assert_eq!(again.json()["twilio_code"], 21217);
    assert_eq!(
        again.header("content-type"),
        Some("application/problem+json")
    );

    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: true,
        }))
        .unwrap();
    let lost = atlas.client.post_with_key("b", &outbound(TO)).await;
    assert_eq!(lost.expect(202)["pending"], "lookup");
    let again = atlas.client.post_with_key("b", &outbound(TO)).await;
    assert_replayed(&again, &lost);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_429_and_a_503_release_the_key() {
    let atlas = start().await;
    atlas
        .sim
        .add_fault(Fault::next_create(rate_limit()))
        .unwrap();
    let first = atlas.client.post_with_key("k", &outbound(TO)).await;
    let problem = first.expect_problem(429, "carrier_rate_limited");
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::Answer {
            http_status: 401,
            code: 20003,
            retry_after_seconds: None,
            executed: false,
        }))
        .unwrap();
    let second = atlas.client.post_with_key("k", &outbound(TO)).await;
    second.expect_problem(503, "carrier_not_authorized");
    let third = atlas.client.post_with_key("k", &outbound(TO)).await;
    let placed = third.expect(201);
    assert_eq!(third.header("idempotent-replayed"), None);
    assert_ne!(
        placed["call_id"], problem["call_id"],
        "the refused call never rings"
    );
    let again = atlas.client.post_with_key("k", &outbound(TO)).await;
    assert_replayed(&again, &third);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_released_key_may_carry_another_request() {
    let atlas = start().await;
    atlas
        .sim
        .add_fault(Fault::next_create(rate_limit()))
        .unwrap();
    let answer = atlas.client.post_with_key("k", &outbound(TO)).await;
    answer.expect_problem(429, "carrier_rate_limited");
    let answer = atlas
        .client
        .post_with_key("k", &outbound("+15550100043"))
        .await;
    answer.expect(201);
    atlas.finish(2).await;
}

#[tokio::test]
async fn two_clients_may_use_the_same_key() {
    let keys = format!("{},{}", key_line("crm", "one"), key_line("erp", "two"));
    let atlas = Setup::stepped().with("API_KEYS", &keys).start().await;
    let mut answers = Vec::new();
    for secret in ["one", "two", "one"] {
        let request = atlas
            .client
            .request("POST", "/calls/outbound")
            .header("x-api-key", secret)
            .header("idempotency-key", "k")
            .json(&outbound(TO));
        answers.push(atlas.client.send(request).await);
    }
    assert_ne!(
        answers[0].expect(201)["call_id"],
        answers[1].expect(201)["call_id"]
    );
    assert_replayed(&answers[2], &answers[0]);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_key_is_kept_for_a_day_and_not_longer() {
    let atlas = start().await;
    let first = atlas.client.post_with_key("k", &outbound(TO)).await;
    first.expect(201);
    atlas.advance(24 * 3600 - 60).await;
    let again = atlas.client.post_with_key("k", &outbound(TO)).await;
    assert_replayed(&again, &first);
    atlas.advance(120).await;
    let later = atlas.client.post_with_key("k", &outbound(TO)).await;
    assert_ne!(later.expect(201)["call_id"], first.json()["call_id"]);
    assert_eq!(later.header("idempotent-replayed"), None);
    atlas.finish(2).await;
}
