//! `POST /phone/call` when Twilio takes the call.

use actix_web::{App, HttpResponse, HttpServer, web};
use serde_json::{Value, json};
use twilio_sim::{DEMO_WORDS, DeliveryKind, HeardKind};

use super::{TO, playing, to_number};
use crate::support::{Setup, outbound};

const DEMO: &str = "http://demo.twilio.com/docs/voice.xml";

#[tokio::test]
async fn a_call_plays_twilios_demo_and_is_stored_with_its_status() {
    let atlas = Setup::stepped().start().await;
    let answer = atlas.client.post("/phone/call", &to_number()).await;
    let placed = answer.expect(200);
    let sid = atlas.sim.calls()[0].sid.clone();
    let call_id = placed["call_id"].as_str().expect("a call_id").to_owned();
    assert_eq!(
        placed,
        json!({
            "success": true, "call_sid": sid, "status": "queued", "to": TO,
            "from_number": "+15005550006", "message": "Call initiated successfully",
            "call_id": call_id
        })
    );
    let location = format!("/calls/{call_id}");
    assert_eq!(answer.header("location"), Some(location.as_str()));
    let requests = atlas.sim.requests();
    let create = requests.iter().find(|request| request.method == "POST");
    let create = create.expect("a request");
    assert_eq!(create.param("Url"), Some(DEMO));
    let status_url = create.param("StatusCallback").unwrap_or_default();
    let named = format!("/twilio/status?call_id={call_id}&dial=1#");
    assert!(status_url.contains(&named), "{status_url}");
    assert_eq!(create.param("Record"), None);
    assert_eq!(create.param("MachineDetection"), None);

    atlas.advance(60).await;
    let leg = atlas.sim.calls().remove(0);
    assert_eq!(leg.said(), [DEMO_WORDS]);
    let music = "http://demo.twilio.com/docs/classic.mp3".to_owned();
    assert_eq!(leg.heard[1].kind, HeardKind::Played { url: music });
    assert_eq!(leg.recordings.len(), 0);
    let call = atlas.client.call(&call_id).await;
    for (field, value) in [
        ("purpose", json!("document")),
        ("twiml_url", json!(DEMO)),
        ("status", json!("completed")),
        ("finished", json!(true)),
        ("twilio_sid", json!(sid)),
        ("to_number", json!(TO)),
        ("retry_limit", json!(0)),
        ("recording_enabled", json!(false)),
        ("attempt_count", json!(4)),
    ] {
        assert_eq!(call[field], value, "{field}: {call}");
    }
    assert_eq!(call["dials"][0]["reason"], "answered", "{call}");
    for field in ["script", "user_id", "user_external_id", "next_retry_at"] {
        assert_eq!(call.get(field), None, "{field}: {call}");
    }
    let asked = atlas.deliveries(DeliveryKind::Twiml);
    let ours = asked
        .iter()
        .any(|asked| asked.url.contains("/twilio/voice"));
    assert!(!ours, "no document of ours is asked for");
    atlas.finish(1).await;
}

/// Serves one document, and says where it is.
async fn serve_document(twiml: &'static str) -> String {
    let answer = move || async move { HttpResponse::Ok().content_type("text/xml").body(twiml) };
    let app = move || App::new().default_service(web::to(answer));
    let server = HttpServer::new(app).workers(1).disable_signals();
    let server = server.bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/hello.xml?a=1&b=2", server.addrs()[0]);
    tokio::spawn(server.run());
    url
}

#[tokio::test]
async fn a_call_plays_the_document_that_was_named() {
    let atlas = Setup::stepped()
        .with("ALLOW_PRIVATE_TWIML_URLS", "true")
        .start()
        .await;
    let twiml = "<Response><Say>Somebody else's words &amp; more.</Say></Response>";
    let url = serve_document(twiml).await;
    let placed = atlas.client.post("/phone/call", &playing(&url)).await;
    let placed = placed.expect(200);
    atlas.advance(60).await;
    assert_eq!(
        atlas.sim.calls()[0].said(),
        ["Somebody else's words & more."]
    );
    let call_id = placed["call_id"].as_str().expect("a call_id");
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["twiml_url"], url);
    atlas.finish(1).await;
}

#[tokio::test]
async fn phone_calls_are_listed_among_all_calls() {
    let atlas = Setup::stepped().start().await;
    atlas.client.place(&outbound("+15550100043")).await;
    atlas.advance(1).await;
    atlas
        .client
        .post("/phone/call", &to_number())
        .await
        .expect(200);
    let calls = atlas.client.get("/calls").await.expect(200);
    let listed = calls["data"].as_array().unwrap().iter();
    let purposes: Vec<_> = listed.map(|call| call["purpose"].clone()).collect();
    assert_eq!(purposes, [json!("document"), json!("script")]);
    assert_eq!(calls["data"][1].get("twiml_url"), None);
    let found = atlas
        .client
        .get(&format!("/calls?to=%2B{}", &TO[1..]))
        .await;
    assert_eq!(found.expect(200)["total"], 1);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_call_that_is_not_answered_is_not_dialled_again() {
    let busy = "+15550100004";
    let atlas = Setup::stepped().start().await;
    let body = json!({"to_number": busy});
    let placed = atlas.client.post("/phone/call", &body).await.expect(200);
    atlas.advance(4000).await;
    let call_id = placed["call_id"].as_str().expect("a call_id");
    let call = atlas.client.call(call_id).await;
    assert_eq!(
        (&call["status"], &call["finished"]),
        (&json!("busy"), &json!(true))
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn it_can_be_hung_up_and_redialled_as_any_call() {
    let atlas = Setup::stepped().start().await;
    let placed = atlas.client.post("/phone/call", &to_number()).await;
    let placed = placed.expect(200);
    let call = placed["call_id"].as_str().expect("a call_id").to_owned();
    atlas.advance(2).await;
    let hangup = format!("/calls/{call}/hangup");
    atlas.client.post_empty(&hangup).await.expect(200);
    atlas.advance(20).await;
    assert_eq!(atlas.client.call(&call).await["status"], "canceled");
    let retry = format!("/calls/{call}/retry");
    atlas.client.post_empty(&retry).await.expect(201);
    atlas.advance(60).await;
    let call = atlas.client.call(&call).await;
    assert_eq!(call["status"], "completed", "{call}");
    assert_eq!(atlas.leg(&call).said(), [DEMO_WORDS]);
    atlas.finish(2).await;
}

#[tokio::test]
async fn whoever_asks_for_our_words_hears_none() {
    let atlas = Setup::stepped().start().await;
    let placed = atlas.client.post("/phone/call", &to_number()).await;
    let sid = placed.expect(200)["call_sid"].as_str().unwrap().to_owned();
    let voice = atlas.callback(
        "/twilio/voice",
        &[("CallSid", &sid), ("CallStatus", "in-progress")],
    );
    let twiml = voice.send().await;
    twiml_of_hang_up(&twiml.text());
    atlas.finish(1).await;
}

#[track_caller]
fn twiml_of_hang_up(twiml: &str) {
    let verbs = crate::support::read_verbs(twiml);
    assert_eq!(verbs, [crate::support::verb("Hangup", &[], "")]);
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_answered_again_and_dials_nothing() {
    let atlas = Setup::stepped().start().await;
    let post = |key: &str, body: &Value| {
        let request = atlas.client.request("POST", "/phone/call");
        atlas
            .client
            .send(request.header("idempotency-key", key).json(body))
    };
    let first = post("k-1", &to_number()).await;
    first.expect(200);
    atlas.advance(60).await;
    for same in [
        to_number(),
        playing(DEMO),
        json!({"to_number": TO, "other": 1}),
    ] {
        let again = post("k-1", &same).await;
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{same}");
        assert_eq!((again.status, again.text()), (first.status, first.text()));
        assert_eq!(again.header("location"), first.header("location"));
    }
    let other = playing("https://example.com/");
    post("k-1", &other)
        .await
        .expect_problem(409, "idempotency_key_reused");
    // A route has its own keys.
    let call = atlas.client.post_with_key("k-1", &outbound(TO)).await;
    call.expect(201);
    let refused = post("k-2", &playing("http://localhost/")).await;
    refused.expect_invalid(&["/twiml_url"]);
    post("k-2", &to_number()).await.expect(200);
    atlas.finish(3).await;
}
