//! `POST /phone/call` when Twilio does not take the call, or nobody can tell.

use serde_json::{Value, json};
use twilio_sim::{DEMO_WORDS, Fault, FaultKind};

use super::{TO, to_number};
use crate::support::{Setup, TestAtlas};

/// The call that a problem names: stored as failed, and finished.
async fn assert_failed(atlas: &TestAtlas, problem: &Value) {
    let call_id = problem["call_id"].as_str().expect("a call_id");
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["status"], "failed", "{call}");
    assert_eq!(call["finished"], true, "{call}");
    assert_eq!(call["purpose"], "document", "{call}");
    assert_eq!(call.get("twilio_sid"), None, "{call}");
}

#[tokio::test]
async fn everything_wrong_is_told_at_once() {
    let atlas = Setup::stepped().start().await;
    for (body, pointers) in [
        (json!({}), &["/to_number"][..]),
        (json!({"to_number": null}), &["/to_number"]),
        (json!({"to_number": 15_550_100_042_u64}), &["/to_number"]),
        (json!({"to_number": "15550100042"}), &["/to_number"]),
        (json!({"to_number": "+15550100042\n"}), &["/to_number"]),
        (
            json!({"to_number": "+0", "twiml_url": "x"}),
            &["/to_number", "/twiml_url"],
        ),
    ] {
        let answer = atlas.client.post("/phone/call", &body).await;
        answer.expect_invalid(pointers);
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn what_twilio_refuses_is_told_with_its_code_and_never_rings() {
    let atlas = Setup::stepped().start().await;
    for (to, status, code, twilio_code) in [
        ("+15005550001", 400, "carrier_refused", 21217),
        ("+15005550003", 503, "carrier_not_authorized", 21215),
    ] {
        let body = json!({"to_number": to});
        let answer = atlas.client.post("/phone/call", &body).await;
        let problem = answer.expect_problem(status, code);
        assert_eq!(problem["twilio_code"], twilio_code);
        assert_failed(&atlas, &problem).await;
    }
    let fault = Fault::next_create(FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: Some(7),
        executed: false,
    });
    atlas.sim.add_fault(fault).unwrap();
    let answer = atlas.client.post("/phone/call", &to_number()).await;
    let problem = answer.expect_problem(429, "carrier_rate_limited");
    assert_eq!(answer.header("retry-after"), Some("7"));
    assert_failed(&atlas, &problem).await;
    atlas.advance(1000).await;
    assert_eq!(atlas.sim.calls(), [], "none of them rings afterwards");
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_twilio_that_cannot_be_reached_was_never_asked() {
    let atlas = Setup::stepped().with_unreachable_twilio().start().await;
    let answer = atlas.client.post("/phone/call", &to_number()).await;
    let problem = answer.expect_problem(503, "carrier_unreachable");
    assert_failed(&atlas, &problem).await;
    atlas.finish(0).await;
}

#[tokio::test]
async fn an_answer_that_was_lost_is_202_and_the_call_is_looked_up() {
    let atlas = Setup::stepped().start().await;
    let lost = FaultKind::ResetConnection { executed: true };
    atlas.sim.add_fault(Fault::next_create(lost)).unwrap();
    let placed = atlas.client.post("/phone/call", &to_number()).await;
    let placed = placed.expect(202);
    assert_eq!(
        placed,
        json!({
            "success": true, "call_sid": null, "status": "queued", "to": TO,
            "from_number": "+15005550006", "message": "Call outcome is being looked up",
            "call_id": placed["call_id"], "pending": "lookup"
        })
    );
    atlas.advance(100).await;
    let call_id = placed["call_id"].as_str().expect("a call_id");
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["status"], "completed", "{call}");
    assert_eq!(atlas.leg(&call).said(), [DEMO_WORDS]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_a_database_nothing_is_dialled() {
    let atlas = Setup::stepped().start().await;
    atlas.database().take_away();
    let answer = atlas.client.post("/phone/call", &to_number()).await;
    answer.expect_problem(503, "storage_unavailable");
    atlas.database().put_back();
    atlas.finish(0).await;
}
