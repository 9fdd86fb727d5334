//! `POST /calls/outbound` when Twilio does not take the call, or nobody can tell.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind, HoldPoint};

use crate::support::{Answer, Setup, TestAtlas, outbound};

const TO: &str = "+15550100042";

async fn place(atlas: &TestAtlas, to: &str) -> Answer {
    let mut body = outbound(to);
    body["retry_limit"] = json!(3);
    atlas.client.post("/calls/outbound", &body).await
}

/// The call that a problem names: stored as failed, with its reason, and finished.
async fn failed_call(atlas: &TestAtlas, problem: &Value) -> Value {
    let call = atlas
        .client
        .call(problem["call_id"].as_str().expect("a call_id"))
        .await;
    assert_eq!(call["status"], "failed", "{call}");
    assert_eq!(call["finished"], true, "{call}");
    assert_eq!(call["held"], false, "{call}");
    assert_eq!(call.get("twilio_sid"), None, "nobody invents a SID: {call}");
    assert_eq!(call.get("next_retry_at"), None, "{call}");
    assert_eq!(call["dials"].as_array().unwrap().len(), 1, "{call}");
    assert_eq!(call["dials"][0]["status"], "failed", "{call}");
    assert_eq!(call["dials"][0]["twilio_sid"], Value::Null, "{call}");
    assert!(
        !call["dials"][0]["reason"].as_str().unwrap().is_empty(),
        "{call}"
    );
    assert_eq!(call["attempts"], json!([]), "{call}");
    call
}

#[tokio::test]
async fn what_twilio_refuses_is_told_with_its_code_and_never_rings() {
    let atlas = Setup::stepped().start().await;
    let cases = [
        (
            "a number that is none",
            "+15005550001",
            400,
            "carrier_refused",
            21217,
        ),
        (
            "a number that cannot be reached",
            "+15005550002",
            400,
            "carrier_refused",
            21214,
        ),
        (
            "a country that is not allowed",
            "+15005550003",
            503,
            "carrier_not_authorized",
            21215,
        ),
        (
            "a number that is blocked",
            "+15005550004",
            400,
            "carrier_refused",
            21216,
        ),
        (
            "the calling number itself",
            "+15005550006",
            400,
            "carrier_refused",
            21211,
        ),
    ];
    for (what, to, status, code, twilio_code) in cases {
        let answer = place(&atlas, to).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
        let problem = answer.expect_problem(status, code);
        assert_eq!(problem["twilio_code"], twilio_code, "{what}");
        failed_call(&atlas, &problem).await;
    }
    atlas.advance(1000).await;
    assert_eq!(atlas.sim.calls(), [], "none of them rings afterwards");
    atlas.finish(5).await;
}

#[tokio::test]
async fn every_kind_of_refusal_has_its_status() {
    let atlas = Setup::stepped().start().await;
    let cases = [
        (
            "wrong credentials",
            401,
            20003,
            503,
            "carrier_not_authorized",
        ),
        (
            "a suspended account",
            403,
            20005,
            503,
            "carrier_not_authorized",
        ),
        ("no permission", 403, 20403, 503, "carrier_not_authorized"),
        ("a number not verified", 400, 21219, 400, "carrier_refused"),
        ("a number not owned", 400, 21210, 400, "carrier_refused"),
        ("a parameter", 400, 21205, 400, "carrier_refused"),
        ("a code nobody knows", 400, 99_999, 400, "carrier_refused"),
        ("too many requests", 429, 20429, 429, "carrier_rate_limited"),
    ];
    for (what, http_status, twilio_code, status, code) in cases {
        atlas
            .sim
            .add_fault(Fault::next_create(FaultKind::Answer {
                http_status,
                code: twilio_code,
                retry_after_seconds: None,
                executed: false,
            }))
            .unwrap();
        let answer = place(&atlas, TO).await;
        assert_eq!(answer.status.as_u16(), status, "{what}: {}", answer.text());
        let problem = answer.expect_problem(status, code);
        assert_eq!(problem["twilio_code"], twilio_code, "{what}");
        failed_call(&atlas, &problem).await;
    }
    atlas.advance(1000).await;
    assert_eq!(atlas.sim.calls(), []);
    atlas.finish(8).await;
}

#[tokio::test]
async fn too_many_requests_say_when_to_come_again() {
    let atlas = Setup::stepped().start().await;
    for (retry_after, told) in [(Some(7), "7"), (None, "1")] {
        atlas
            .sim
            .add_fault(Fault::next_create(FaultKind::Answer {
                http_status: 429,
                code: 20429,
                retry_after_seconds: retry_after,
                executed: false,
            }))
            .unwrap();
        let answer = place(&atlas, TO).await;
        answer.expect_problem(429, "carrier_rate_limited");
        assert_eq!(answer.header("retry-after"), Some(told));
    }
    atlas.finish(2).await;
}

#[tokio::test]
async fn credentials_that_twilio_does_not_know_are_the_operators_matter() {
    let atlas = Setup::stepped().with_wrong_auth_token().start().await;
    let problem = place(&atlas, TO)
        .await
        .expect_problem(503, "carrier_not_authorized");
    assert_eq!(problem["twilio_code"], 20003);
    failed_call(&atlas, &problem).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_twilio_that_cannot_be_reached_was_never_asked() {
    let atlas = Setup::stepped().with_unreachable_twilio().start().await;
    let answer = place(&atlas, TO).await;
    let problem = answer.expect_problem(503, "carrier_unreachable");
    assert_eq!(problem.get("twilio_code"), None);
    failed_call(&atlas, &problem).await;
    atlas.advance(1000).await;
    atlas.finish(0).await;
}

#[tokio::test]
async fn without_credentials_calls_answer_503_and_everything_else_works() {
    let atlas = Setup::stepped().without_twilio().start().await;
    let problem = place(&atlas, TO)
        .await
        .expect_problem(503, "carrier_not_configured");
    assert_eq!(problem.get("call_id"), None);
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(calls["total"], 0);
    let user = json!({"name": "Ann", "email": "ann@example.com", "phone_number": TO});
    atlas.client.create_user(&user).await;
    let voice = atlas.callback(
        "/twilio/voice",
        &[("CallSid", "CA0123456789abcdef0123456789abcdef")],
    );
    voice.send().await.expect_problem(403, "invalid_signature");
    atlas.finish(0).await;
}

/// A 202: accepted, but without a SID.
async fn pending_call(atlas: &TestAtlas, answer: &Answer) -> Value {
    let placed = answer.expect(202);
    assert_eq!(placed["pending"], "lookup");
    assert_eq!(placed["twilio_sid"], Value::Null);
    assert_eq!(placed["call_sid"], Value::Null);
    assert_eq!(placed["status"], "initiated");
    assert_eq!(placed["to_number"], TO);
    let call_id = placed["call_id"].as_str().unwrap();
    assert_eq!(
        answer.header("location"),
        Some(format!("/calls/{call_id}").as_str())
    );
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["finished"], false);
    assert_eq!(call["held"], false);
    assert_eq!(call.get("twilio_sid"), None);
    assert_eq!(call["dials"][0]["twilio_sid"], Value::Null);
    call
}

#[tokio::test]
async fn an_answer_that_was_lost_is_202_and_the_dial_is_looked_up() {
    let atlas = Setup::stepped().start().await;
    let faults = [
        (
            "an error of Twilio's own",
            FaultKind::Answer {
                http_status: 500,
                code: 20500,
                retry_after_seconds: None,
                executed: true,
            },
        ),
        (
            "an error that names no call",
            FaultKind::Answer {
                http_status: 503,
                code: 20503,
                retry_after_seconds: None,
                executed: true,
            },
        ),
        (
            "a connection that broke",
            FaultKind::ResetConnection { executed: true },
        ),
    ];
    for (what, fault) in faults {
        atlas.sim.add_fault(Fault::next_create(fault)).unwrap();
        let answer = place(&atlas, TO).await;
        assert_eq!(answer.status.as_u16(), 202, "{what}: {}", answer.text());
        pending_call(&atlas, &answer).await;
        atlas.advance(100).await;
    }
    atlas.finish(3).await;
}

#[tokio::test]
async fn no_answer_in_time_is_202_too() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::NoAnswer { executed: true }))
        .unwrap();
    let answer = place(&atlas, TO).await;
    let call = pending_call(&atlas, &answer).await;
    atlas.advance(100).await;
    let call = atlas.client.call(call["call_id"].as_str().unwrap()).await;
    assert_eq!(call["status"], "completed");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_stop_its_call() {
    let atlas = Setup::stepped().start().await;
    let held = atlas.sim.hold_next_create(HoldPoint::BeforeCreate);
    let request = atlas
        .client
        .request("POST", "/calls/outbound")
        .json(&outbound(TO));
    let waiting = tokio::spawn(request.send());
    held.reached().await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    held.release();
    atlas.advance(100).await;
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(calls["data"][0]["status"], "completed", "{calls}");
    assert_eq!(
        calls["data"][0]["twilio_sid"],
        atlas.sim.calls()[0].sid.as_str()
    );
    atlas.finish(1).await;
}
