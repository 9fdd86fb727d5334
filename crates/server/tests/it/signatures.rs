//! Webhooks do nothing for a request that Twilio has not signed.

use atlas_api::{Access, ROUTES};
use serde_json::{Value, json};

use crate::support::{Callback, Setup, TestAtlas, outbound, sign};

/// An Atlas with one call that has just been placed; its id and SID.
async fn with_call(setup: Setup) -> (TestAtlas, String, String) {
    let atlas = setup.start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    (atlas, call_id, sid)
}

/// What every webhook could be sent, so that it would change something if it were believed.
fn form(sid: &str) -> [(&str, &str); 6] {
    [
        ("CallSid", sid),
        ("CallStatus", "completed"),
        ("SequenceNumber", "3"),
        ("RecordingSid", "RE0123456789abcdef0123456789abcdef"),
        ("RecordingStatus", "completed"),
        ("Digits", "häsch +&="),
    ]
}

fn webhook_paths() -> impl Iterator<Item = &'static str> {
    let signed = ROUTES
        .iter()
        .filter(|route| route.access == Access::Signature);
    signed.map(|route| route.path)
}

async fn assert_refused(callback: Callback, what: &str) {
    let answer = callback.send().await;
    assert_eq!(answer.status.as_u16(), 403, "{what}: {}", answer.text());
    answer.expect_problem(403, "invalid_signature");
}

async fn assert_untouched(atlas: &TestAtlas, call_id: &str, before: &Value) {
    assert_eq!(&atlas.client.call(call_id).await, before);
    assert_eq!(atlas.database().count("attempts").await, 0);
    assert_eq!(atlas.database().count("recordings").await, 0);
}

#[tokio::test]
async fn there_are_these_webhooks() {
    let paths: Vec<_> = webhook_paths().collect();
    assert_eq!(
        paths,
        [
            "/twilio/voice",
            "/twilio/recorded",
            "/twilio/status",
            "/twilio/recording",
            "/notifications/call/twiml",
            "/notifications/call/gather",
            "/notifications/call/amd",
            "/notifications/call/machine",
            "/notifications/call/status",
        ]
    );
}

#[tokio::test]
async fn a_missing_or_wrong_signature_is_403_and_does_nothing() {
    let (atlas, call_id, sid) = with_call(Setup::stepped()).await;
    let before = atlas.client.call(&call_id).await;
    let form = form(&sid);
    let token = atlas.auth_token();
    for path in webhook_paths() {
        let path = format!("{path}?call_id={call_id}&dial=1");
        let url = format!("{}{path}", atlas.public_url);
        let right = sign(&token, &url, &form);
        let wrong: Vec<(&str, Option<String>)> = vec![
            ("none", None),
            ("an empty one", Some(String::new())),
            ("no base64", Some("nonsense!".to_owned())),
            (
                "one of zeros",
                Some("AAAAAAAAAAAAAAAAAAAAAAAAAAA=".to_owned()),
            ),
            ("another token's", Some(sign("another token", &url, &form))),
            ("an empty token's", Some(sign("", &url, &form))),
            ("half of it", Some(right[..14].to_owned())),
            ("it in capitals", Some(right.to_ascii_uppercase() + "=")),
            ("it twice", Some(format!("{right},{right}"))),
            ("that of no parameters", Some(sign(&token, &url, &[]))),
            (
                "that of fewer parameters",
                Some(sign(&token, &url, &form[..5])),
            ),
        ];
        for (what, signature) in wrong {
            let callback = atlas.callback(&path, &form).signed_as(signature.as_deref());
            assert_refused(callback, &format!("{path}: {what}")).await;
        }
    }
    assert_untouched(&atlas, &call_id, &before).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_signature_over_another_url_is_403_and_does_nothing() {
    let (atlas, call_id, sid) = with_call(Setup::stepped()).await;
    let before = atlas.client.call(&call_id).await;
    let form = form(&sid);
    let token = atlas.auth_token();
    let base = atlas.public_url.clone();
    for path in webhook_paths() {
        let query = format!("call_id={call_id}&dial=1");
        let asked = format!("{path}?{query}");
        let https = base.replacen("http:", "https:", 1);
        let urls = [
            format!("{base}{path}"),
            format!("{base}{path}?dial=1&call_id={call_id}"),
            format!("{base}{path}?{query}&more=1"),
            format!("{base}{path}?{}", query.replace('=', "%3D")),
            format!("{base}{path}/?{query}"),
            format!("{base}/twilio/other?{query}"),
            format!("{https}{path}?{query}"),
            format!("http://calls.example.com{path}?{query}"),
            format!("{base}/prefix{path}?{query}"),
            asked.clone(),
        ];
        for url in urls {
            let callback = atlas
                .callback(&asked, &form)
                .signed_as(Some(&sign(&token, &url, &form)));
            assert_refused(callback, &format!("{asked} signed as {url}")).await;
        }
        let elsewhere = atlas
            .callback(&asked, &form)
            .at_path(&format!("{path}?call_id={call_id}&dial=2"));
        assert_refused(elsewhere, "another query").await;
    }
    assert_untouched(&atlas, &call_id, &before).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_body_that_was_changed_is_403_and_does_nothing() {
    let (atlas, call_id, sid) = with_call(Setup::stepped()).await;
    let before = atlas.client.call(&call_id).await;
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    let callback = atlas.callback(&path, &form(&sid));
    for body in [
        String::new(),
        format!("CallSid={sid}&CallStatus=completed"),
        format!("CallSid={sid}&CallStatus=busy&SequenceNumber=3"),
        "\u{0}".to_owned(),
    ] {
        assert_refused(callback.clone().with_body(&body), &body).await;
    }
    for content_type in ["application/json", "text/plain", ""] {
        let callback = callback.clone().with_content_type(content_type);
        assert_refused(callback, content_type).await;
    }
    assert_untouched(&atlas, &call_id, &before).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn what_is_signed_rightly_is_believed_at_every_webhook() {
    let (atlas, call_id, sid) = with_call(Setup::stepped()).await;
    let form = form(&sid);
    for path in webhook_paths() {
        for query in [
            format!("?call_id={call_id}&dial=1"),
            "?x=%2F+%41&y".to_owned(),
            "?".to_owned(),
            String::new(),
        ] {
            let path = format!("{path}{query}");
            let signed = path.trim_end_matches('?');
            let callback = atlas.callback(signed, &form).at_path(&path);
            let answer = callback.send().await;
            assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text());
        }
    }
    assert_eq!(atlas.client.call(&call_id).await["status"], "completed");
    atlas.finish(1).await;
}

#[tokio::test]
async fn twilio_may_sign_with_or_without_a_port() {
    let (atlas, call_id, sid) = with_call(Setup::stepped()).await;
    let form = form(&sid);
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    for base in ["http://127.0.0.1", "http://127.0.0.1:80", &atlas.public_url] {
        let signature = sign(&atlas.auth_token(), &format!("{base}{path}"), &form);
        let answer = atlas
            .callback(&path, &form)
            .signed_as(Some(&signature))
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{base}: {}", answer.text());
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn while_tokens_are_rotated_both_are_believed() {
    let setup = Setup::stepped().with_secondary_auth_token("the second token");
    let (atlas, call_id, sid) = with_call(setup).await;
    let form = form(&sid);
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    let url = format!("{}{path}", atlas.public_url);
    let first = atlas.auth_token();
    for (token, status) in [
        (first.as_str(), 200),
        ("the second token", 200),
        ("a third token", 403),
    ] {
        let signature = sign(token, &url, &form);
        let answer = atlas
            .callback(&path, &form)
            .signed_as(Some(&signature))
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), status, "{token}: {}", answer.text());
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_public_url_is_what_is_signed_and_headers_are_never_asked() {
    let setup = Setup::stepped()
        .with("BASE_URL", "https://calls.example.com/atlas")
        .with_key("crm", "secret");
    let atlas = setup.start().await;
    let request = atlas
        .client
        .request("POST", "/calls/outbound")
        .header("x-api-key", "secret")
        .json(&outbound("+15550100042"));
    let placed = atlas.client.send(request).await.expect(201);
    let call_id = placed["call_id"].as_str().unwrap();
    let sid = placed["twilio_sid"].as_str().unwrap();
    let form = form(sid);
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    let forwarded = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example;proto=http"),
    ];
    for base in [
        "https://evil.example/atlas",
        "http://evil.example",
        "https://calls.example.com",
    ] {
        let signature = sign(&atlas.auth_token(), &format!("{base}{path}"), &form);
        let answer = atlas
            .callback(&path, &form)
            .signed_as(Some(&signature))
            .send_with(&forwarded)
            .await;
        answer.expect_problem(403, "invalid_signature");
    }
    let answer = atlas.callback(&path, &form).send_with(&forwarded).await;
    assert_eq!(answer.expect(200), json!({"status": "ok"}));
    atlas.finish(1).await;
}
