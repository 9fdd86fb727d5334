//! How requests to the service are signed, named and tried again.

use base64::Engine as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use twilio_sim::{DeliveryKind, DeliveryOutcome};

use crate::app::{Bench, Received};

/// Checks a signature from what the service received, as a service does that knows its public address.
pub(crate) fn is_signed(bench: &Bench, request: &Received) -> bool {
    let mut text = format!("{}{}", bench.app.url, request.path);
    if !request.query.is_empty() {
        text.push('?');
        text.push_str(&request.query);
    }
    if request.method == "POST" {
        let mut params = request.params.clone();
        params.sort();
        for (name, value) in params {
            text.push_str(&name);
            text.push_str(&value);
        }
    }
    let mut mac =
        Hmac::<sha1::Sha1>::new_from_slice(twilio_sim::DEFAULT_AUTH_TOKEN.as_bytes()).unwrap();
    mac.update(text.as_bytes());
    let expected = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    request.headers["x-twilio-signature"] == expected
}

#[tokio::test]
async fn every_request_is_signed_and_named() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Redirect method=\"GET\">/second?a=b%20c</Redirect>",
    );
    bench.app.twiml("/second", "<Record action=\"/recorded\" recordingStatusCallback=\"/recording\" transcribe=\"true\" transcribeCallback=\"/transcribed?z=1\"/>");
    bench.whole_call("+15550100042").await;
    for path in [
        "/voice",
        "/second",
        "/recorded",
        "/recording",
        "/transcribed",
        "/status",
    ] {
        let received = bench.app.received(path);
        assert!(!received.is_empty(), "{path}");
        for request in received {
            assert!(is_signed(&bench, &request), "{path}");
            assert_eq!(request.headers["user-agent"], "TwilioProxy/1.1");
            assert!(!request.headers["i-twilio-idempotency-token"].is_empty());
        }
    }
    let voice = &bench.app.received("/voice")[0];
    assert_eq!(
        voice.headers["content-type"],
        "application/x-www-form-urlencoded; charset=UTF-8"
    );
    assert_eq!(voice.param("CallStatus"), "in-progress");
    assert_eq!(voice.query, "call=7");
    let recorded = bench.sim.deliveries();
    let voice_delivery = recorded
        .iter()
        .find(|delivery| delivery.kind == DeliveryKind::Twiml)
        .unwrap();
    assert_eq!(
        voice_delivery.signature,
        voice.headers["x-twilio-signature"]
    );
    assert_eq!(voice_delivery.answer_status(), Some(200));
}

#[tokio::test]
async fn failed_callbacks_are_not_repeated_unless_the_fragment_says_so() {
    let bench = Bench::fast().await;
    bench.app.answer("/status", 503, "text/plain", "");
    bench.whole_call("+15550100004").await;
    assert_eq!(bench.app.received("/status").len(), 3);
    assert_eq!(bench.alert_codes(), [15003, 15003, 15003]);

    let bench = Bench::fast().await;
    bench.app.answer("/status", 503, "text/plain", "");
    let status = bench.app.at("/status?x=1#rc=2&rp=ct,5xx&tt=15000");
    let more = [
        ("StatusCallback", status.as_str()),
        ("StatusCallbackEvent", "completed"),
    ];
    bench.call_with("+15550100004", &more).await;
    bench.sim.run_until_idle().await;
    let received = bench.app.received("/status");
    assert_eq!(received.len(), 3);
    assert!(
        received
            .iter()
            .all(|request| request.query == "x=1" && is_signed(&bench, request))
    );
    let tokens: Vec<&String> = received
        .iter()
        .map(|request| &request.headers["i-twilio-idempotency-token"])
        .collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    let attempts: Vec<u32> = bench
        .sim
        .deliveries()
        .iter()
        .map(|delivery| delivery.attempt)
        .collect();
    assert_eq!(attempts, [1, 2, 3]);
}

#[tokio::test]
async fn a_refused_connection_is_tried_once_more() {
    let bench = Bench::fast().await;
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/status", listener.local_addr().unwrap())
    };
    let more = [
        ("StatusCallback", closed.as_str()),
        ("StatusCallbackEvent", "completed"),
    ];
    bench.call_with("+15550100004", &more).await;
    bench.sim.run_until_idle().await;
    let deliveries = bench.sim.deliveries();
    assert_eq!(deliveries.len(), 2);
    assert!(
        deliveries
            .iter()
            .all(|delivery| matches!(delivery.outcome, DeliveryOutcome::Failed { .. }))
    );
    assert_eq!(bench.alert_codes(), [11200]);

    let bench = Bench::fast().await;
    bench
        .call_with("+15550100042", &[("Url", &closed), ("StatusCallback", "")])
        .await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.alert_codes(), [11205]);
}

#[tokio::test]
async fn why_there_is_no_connection_is_told_apart() {
    let secure = |url: String| url.replace("http://", "https://");
    for (code, url) in [
        (11205, "http://127.0.0.1:1/voice".to_owned()),
        (11210, "http://nowhere.invalid/voice".to_owned()),
        (11220, String::new()),
    ] {
        let bench = Bench::fast().await;
        let url = if url.is_empty() {
            secure(bench.app.at("/voice"))
        } else {
            url
        };
        bench
            .call_with("+15550100042", &[("Url", &url), ("StatusCallback", "")])
            .await;
        bench.sim.run_until_idle().await;
        assert_eq!(bench.alert_codes(), [code], "{url}");
    }
}
