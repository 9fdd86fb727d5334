//! What is answered when a notification is not placed, not found, or not asked for properly.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use super::{LISTENS, notify, start, task};
use crate::support::{Answer, Setup, TestAtlas, outbound};

const NOBODY: &str = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";

/// A validation problem of the notifications with these pointers.
#[track_caller]
fn assert_unprocessable(answer: &Answer, pointers: &[&str]) {
    let problem = answer.expect_problem(422, "validation_failed");
    let errors = problem["errors"].as_array().expect("a list of errors");
    let named: Vec<_> = errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(named, pointers, "{problem}");
}

async fn post_text(atlas: &TestAtlas, path: &str, content_type: &str, body: &str) -> Answer {
    let request = atlas
        .client
        .request("POST", path)
        .header("content-type", content_type)
        .body(body.to_owned());
    atlas.client.send(request).await
}

#[tokio::test]
async fn every_wrong_field_of_a_notification_is_told_with_422() {
    let atlas = start().await;
    let cases: [(Value, &[&str]); 9] = [
        (json!({}), &["/phone_number", "/task_title"]),
        (
            json!({"phone_number": null, "task_title": null}),
            &["/phone_number", "/task_title"],
        ),
        (
            json!({"phone_number": "15550100042", "task_title": "x"}),
            &["/phone_number"],
        ),
        (
            json!({"phone_number": "+15550100042\n", "task_title": "x"}),
            &["/phone_number"],
        ),
        (
            json!({"phone_number": LISTENS, "task_title": ""}),
            &["/task_title"],
        ),
        (
            json!({"phone_number": LISTENS, "task_title": "é".repeat(501)}),
            &["/task_title"],
        ),
        (
            json!({"phone_number": LISTENS, "task_title": 7, "task_id": ""}),
            &["/task_title", "/task_id"],
        ),
        (
            json!({"phone_number": LISTENS, "task_title": "x", "task_id": "é".repeat(129)}),
            &["/task_id"],
        ),
        (json!([]), &[""]),
    ];
    for (body, pointers) in cases {
        let answer = atlas.client.post("/notifications/call", &body).await;
        assert_unprocessable(&answer, pointers);
    }
    let key = atlas
        .client
        .request("POST", "/notifications/call")
        .header("idempotency-key", "a b")
        .json(&json!({"phone_number": LISTENS}));
    let answer = atlas.client.send(key).await;
    assert_unprocessable(&answer, &["/headers/idempotency-key", "/task_title"]);
    assert_eq!(atlas.database().count("calls").await, 0);
    atlas.finish(0).await;
}

#[tokio::test]
async fn bodies_and_queries_that_make_no_sense_are_422_and_other_faults_are_as_everywhere() {
    let atlas = start().await;
    let id = notify(&atlas, LISTENS).await;
    for path in [
        "/notifications/call".to_owned(),
        format!("/notifications/{id}/acknowledge"),
    ] {
        for body in ["{", "", "{\"a\": }"] {
            let answer = post_text(&atlas, &path, "application/json", body).await;
            let problem = answer.expect_problem(422, "malformed_json");
            assert_eq!(problem["detail"], "The body is not JSON.", "{path}");
        }
        let answer = post_text(&atlas, &path, "text/plain", "{}").await;
        answer.expect_problem(415, "unsupported_media_type");
        let long = format!("{{\"x\": \"{}\"}}", "x".repeat(130 * 1024));
        let answer = post_text(&atlas, &path, "application/json", &long).await;
        answer.expect_problem(413, "body_too_large");
    }
    let who = json!({"who": "", "why": "x".repeat(1001)});
    let path = format!("/notifications/{id}/acknowledge");
    let answer = atlas.client.post(&path, &who).await;
    assert_unprocessable(&answer, &["/who", "/why"]);
    for (query, pointers) in [
        ("page=0&page_size=101", vec!["/page", "/page_size"]),
        ("cursor=x", vec!["/cursor"]),
        ("acknowledged=1&task_id=", vec!["/task_id", "/acknowledged"]),
        ("task_id=a&task_id=b", vec!["/task_id"]),
    ] {
        let answer = atlas.client.get(&format!("/notifications?{query}")).await;
        assert_unprocessable(&answer, &pointers);
    }
    let answer = atlas.client.get("/notifications/call").await;
    answer.expect_problem(405, "method_not_allowed");
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = atlas.client.delete(&format!("/notifications/{id}")).await;
    answer.expect_problem(405, "method_not_allowed");
    atlas.finish(1).await;
}

#[tokio::test]
async fn what_is_no_notification_is_not_found() {
    let atlas = start().await;
    let call_id = atlas.client.place(&outbound(LISTENS)).await;
    for id in [NOBODY, &call_id, "x", "CA0123456789abcdef0123456789abcdef"] {
        let answers = [
            atlas.client.get(&format!("/notifications/{id}")).await,
            atlas
                .client
                .post_empty(&format!("/notifications/{id}/cancel"))
                .await,
            atlas
                .client
                .post(&format!("/notifications/{id}/acknowledge"), &json!({}))
                .await,
        ];
        for answer in answers {
            let problem = answer.expect_problem(404, "not_found");
            assert_eq!(problem["detail"], format!("Notification not found: {id}"));
        }
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "initiated", "nothing happened to the call");
    let list = atlas.client.get("/notifications").await.expect(200);
    assert_eq!(list["total"], 0);
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_twilio_nothing_is_stored_and_the_answer_says_what_is_missing() {
    let atlas = Setup::stepped().without_twilio().start().await;
    let answer = atlas
        .client
        .post("/notifications/call", &task(LISTENS))
        .await;
    let problem = answer.expect_problem(503, "carrier_not_configured");
    assert_eq!(
        problem["detail"],
        "Twilio service not initialized. Check environment variables."
    );
    assert_eq!(atlas.database().count("calls").await, 0);
    atlas.finish(0).await;
}

/// That the notification that a problem names is stored as failed, and never rings.
async fn assert_never_rings(atlas: &TestAtlas, problem: &Value, to: &str) {
    atlas.advance(3600).await;
    let id = problem["call_id"].as_str().expect("a call_id");
    let stored = super::shown(atlas, id).await;
    super::assert_stands(&stored, "not_reached", true);
    assert_eq!(stored["dials"][0]["status"], "failed", "{stored}");
    assert_eq!(stored.get("call_sid"), None, "nobody invents a SID");
    assert_eq!(atlas.sim.rings(to), 0);
}

#[tokio::test]
async fn what_twilio_refuses_is_told_with_its_code_and_never_rings() {
    let atlas = Setup::stepped().start().await;
    for (to, status, code, twilio_code) in [
        ("+15005550001", 500, "carrier_refused", 21217),
        ("+15005550002", 500, "carrier_refused", 21214),
        ("+15005550004", 500, "carrier_refused", 21216),
        ("+15005550003", 503, "carrier_not_authorized", 21215),
    ] {
        let answer = atlas.client.post("/notifications/call", &task(to)).await;
        let problem = answer.expect_problem(status, code);
        assert_eq!(problem["twilio_code"], twilio_code, "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        let told = detail.starts_with("Failed to initiate call: ");
        assert_eq!(told, status == 500, "{problem}");
        assert_never_rings(&atlas, &problem, to).await;
    }
    let crowded = FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: Some(7),
        executed: false,
    };
    atlas.sim.add_fault(Fault::next_create(crowded)).unwrap();
    let answer = atlas
        .client
        .post("/notifications/call", &task(LISTENS))
        .await;
    let problem = answer.expect_problem(429, "carrier_rate_limited");
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_never_rings(&atlas, &problem, LISTENS).await;
    atlas.finish(5).await;
}

#[tokio::test]
async fn when_twilio_cannot_be_reached_it_never_rings() {
    let atlas = Setup::stepped().with_unreachable_twilio().start().await;
    let answer = atlas
        .client
        .post("/notifications/call", &task(LISTENS))
        .await;
    let problem = answer.expect_problem(503, "carrier_unreachable");
    assert_never_rings(&atlas, &problem, LISTENS).await;
    atlas.finish(0).await;
}

#[tokio::test]
async fn credentials_that_twilio_does_not_take_are_503() {
    let atlas = Setup::stepped().with_wrong_auth_token().start().await;
    let answer = atlas
        .client
        .post("/notifications/call", &task(LISTENS))
        .await;
    let problem = answer.expect_problem(503, "carrier_not_authorized");
    assert_never_rings(&atlas, &problem, LISTENS).await;
    atlas.finish(1).await;
}
