//! `GET /calls/{call}`, `GET /calls/{call}/attempts`, and calls that nobody knows.

use serde_json::{Value, json};

use crate::support::{Setup, outbound};

#[tokio::test]
async fn a_call_shows_everything_that_was_told_of_it() {
    let atlas = Setup::stepped().start().await;
    let created_at = atlas.sim.clock().now();
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let fresh = atlas.client.call(&call_id).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    let time = |after_ms: i64| {
        let at = created_at + std::time::Duration::from_millis(u64::try_from(after_ms).unwrap());
        let millis = at.unix_timestamp_nanos() / 1_000_000;
        atlas_domain::Timestamp::from_unix_millis(i64::try_from(millis).unwrap())
            .unwrap()
            .to_string()
    };
    assert_eq!(
        fresh,
        json!({
            "call_id": call_id, "user_external_id": "crm-1",
            "to_number": "+15550100042", "from_number": "+15005550006",
            "status": "initiated", "finished": false, "held": false,
            "twilio_sid": sid, "call_sid": sid,
            "purpose": "script", "script": "Hello.", "recording_enabled": false, "direction": "outbound-api",
            "attempts": [], "attempt_count": 0,
            "retry_limit": 0, "retry_delay_sec": 10, "redial_count": 0,
            "dials": [{"dial_no": 1, "twilio_sid": sid, "status": "initiated", "started_at": null}],
            "created_at": time(0), "updated_at": time(0)
        })
    );
    atlas.advance(60).await;
    let over = atlas.client.call(&call_id).await;
    assert_eq!(over["status"], "completed");
    assert_eq!(over["finished"], true);
    assert!(
        over["started_at"].is_string() && over["ended_at"].is_string(),
        "{over}"
    );
    let seconds = atlas.sim.calls()[0].duration_seconds;
    assert_eq!(over["duration_sec"].as_u64(), seconds, "{over}");
    assert_eq!(over["dials"][0]["reason"], "answered");
    assert_eq!(over["dials"][0]["status"], "completed");
    assert_eq!(over["dials"][0]["started_at"], over["started_at"]);
    assert_eq!(over["dials"][0]["ended_at"], over["ended_at"]);
    assert_eq!(over["attempt_count"], 4);
    let attempt = |attempt_no: u64, status: &str, reason: &str, at: String| {
        json!({"attempt_no": attempt_no, "status": status, "reason": reason, "at": at,
            "twilio_sid": sid, "dial_no": 1, "sequence_number": attempt_no - 1})
    };
    let ended = over["attempts"][3]["at"].as_str().unwrap().to_owned();
    assert_eq!(
        over["attempts"],
        json!([
            attempt(1, "initiated", "dialled", time(500)),
            attempt(2, "ringing", "ringing", time(1000)),
            attempt(3, "in-progress", "answered", time(3000)),
            attempt(4, "completed", "answered", ended),
        ])
    );
    let attempts = atlas
        .client
        .get(&format!("/calls/{call_id}/attempts"))
        .await
        .expect(200);
    assert_eq!(
        attempts,
        json!({"call_id": call_id, "attempt_count": 4, "attempts": over["attempts"]})
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_call_is_found_by_its_id_and_by_every_one_of_its_sids() {
    let atlas = Setup::stepped().start().await;
    let mut body = outbound("+15550100601");
    body["retry_limit"] = json!(1);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(60).await;
    let sids: Vec<_> = atlas.sim.calls().into_iter().map(|call| call.sid).collect();
    assert_eq!(sids.len(), 2, "busy, then answered");
    let by_id = atlas.client.call(&call_id).await;
    for name in [&sids[0], &sids[1], &call_id.to_uppercase()] {
        assert_eq!(&atlas.client.call(name).await, &by_id, "{name}");
        let attempts = atlas
            .client
            .get(&format!("/calls/{name}/attempts"))
            .await
            .expect(200);
        assert_eq!(attempts["call_id"], call_id.as_str());
        assert_eq!(
            attempts["attempt_count"], 7,
            "three of the first dial, four of the second"
        );
    }
    assert_eq!(
        by_id["twilio_sid"],
        sids[1].as_str(),
        "that of the newest dial"
    );
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_call_that_nobody_knows_is_not_found_by_any_route() {
    let atlas = Setup::stepped().start().await;
    let names = [
        "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11",
        "CA0123456789abcdef0123456789abcdef",
        "nonsense",
        "1",
    ];
    let scores = json!({"call_quality": 1, "agent_helpfulness": 1, "resolution": 1, "call_ease": 1,
        "overall_satisfaction": 1});
    for name in names {
        let path = format!("/calls/{name}");
        let client = &atlas.client;
        let answers = [
            ("read", client.get(&path).await),
            ("attempts", client.get(&format!("{path}/attempts")).await),
            (
                "recordings",
                client.get(&format!("{path}/recordings")).await,
            ),
            (
                "hang-up",
                client.post_empty(&format!("{path}/hangup")).await,
            ),
            ("redial", client.post_empty(&format!("{path}/retry")).await),
            ("give up", client.delete(&format!("{path}/retry")).await),
            (
                "rate",
                client.patch(&format!("{path}/feedback"), &scores).await,
            ),
            ("rating", client.get(&format!("{path}/feedback")).await),
        ];
        for (what, answer) in answers {
            assert_eq!(
                answer.status.as_u16(),
                404,
                "{what} {name}: {}",
                answer.text()
            );
            let problem = answer.expect_problem(404, "not_found");
            assert_eq!(
                problem["detail"],
                format!("Call not found: {name}"),
                "{what}"
            );
        }
    }
    atlas.finish(0).await;
}

#[tokio::test]
async fn who_answered_is_shown_when_twilio_tells_it() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    let form = [
        ("CallSid", sid.as_str()),
        ("CallStatus", "in-progress"),
        ("AnsweredBy", "machine_start"),
        ("SequenceNumber", "2"),
    ];
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    atlas.callback(&path, &form).send().await.expect(200);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["answered_by"], "machine_start");
    assert_eq!(call["status"], "in-progress");
    assert_eq!(call.get("ended_at"), None::<&Value>);
    atlas.finish(1).await;
}
