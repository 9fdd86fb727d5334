//! `POST /calls/outbound`: what it takes, and what it answers when Twilio takes the call.

use serde_json::{Value, json};

use crate::support::{CONNECTION_OVERRIDES, Setup, TestAtlas, outbound};

const TO: &str = "+15550100042";

async fn start() -> TestAtlas {
    Setup::stepped().start().await
}

#[tokio::test]
async fn a_call_is_placed_and_answered_with_its_sid_and_location() {
    let atlas = start().await;
    let body = json!({"to": TO, "user_external_id": "crm-1"});
    let answer = atlas.client.post("/calls/outbound", &body).await;
    let placed = answer.expect(201);
    let sid = atlas.sim.calls()[0].sid.clone();
    assert_eq!(
        placed,
        json!({
            "call_id": placed["call_id"],
            "user_external_id": "crm-1",
            "to_number": TO,
            "from_number": "+15005550006",
            "status": "initiated",
            "twilio_sid": sid,
            "call_sid": sid,
            "recording_enabled": true,
            "created_at": placed["created_at"]
        })
    );
    let call_id = placed["call_id"].as_str().unwrap();
    assert_eq!(call_id.len(), 36, "a UUID");
    assert_eq!(
        answer.header("location"),
        Some(format!("/calls/{call_id}").as_str())
    );
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("idempotent-replayed"), None);
    let shown = atlas
        .client
        .get(answer.header("location").unwrap())
        .await
        .expect(200);
    assert_eq!(shown["twilio_sid"], sid.as_str());
    assert_eq!(shown["created_at"], placed["created_at"]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn twilio_is_asked_with_our_callbacks_and_nothing_of_the_script() {
    let atlas = start().await;
    let mut body = outbound(TO);
    body["script"] = json!("a secret");
    let call_id = atlas.client.place(&body).await;
    let requests = atlas.sim.requests();
    let create = requests
        .iter()
        .find(|request| request.method == "POST")
        .unwrap();
    let named = format!("call_id={call_id}&dial=1");
    let base = &atlas.public_url;
    let expected = [
        ("To", TO.to_owned()),
        ("From", "+15005550006".to_owned()),
        (
            "Url",
            format!("{base}/twilio/voice?{named}&recording=false{CONNECTION_OVERRIDES}"),
        ),
        (
            "StatusCallback",
            format!("{base}/twilio/status?{named}{CONNECTION_OVERRIDES}"),
        ),
    ];
    for (name, value) in expected {
        assert_eq!(create.param(name), Some(value.as_str()), "{name}");
    }
    let events: Vec<_> = create
        .params
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(events, ["initiated", "ringing", "answered", "completed"]);
    assert!(!format!("{create:?}").contains("secret"), "{create:?}");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_stored_user_may_be_named_with_or_without_an_external_id() {
    let atlas = start().await;
    let user = json!({"name": "Ann", "email": "ann@example.com", "phone_number": TO});
    let id = atlas.client.create_user(&user).await;
    let body = json!({"to": TO, "user_id": id, "retry_limit": 0});
    let placed = atlas
        .client
        .post("/calls/outbound", &body)
        .await
        .expect(201);
    assert_eq!(placed["user_id"], id.as_str());
    assert_eq!(placed.get("user_external_id"), None);
    let body = json!({"to": TO, "user_id": id, "user_external_id": "crm-9", "retry_limit": 0});
    let placed = atlas
        .client
        .post("/calls/outbound", &body)
        .await
        .expect(201);
    assert_eq!(placed["user_id"], id.as_str());
    assert_eq!(placed["user_external_id"], "crm-9");

    let body = json!({"to": TO, "user_id": "000000000000000000000000"});
    let answer = atlas.client.post("/calls/outbound", &body).await;
    let problem = answer.expect_problem(404, "not_found");
    assert_eq!(problem["detail"], "User not found");
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(
        calls["total"], 2,
        "nothing was stored for a user nobody knows"
    );
    atlas.finish(2).await;
}

#[tokio::test]
async fn what_is_not_said_gets_its_default_and_null_is_the_same_as_absent() {
    let atlas = start().await;
    let bodies = [
        json!({"to": TO, "user_external_id": "x", "unknown": [1]}),
        json!({"to_number": TO, "user_external_id": "x"}),
        json!({"to": TO, "to_number": TO, "user_external_id": "x"}),
        json!({"to": TO, "to_number": null, "user_external_id": "x", "user_id": null, "script": null,
            "recording_enabled": null, "retry_limit": null, "retry_delay_sec": null}),
    ];
    for body in &bodies {
        let call = atlas.client.call(&atlas.client.place(body).await).await;
        assert_eq!(call["to_number"], TO, "{body}");
        assert_eq!(call["recording_enabled"], true, "{body}");
        assert_eq!(call["retry_limit"], 3, "{body}");
        assert_eq!(call["retry_delay_sec"], 10, "{body}");
        assert_eq!(call.get("script"), None, "{body}");
    }
    atlas.finish(4).await;
}

#[tokio::test]
async fn what_is_said_is_kept_up_to_its_limits() {
    let atlas = start().await;
    let script = "ü".repeat(5000);
    let cases = [
        json!({"to": TO, "user_external_id": "x", "script": script, "recording_enabled": false,
            "retry_limit": 10, "retry_delay_sec": 86_400}),
        json!({"to": "+12", "user_external_id": "y".repeat(255), "script": "", "recording_enabled": true,
            "retry_limit": 0, "retry_delay_sec": 1}),
        json!({"to": "+123456789012345", "user_external_id": "z", "script": "<Say>&\u{0}\"'", "recording_enabled": true,
            "retry_limit": 1, "retry_delay_sec": 60}),
    ];
    for body in &cases {
        let call = atlas.client.call(&atlas.client.place(body).await).await;
        for field in [
            "user_external_id",
            "script",
            "recording_enabled",
            "retry_limit",
            "retry_delay_sec",
        ] {
            assert_eq!(call[field], body[field], "{field}");
        }
        assert_eq!(call["to_number"], body["to"]);
    }
    atlas.finish(3).await;
}

#[tokio::test]
async fn defaults_for_redials_come_from_the_settings() {
    let atlas = Setup::stepped()
        .with("RETRY_LIMIT", "7")
        .with("RETRY_DELAY", "90")
        .start()
        .await;
    let body = json!({"to": TO, "user_external_id": "x"});
    let call = atlas.client.call(&atlas.client.place(&body).await).await;
    assert_eq!(call["retry_limit"], 7);
    assert_eq!(call["retry_delay_sec"], 90);
    atlas.finish(1).await;
}

#[tokio::test]
async fn every_wrong_field_of_a_call_is_named_and_nothing_is_dialled() {
    let atlas = start().await;
    let with = |field: &str, value: Value| {
        let mut body = json!({"to": TO, "user_external_id": "x"});
        body[field] = value;
        body
    };
    let cases: [(&str, Value, &[&str]); 24] = [
        ("nothing", json!({}), &["/to", "/user_external_id"]),
        ("nobody named", json!({"to": TO}), &["/user_external_id"]),
        (
            "nobody named but by null",
            json!({"to": TO, "user_id": null}),
            &["/user_external_id"],
        ),
        ("no number", json!({"user_external_id": "x"}), &["/to"]),
        ("no +", with("to", json!("15550100042")), &["/to"]),
        ("a first digit 0", with("to", json!("+0555")), &["/to"]),
        (
            "too many digits",
            with("to", json!("+1234567890123456")),
            &["/to"],
        ),
        ("a newline", with("to", json!("+15550100042\n")), &["/to"]),
        ("other digits", with("to", json!("+١٢٣٤٥٦")), &["/to"]),
        (
            "a SIP address",
            with("to", json!("sip:a@b.example")),
            &["/to"],
        ),
        (
            "a number as number",
            with("to", json!(15_550_100_042_u64)),
            &["/to"],
        ),
        (
            "a wrong alias",
            json!({"to_number": "1", "user_external_id": "x"}),
            &["/to_number"],
        ),
        (
            "two numbers",
            with("to_number", json!("+15550100043")),
            &["/to_number"],
        ),
        (
            "a malformed user_id",
            with("user_id", json!("x")),
            &["/user_id"],
        ),
        (
            "a number as user",
            with("user_external_id", json!(7)),
            &["/user_external_id"],
        ),
        (
            "an empty user",
            with("user_external_id", json!("")),
            &["/user_external_id"],
        ),
        (
            "too long a script",
            with("script", json!("ü".repeat(5001))),
            &["/script"],
        ),
        (
            "a list as script",
            with("script", json!(["Hello"])),
            &["/script"],
        ),
        (
            "a text as flag",
            with("recording_enabled", json!("true")),
            &["/recording_enabled"],
        ),
        (
            "a number as flag",
            with("recording_enabled", json!(1)),
            &["/recording_enabled"],
        ),
        (
            "a text as limit",
            with("retry_limit", json!("4")),
            &["/retry_limit"],
        ),
        (
            "a truth as limit",
            with("retry_limit", json!(true)),
            &["/retry_limit"],
        ),
        (
            "a fraction as limit",
            with("retry_limit", json!(1.5)),
            &["/retry_limit"],
        ),
        (
            "everything out of range",
            json!({"to": "x", "user_id": "x", "user_external_id": "", "script": 1, "recording_enabled": 0,
                "retry_limit": 11, "retry_delay_sec": 86_401}),
            &[
                "/recording_enabled",
                "/retry_delay_sec",
                "/retry_limit",
                "/script",
                "/to",
                "/user_external_id",
                "/user_id",
            ],
        ),
    ];
    for (what, body, pointers) in cases {
        let answer = atlas.client.post("/calls/outbound", &body).await;
        assert_eq!(answer.status.as_u16(), 400, "{what}: {}", answer.text());
        answer.expect_invalid(pointers);
    }
    for (field, value) in [
        ("retry_limit", -1),
        ("retry_delay_sec", 0),
        ("retry_delay_sec", -5),
    ] {
        let answer = atlas
            .client
            .post("/calls/outbound", &with(field, json!(value)))
            .await;
        answer.expect_invalid(&[&format!("/{field}")]);
    }
    let calls = atlas.client.get("/calls").await.expect(200);
    assert_eq!(calls["total"], 0, "nothing was stored");
    atlas.finish(0).await;
}

#[tokio::test]
async fn an_idempotency_key_must_be_visible_ascii() {
    let atlas = start().await;
    let longest = "k".repeat(255);
    let answer = atlas.client.post_with_key(&longest, &outbound(TO)).await;
    answer.expect(201);
    for key in ["", "a b", "ü", &"k".repeat(256)] {
        let answer = atlas.client.post_with_key(key, &outbound(TO)).await;
        answer.expect_invalid(&["/headers/idempotency-key"]);
    }
    let mut wrong = outbound(TO);
    wrong["to"] = json!("1");
    let answer = atlas.client.post_with_key("a b", &wrong).await;
    answer.expect_invalid(&["/headers/idempotency-key", "/to"]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn below_a_path_prefix_the_location_carries_it() {
    let atlas = Setup::stepped()
        .with("BASE_URL", "https://calls.example.com/atlas/")
        .with("API_AUTH", "off")
        .start()
        .await;
    let answer = atlas.client.post("/calls/outbound", &outbound(TO)).await;
    let placed = answer.expect(201);
    let path = format!("/atlas/calls/{}", placed["call_id"].as_str().unwrap());
    assert_eq!(answer.header("location"), Some(path.as_str()));
    let requests = atlas.sim.requests();
    let url = requests[0].param("Url").unwrap();
    assert!(
        url.starts_with("https://calls.example.com/atlas/twilio/voice?call_id="),
        "{url}"
    );
    atlas.finish(1).await;
}
