//! Calls that are dialled again by themselves.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use crate::support::{Setup, TestAtlas, outbound};

fn redialled(to: &str, retry_limit: u32, retry_delay_sec: u32) -> Value {
    let mut body = outbound(to);
    body["retry_limit"] = json!(retry_limit);
    body["retry_delay_sec"] = json!(retry_delay_sec);
    body
}

/// When each dial was asked for, in milliseconds after the first.
fn dialled_at_ms(atlas: &TestAtlas) -> Vec<i128> {
    let calls = atlas.sim.calls();
    let first = calls[0].created_at;
    calls
        .iter()
        .map(|call| (call.created_at - first).whole_milliseconds())
        .collect()
}

fn field_of_dials(call: &Value, field: &str) -> Vec<Value> {
    call["dials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dial| dial[field].clone())
        .collect()
}

#[tokio::test]
async fn a_busy_phone_is_dialled_again_exactly_when_said_and_once() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100601", 3, 60)).await;
    atlas.advance_ms(1500).await;
    let waiting = atlas.client.call(&call_id).await;
    assert_eq!(waiting["status"], "busy");
    assert_eq!(waiting["finished"], false);
    assert_eq!(waiting["redial_count"], 0);
    let now = atlas.sim.clock().now() + std::time::Duration::from_secs(60);
    let due = waiting["next_retry_at"].as_str().unwrap();
    let due_ms = atlas_domain::Timestamp::parse_rfc3339(due)
        .unwrap()
        .unix_millis();
    assert_eq!(i128::from(due_ms), now.unix_timestamp_nanos() / 1_000_000);

    atlas.advance_ms(59_999).await;
    assert_eq!(atlas.dials(), 1, "not a millisecond early");
    atlas.advance_ms(1).await;
    assert_eq!(dialled_at_ms(&atlas), [0, 61_500]);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["redial_count"], 1);
    assert_eq!(call.get("next_retry_at"), None);
    atlas.advance(600).await;

    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["finished"], true);
    let sids: Vec<_> = atlas.sim.calls().iter().map(|leg| json!(leg.sid)).collect();
    assert_eq!(field_of_dials(&call, "twilio_sid"), sids);
    assert_eq!(field_of_dials(&call, "dial_no"), [1, 2]);
    assert_eq!(field_of_dials(&call, "status"), ["busy", "completed"]);
    assert_eq!(
        field_of_dials(&call, "reason"),
        ["busy (SIP 486)", "answered"]
    );
    assert_eq!(call["twilio_sid"], sids[1]);
    let told: Vec<_> = call["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| {
            (
                attempt["attempt_no"].clone(),
                attempt["dial_no"].clone(),
                attempt["status"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let statuses = [
        (1, "initiated"),
        (1, "ringing"),
        (1, "busy"),
        (2, "initiated"),
        (2, "ringing"),
        (2, "in-progress"),
        (2, "completed"),
    ];
    let expected: Vec<_> = (1..)
        .zip(statuses)
        .map(|(number, (dial_no, status))| (json!(number), json!(dial_no), status.to_owned()))
        .collect();
    assert_eq!(told, expected, "numbered over the whole call");
    assert_eq!(
        atlas.leg(&call).said(),
        ["Hello."],
        "the second dial says the same"
    );
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_phone_that_nobody_answers_is_dialled_again_until_the_limit() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100005", 2, 10)).await;
    atlas.advance(3600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "no-answer");
    assert_eq!(call["finished"], true);
    assert_eq!(call["redial_count"], 2);
    assert_eq!(call.get("next_retry_at"), None);
    assert_eq!(field_of_dials(&call, "reason"), ["no answer"; 3]);
    assert_eq!(
        dialled_at_ms(&atlas),
        [0, 71_000, 142_000],
        "it rings 60 s, and 10 s pass"
    );
    assert_eq!(atlas.sim.rings("+15550100005"), 3);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_limit_of_zero_means_one_dial() {
    let atlas = Setup::stepped().start().await;
    for to in ["+15550100004", "+15550100005", "+15550103503"] {
        let call_id = atlas.client.place(&redialled(to, 0, 1)).await;
        atlas.advance(300).await;
        let call = atlas.client.call(&call_id).await;
        assert_eq!(call["finished"], true, "{to}");
        assert_eq!(call["redial_count"], 0, "{to}");
    }
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_failure_is_dialled_again_unless_the_number_is_dead() {
    for (sip_code, dials) in [
        (503, 2),
        (408, 2),
        (500, 2),
        (603, 2),
        (404, 1),
        (410, 1),
        (484, 1),
        (604, 1),
    ] {
        let atlas = Setup::stepped().start().await;
        let call_id = atlas
            .client
            .place(&redialled(&format!("+15550103{sip_code}"), 1, 10))
            .await;
        atlas.advance(60).await;
        let call = atlas.client.call(&call_id).await;
        assert_eq!(call["status"], "failed", "{sip_code}");
        assert_eq!(call["finished"], true, "{sip_code}");
        assert_eq!(
            call["dials"][0]["reason"],
            format!("failed (SIP {sip_code})")
        );
        atlas.finish(dials).await;
    }
}

#[tokio::test]
async fn with_exponential_backoff_the_delay_doubles_with_some_jitter() {
    let atlas = Setup::stepped()
        .with("RETRY_BACKOFF", "exponential")
        .start()
        .await;
    let call_id = atlas.client.place(&redialled("+15550100004", 5, 600)).await;
    atlas.advance(5 * 3600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["redial_count"], 5, "{call}");
    assert_eq!(call["retry_delay_sec"], 600, "as it was asked for");
    let times = dialled_at_ms(&atlas);
    let gaps: Vec<_> = times
        .windows(2)
        .map(|pair| pair[1] - pair[0] - 1500)
        .collect();
    for (gap, base_ms) in gaps
        .iter()
        .zip([600_000, 1_200_000, 2_400_000, 3_600_000, 3_600_000])
    {
        let least = base_ms * 9 / 10;
        let most = (base_ms * 11 / 10).min(3_600_000);
        assert!((least..=most).contains(gap), "{gaps:?}");
    }
    atlas.finish(6).await;
}

#[tokio::test]
async fn a_redial_that_twilio_refuses_for_good_is_the_last() {
    for code in [21211, 21214, 21216, 21219, 20403] {
        let atlas = Setup::stepped().start().await;
        let call_id = atlas.client.place(&redialled("+15550100004", 3, 10)).await;
        atlas.advance(5).await;
        let http_status = if code == 20403 { 403 } else { 400 };
        atlas
            .sim
            .add_fault(Fault::next_create(FaultKind::Answer {
                http_status,
                code,
                retry_after_seconds: None,
                executed: false,
            }))
            .unwrap();
        atlas.advance(3600).await;
        let call = atlas.client.call(&call_id).await;
        assert_eq!(call["status"], "failed", "{code}");
        assert_eq!(call["finished"], true, "{code}");
        assert_eq!(
            field_of_dials(&call, "status"),
            ["busy", "failed"],
            "{code}"
        );
        assert!(!call["dials"][1]["reason"].as_str().unwrap().is_empty());
        assert_eq!(call["dials"][1]["twilio_sid"], Value::Null);
        atlas.finish(2).await;
    }
}

#[tokio::test]
async fn a_redial_that_twilio_does_not_take_now_is_asked_for_again() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100601", 1, 10)).await;
    atlas.advance(5).await;
    let limit = |retry_after| FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: retry_after,
        executed: false,
    };
    atlas
        .sim
        .add_fault(Fault::next_create(limit(Some(30))))
        .unwrap();
    atlas
        .sim
        .add_fault(Fault::next_create(limit(None)))
        .unwrap();
    atlas.advance(10).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["finished"], false);
    assert_eq!(call["redial_count"], 1, "the same dial is asked for again");
    assert!(call["next_retry_at"].is_string(), "{call}");
    atlas.advance(300).await;
    let creates: Vec<_> = atlas
        .sim
        .requests()
        .into_iter()
        .filter(|request| request.method == "POST")
        .collect();
    let first = creates[0].at;
    let asked: Vec<_> = creates
        .iter()
        .map(|request| (request.at - first).whole_milliseconds())
        .collect();
    assert_eq!(asked.len(), 4);
    assert_eq!(asked[1], 11_500);
    assert_eq!(asked[2], 41_500, "Twilio said 30 seconds");
    assert_eq!(
        asked[3], 51_500,
        "the second wait of its own is ten seconds"
    );
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["dials"].as_array().unwrap().len(), 2);
    assert_eq!(atlas.sim.rings("+15550100601"), 2);
    atlas.finish(4).await;
}

#[tokio::test]
async fn a_redial_that_twilio_never_takes_fails_in_the_end() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100004", 3, 10)).await;
    atlas.advance(5).await;
    let limit = FaultKind::Answer {
        http_status: 429,
        code: 20429,
        retry_after_seconds: None,
        executed: false,
    };
    atlas
        .sim
        .add_fault(Fault::next(1000, limit).on_creates())
        .unwrap();
    atlas.advance(3600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "failed");
    assert_eq!(call["finished"], true);
    assert_eq!(call["redial_count"], 1);
    assert_eq!(atlas.sim.rings("+15550100004"), 1);
    let dials = atlas.dials();
    assert!(
        (5..40).contains(&dials),
        "asked {dials} times, with growing waits, for ten minutes"
    );
    atlas.finish(dials).await;
}

#[tokio::test]
async fn a_late_callback_of_an_earlier_dial_does_not_disturb_the_newest() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100601", 1, 10)).await;
    atlas.advance_ms(12_600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "ringing");
    let first = call["dials"][0]["twilio_sid"].as_str().unwrap();
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    for (status, number) in [("failed", "7"), ("in-progress", "8")] {
        let form = [
            ("CallSid", first),
            ("CallStatus", status),
            ("SequenceNumber", number),
        ];
        atlas.callback(&path, &form).send().await.expect(200);
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "ringing");
    assert_eq!(field_of_dials(&call, "status"), ["busy", "ringing"]);
    assert_eq!(call["attempts"][5]["dial_no"], 1, "but each is an attempt");
    atlas.advance(60).await;
    assert_eq!(atlas.client.call(&call_id).await["status"], "completed");
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_call_that_was_completed_after_all_is_not_dialled_again() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&redialled("+15550100004", 3, 60)).await;
    atlas.advance(5).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    let form = [
        ("CallSid", sid.as_str()),
        ("CallStatus", "completed"),
        ("SequenceNumber", "9"),
    ];
    atlas
        .callback("/twilio/status", &form)
        .send()
        .await
        .expect(200);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed", "completed outranks busy");
    assert_eq!(call["finished"], true);
    atlas.advance(600).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_defaults_are_three_redials_ten_seconds_apart() {
    let atlas = Setup::stepped().start().await;
    let body = json!({"to": "+15550100004", "user_external_id": "x"});
    let call_id = atlas.client.place(&body).await;
    atlas.advance(600).await;
    assert_eq!(atlas.client.call(&call_id).await["redial_count"], 3);
    assert_eq!(dialled_at_ms(&atlas), [0, 11_500, 23_000, 34_500]);
    atlas.finish(4).await;
}
