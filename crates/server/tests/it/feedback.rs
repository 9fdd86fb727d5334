//! `PATCH` and `GET /calls/{call}/feedback`

use serde_json::{Value, json};

use crate::support::{Setup, TestAtlas, outbound};

fn scores(notes: &Value) -> Value {
    json!({
        "call_quality": 5, "agent_helpfulness": 4, "resolution": 3, "call_ease": 2,
        "overall_satisfaction": 1, "notes": notes
    })
}

/// An Atlas with one call; its id and its SID.
async fn with_call() -> (TestAtlas, String, String) {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    atlas.advance(60).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    (atlas, call_id, sid)
}

#[tokio::test]
async fn feedback_is_kept_and_shown_by_sid_and_by_call_id() {
    let (atlas, call_id, sid) = with_call().await;
    let path = format!("/calls/{sid}/feedback");
    let given = atlas
        .client
        .patch(&path, &scores(&json!("Friendly.")))
        .await
        .expect(200);
    let mut expected = scores(&json!("Friendly."));
    expected["call_sid"] = json!(sid);
    expected["created_at"] = given["created_at"].clone();
    assert_eq!(given, expected);
    for name in [&sid, &call_id] {
        let shown = atlas
            .client
            .get(&format!("/calls/{name}/feedback"))
            .await
            .expect(200);
        assert_eq!(shown, expected, "{name}");
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["feedback"], expected);
    atlas.finish(1).await;
}

#[tokio::test]
async fn feedback_given_again_replaces_the_earlier_one() {
    let (atlas, call_id, sid) = with_call().await;
    let path = format!("/calls/{call_id}/feedback");
    let first = atlas
        .client
        .patch(&path, &scores(&json!("Friendly.")))
        .await
        .expect(200);
    atlas.advance(60).await;
    let better = json!({"call_quality": 5, "agent_helpfulness": 5, "resolution": 5, "call_ease": 5,
        "overall_satisfaction": 5});
    let second = atlas.client.patch(&path, &better).await.expect(200);
    assert_eq!(second["call_sid"], sid.as_str());
    assert_eq!(second["notes"], Value::Null, "the earlier notes are gone");
    assert_ne!(
        second["created_at"], first["created_at"],
        "when it was given"
    );
    assert_eq!(atlas.client.get(&path).await.expect(200), second);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_call_that_nobody_rated_has_no_feedback() {
    let (atlas, call_id, sid) = with_call().await;
    for name in [&call_id, &sid] {
        let answer = atlas.client.get(&format!("/calls/{name}/feedback")).await;
        let problem = answer.expect_problem(404, "not_found");
        assert_eq!(
            problem["detail"],
            format!("No feedback found for call: {name}")
        );
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call.get("feedback"), None);
    atlas.finish(1).await;
}

#[tokio::test]
async fn every_wrong_score_is_named_and_nothing_is_kept() {
    let (atlas, call_id, _) = with_call().await;
    let path = format!("/calls/{call_id}/feedback");
    let all = [
        "/agent_helpfulness",
        "/call_ease",
        "/call_quality",
        "/overall_satisfaction",
        "/resolution",
    ];
    let with = |field: &str, value: Value| {
        let mut body = scores(&Value::Null);
        body[field] = value;
        body
    };
    let cases: [(&str, Value, &[&str]); 11] = [
        ("nothing", json!({}), &all),
        ("nulls", json!({"call_quality": null, "notes": null}), &all),
        ("zero", with("call_quality", json!(0)), &["/call_quality"]),
        (
            "six",
            with("agent_helpfulness", json!(6)),
            &["/agent_helpfulness"],
        ),
        ("a text", with("resolution", json!("4")), &["/resolution"]),
        ("a truth", with("call_ease", json!(true)), &["/call_ease"]),
        (
            "a fraction",
            with("overall_satisfaction", json!(4.5)),
            &["/overall_satisfaction"],
        ),
        (
            "too large",
            with("call_quality", json!(u64::MAX)),
            &["/call_quality"],
        ),
        ("no notes", with("notes", json!(7)), &["/notes"]),
        (
            "long notes",
            with("notes", json!("ü".repeat(2001))),
            &["/notes"],
        ),
        (
            "two of them",
            json!({"call_quality": 9, "agent_helpfulness": 1, "resolution": 1, "call_ease": 1,
            "overall_satisfaction": []}),
            &["/call_quality", "/overall_satisfaction"],
        ),
    ];
    for (what, body, pointers) in cases {
        let answer = atlas.client.patch(&path, &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{what}: {}", answer.text());
        let problem = answer.expect_invalid(pointers);
        let errors = problem["errors"].as_array().unwrap();
        if let Some(error) = errors
            .iter()
            .find(|error| error["pointer"] == "/call_quality")
            && what != "nothing"
            && what != "nulls"
        {
            assert_eq!(error["detail"], "must be an integer from 1 to 5", "{what}");
        }
    }
    atlas
        .client
        .get(&path)
        .await
        .expect_problem(404, "not_found");
    let mut widest = scores(&json!("ü".repeat(2000)));
    // In JSON Schema this is an integer (draft 2020-12, validation, section 6.1.1).
    widest["call_quality"] = json!(4.0);
    let given = atlas.client.patch(&path, &widest).await.expect(200);
    assert_eq!(given["call_quality"].as_u64(), Some(4));
    atlas.finish(1).await;
}
