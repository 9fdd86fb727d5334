//! `GET /phone/call/{call_sid}/status` and `GET /phone/calls`: what Twilio says now.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use super::{TO, to_number};
use crate::support::{Setup, TestAtlas};

/// How long an answer may take, whatever hangs.
const BOUND: Duration = Duration::from_millis(6500);

const FROM: &str = "+15005550006";

async fn place(atlas: &TestAtlas) -> String {
    let placed = atlas.client.post("/phone/call", &to_number()).await;
    placed.expect(200)["call_sid"].as_str().unwrap().to_owned()
}

fn path(sid: &str) -> String {
    format!("/phone/call/{sid}/status")
}

/// Whole seconds, as Twilio tells times.
fn is_whole_second(time: &Value) -> bool {
    time.as_str().is_some_and(|text| text.ends_with(".000Z"))
}

#[tokio::test]
async fn a_call_is_shown_as_twilio_has_it_now() {
    let atlas = Setup::stepped().start().await;
    let sid = place(&atlas).await;
    let queued = atlas.client.get(&path(&sid)).await.expect(200);
    assert_eq!(
        queued,
        json!({
            "success": true, "call_sid": sid, "status": "queued", "to": TO, "from_number": FROM,
            "duration": null, "start_time": null, "end_time": null
        })
    );
    let mut words = vec!["queued".to_owned()];
    for _ in 0..40 {
        atlas.advance_ms(250).await;
        let now = atlas.client.get(&path(&sid)).await.expect(200);
        let word = now["status"].as_str().unwrap().to_owned();
        if words.last() != Some(&word) {
            words.push(word);
        }
    }
    atlas.advance(60).await;
    let over = atlas.client.get(&path(&sid)).await.expect(200);
    assert_eq!(words[..3], ["queued", "ringing", "in-progress"]);
    assert_eq!(over["status"], "completed");
    let seconds = atlas.sim.calls()[0].duration_seconds.expect("a duration");
    assert_eq!(over["duration"], seconds.to_string());
    for time in ["start_time", "end_time"] {
        assert!(is_whole_second(&over[time]), "{over}");
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn any_call_of_the_account_is_shown_and_no_other() {
    let atlas = Setup::stepped().start().await;
    let outbound = crate::support::outbound(TO);
    let placed = atlas.client.post("/calls/outbound", &outbound).await;
    let sid = placed.expect(201)["call_sid"].as_str().unwrap().to_owned();
    atlas.client.get(&path(&sid)).await.expect(200);
    let asked = atlas.sim.requests().len();
    let unknown = "CA0123456789abcdef0123456789abcdef";
    let answer = atlas.client.get(&path(unknown)).await;
    let problem = answer.expect_problem(404, "not_found");
    assert_eq!(problem["detail"], format!("Call not found: {unknown}"));
    assert_eq!(atlas.sim.requests().len(), asked + 1);
    for none in [
        "x",
        "CA1",
        "AC0123456789abcdef0123456789abcdef",
        "CA..%2FAccounts",
    ] {
        let answer = atlas.client.get(&path(none)).await;
        answer.expect_problem(404, "not_found");
    }
    assert_eq!(
        atlas.sim.requests().len(),
        asked + 1,
        "Twilio is not asked for what is no SID"
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_newest_calls_come_first() {
    let atlas = Setup::stepped().start().await;
    let empty = atlas.client.get("/phone/calls").await.expect(200);
    assert_eq!(empty, json!({"success": true, "calls": [], "count": 0}));
    let mut sids = Vec::new();
    for _ in 0..12 {
        sids.insert(0, place(&atlas).await);
        atlas.advance(61).await;
    }
    let listed = |answer: &Value| {
        let calls = answer["calls"].as_array().expect("a list").iter();
        let sids: Vec<_> = calls.map(|call| call["call_sid"].clone()).collect();
        assert_eq!(answer["count"], sids.len());
        assert_eq!(answer["success"], true);
        sids
    };
    for (query, count) in [
        ("", 10),
        ("?limit=1", 1),
        ("?limit=11", 11),
        ("?limit=100", 12),
    ] {
        let answer = atlas.client.get(&format!("/phone/calls{query}")).await;
        assert_eq!(listed(&answer.expect(200)), sids[..count], "{query}");
    }
    let answer = atlas.client.get("/phone/calls?limit=1").await.expect(200);
    let status = atlas.client.get(&path(&sids[0])).await.expect(200);
    assert_eq!(
        answer["calls"][0],
        json!({
            "call_sid": sids[0], "status": "completed", "to": TO, "from": FROM,
            "duration": status["duration"], "start_time": status["start_time"],
            "end_time": status["end_time"]
        })
    );
    atlas.finish(12).await;
}

#[tokio::test]
async fn a_limit_out_of_range_is_refused() {
    let atlas = Setup::stepped().start().await;
    for limit in ["0", "101", "-1", "x", "", "1.5", "1&limit=2"] {
        let answer = atlas
            .client
            .get(&format!("/phone/calls?limit={limit}"))
            .await;
        answer.expect_invalid(&["/limit"]);
    }
    assert_eq!(atlas.sim.requests(), []);
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_twilio_that_cannot_answer_is_told_and_the_next_time_is_fine() {
    let atlas = Setup::stepped().start().await;
    let sid = place(&atlas).await;
    let answer = |http_status, code| FaultKind::Answer {
        http_status,
        code,
        retry_after_seconds: (http_status == 429).then_some(3),
        executed: false,
    };
    for (fault, status, code) in [
        (answer(429, 20429), 429, "carrier_rate_limited"),
        (answer(500, 20500), 503, "carrier_unreachable"),
        (answer(503, 20503), 503, "carrier_unreachable"),
        (answer(401, 20003), 503, "carrier_not_authorized"),
        (
            FaultKind::ResetConnection { executed: false },
            503,
            "carrier_unreachable",
        ),
    ] {
        for (path, route) in [
            (path(&sid), "GET Calls/*.json"),
            ("/phone/calls".to_owned(), "GET Calls.json"),
        ] {
            let fault = Fault::next(1, fault).on_route(route);
            atlas.sim.add_fault(fault).unwrap();
            let failed = atlas.client.get(&path).await;
            assert_eq!(failed.status.as_u16(), status, "{path}: {}", failed.text());
            failed.expect_problem(status, code);
            if status == 429 {
                assert_eq!(failed.header("retry-after"), Some("3"));
            }
            atlas.client.get(&path).await.expect(200);
        }
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_twilio_that_lags_is_waited_for_but_not_for_long() {
    let atlas = Setup::stepped().start().await;
    let sid = place(&atlas).await;
    let slow = |by_ms| Fault::next(1, FaultKind::SlowAnswer { by_ms });
    atlas.sim.add_fault(slow(300)).unwrap();
    atlas.client.get(&path(&sid)).await.expect(200);
    atlas.sim.add_fault(slow(8_000)).unwrap();
    let asked_at = Instant::now();
    let answer = atlas.client.get(&path(&sid)).await;
    answer.expect_problem(503, "carrier_unreachable");
    assert!(asked_at.elapsed() < BOUND, "{:?}", asked_at.elapsed());
    atlas.client.get("/phone/calls").await.expect(200);
    atlas.finish(1).await;
}

#[tokio::test]
async fn reading_needs_no_database() {
    let atlas = Setup::stepped().start().await;
    let sid = place(&atlas).await;
    atlas.database().take_away();
    atlas.client.get(&path(&sid)).await.expect(200);
    atlas.client.get("/phone/calls").await.expect(200);
    atlas.client.get("/phone/health").await.expect(200);
    atlas.database().put_back();
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_twilio_that_is_not_there_is_told() {
    let atlas = Setup::stepped().with_unreachable_twilio().start().await;
    let sid = "CA0123456789abcdef0123456789abcdef";
    for path in [path(sid), "/phone/calls".to_owned()] {
        let answer = atlas.client.get(&path).await;
        answer.expect_problem(503, "carrier_unreachable");
    }
    atlas.finish(0).await;
}
