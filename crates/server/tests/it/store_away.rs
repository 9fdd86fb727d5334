//! What requests and callbacks answer while the database is away.

use serde_json::json;

use crate::support::{Setup, outbound};

#[tokio::test]
async fn every_route_that_needs_the_database_answers_503_and_nothing_is_dialled() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    atlas.advance(60).await;
    let database = atlas.database();
    database.take_away();
    let user = "000000000000000000000000";
    let new_user = json!({"name": "A", "email": "a@example.com", "phone_number": "+15550100042"});
    let scores = json!({"call_quality": 1, "agent_helpfulness": 1, "resolution": 1, "call_ease": 1,
        "overall_satisfaction": 1});
    let requests = [
        ("GET", "/users".to_owned(), None),
        ("POST", "/users".to_owned(), Some(new_user)),
        ("GET", format!("/users/{user}"), None),
        (
            "PATCH",
            format!("/users/{user}"),
            Some(json!({"name": "B"})),
        ),
        ("DELETE", format!("/users/{user}"), None),
        ("GET", format!("/users/{user}/calls"), None),
        (
            "POST",
            "/calls/outbound".to_owned(),
            Some(outbound("+15550100042")),
        ),
        ("GET", "/calls".to_owned(), None),
        ("GET", format!("/calls/{call_id}"), None),
        ("GET", format!("/calls/{call_id}/attempts"), None),
        ("POST", format!("/calls/{call_id}/hangup"), None),
        ("POST", format!("/calls/{call_id}/retry"), None),
        ("DELETE", format!("/calls/{call_id}/retry"), None),
        ("GET", format!("/calls/{call_id}/recordings"), None),
        ("PATCH", format!("/calls/{call_id}/feedback"), Some(scores)),
        ("GET", format!("/calls/{call_id}/feedback"), None),
        (
            "POST",
            "/notifications/call".to_owned(),
            Some(json!({"phone_number": "+15550100042", "task_title": "x"})),
        ),
        ("GET", "/notifications".to_owned(), None),
        ("GET", format!("/notifications/{call_id}"), None),
        ("POST", format!("/notifications/{call_id}/cancel"), None),
        (
            "POST",
            format!("/notifications/{call_id}/acknowledge"),
            Some(json!({})),
        ),
        ("GET", format!("/recordings/{user}"), None),
        ("GET", format!("/recordings/{user}/media"), None),
    ];
    for (method, path, body) in requests {
        let mut request = atlas.client.request(method, &path);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let answer = atlas.client.send(request).await;
        assert_eq!(
            answer.status.as_u16(),
            503,
            "{method} {path}: {}",
            answer.text()
        );
        answer.expect_problem(503, "storage_unavailable");
        assert!(answer.header("retry-after").is_some(), "{method} {path}");
        let text = answer.text().to_lowercase();
        assert!(
            !["sql", "table", "mongo", "topology"]
                .iter()
                .any(|internal| text.contains(internal)),
            "{method} {path}: {text}"
        );
    }
    let answer = atlas
        .client
        .post_with_key("k", &outbound("+15550100042"))
        .await;
    answer.expect_problem(503, "storage_unavailable");
    database.put_back();
    let answer = atlas
        .client
        .post_with_key("k", &outbound("+15550100042"))
        .await;
    answer.expect(201);
    assert_eq!(answer.header("idempotent-replayed"), None);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_500_and_tells_nothing() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let other = atlas.client.place(&outbound("+15550100042")).await;
    atlas.database().spoil(&call_id).await;
    let answer = atlas.client.get(&format!("/calls/{call_id}")).await;
    let problem = answer.expect_problem(500, "internal_error");
    for internal in ["progress", "column", "sql", "mongo", "corrupt", "spoilt"] {
        assert!(
            !problem["detail"]
                .as_str()
                .unwrap()
                .to_lowercase()
                .contains(internal),
            "{problem}"
        );
    }
    atlas.client.call(&other).await;
    atlas.finish(2).await;
}

#[tokio::test]
async fn callbacks_that_cannot_be_stored_answer_503_so_that_twilio_sends_them_again() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    let status = atlas.callback(
        &format!("/twilio/status?call_id={call_id}&dial=1"),
        &[
            ("CallSid", &sid),
            ("CallStatus", "ringing"),
            ("SequenceNumber", "1"),
        ],
    );
    let recording = atlas.callback(
        &format!("/twilio/recording?call_id={call_id}&dial=1"),
        &[
            ("CallSid", &sid),
            ("RecordingSid", "RE0123456789abcdef0123456789abcdef"),
            ("RecordingStatus", "completed"),
            ("RecordingDuration", "4"),
        ],
    );
    let database = atlas.database();
    database.take_away();
    for callback in [&status, &recording] {
        let answer = callback.clone().send().await;
        answer.expect_problem(503, "storage_unavailable");
    }
    database.put_back();
    for callback in [status, recording] {
        let answer = callback.send().await;
        assert_eq!(answer.expect(200), json!({"status": "ok"}));
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["attempt_count"], 1);
    let list = atlas
        .client
        .get(&format!("/calls/{call_id}/recordings"))
        .await
        .expect(200);
    assert_eq!(list["data"][0]["duration_sec"], 4);
    atlas.finish(1).await;
}

#[tokio::test]
async fn callbacks_come_again_by_themselves_when_the_database_is_back() {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100004")).await;
    let database = atlas.database();
    database.take_away();
    atlas.advance_ms(700).await;
    database.put_back();
    atlas.advance(60).await;
    let answered: Vec<_> = atlas
        .deliveries(twilio_sim::DeliveryKind::CallStatus)
        .iter()
        .map(|delivery| {
            (
                delivery.param("CallStatus").unwrap().to_owned(),
                delivery.attempt,
                delivery.answer_status(),
            )
        })
        .collect();
    let initiated = |attempt| ("initiated".to_owned(), attempt, Some(503));
    assert_eq!(
        answered,
        [
            initiated(1),
            initiated(2),
            initiated(3),
            ("ringing".to_owned(), 1, Some(200)),
            ("busy".to_owned(), 1, Some(200))
        ]
    );
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "busy", "what came later says enough");
    assert_eq!(call["attempt_count"], 2);
    atlas.finish_with_alerts(1, &[15003]).await;
}
