//! What a receiver gets.

use std::time::Duration;

use atlas_domain::AcknowledgementSink as _;
use atlas_domain::notification::DeliveryOutcome;
use atlas_outgoing::standard_webhooks::{SigningSecrets, Unverified, WebhookHeaders, verify};

use crate::support::{
    Behaviour, OTHER_SECRET, Received, Receiver, SECRET, answers, deliver_to, event, now, sink,
    sink_at,
};

/// What a receiver with these secrets makes of a request.
fn judge(received: &Received, secrets: &str) -> Result<(), Unverified> {
    let headers = WebhookHeaders::read(|name| received.headers.get(name).map(String::as_str));
    let secrets: SigningSecrets = secrets.parse().unwrap();
    let now = now().unix_millis() / 1000;
    verify(&headers, &received.body, &secrets, now)
}

#[tokio::test]
async fn an_acknowledgement_is_posted_signed() {
    let receiver = Receiver::start(answers("200 OK", "")).await;
    assert_eq!(
        deliver_to(&receiver.url()).await,
        DeliveryOutcome::Delivered
    );
    let received = receiver.received();
    assert_eq!(received.len(), 1);
    let request = &received[0];
    assert_eq!(request.request_line, "POST /hunter2?token=hunter2 HTTP/1.1");
    for (name, value) in [
        ("content-type", "application/json"),
        ("user-agent", concat!("atlas/", env!("CARGO_PKG_VERSION"))),
        ("webhook-id", "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11"),
        ("webhook-timestamp", "1767323045"),
    ] {
        assert_eq!(request.header(name), value, "{name}");
    }
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["type"], "notification.acknowledged");
    assert_eq!(body["data"]["task_title"], "Restart the pump 🚨");
    assert_eq!(judge(request, SECRET), Ok(()));
    assert_eq!(judge(request, OTHER_SECRET), Err(Unverified::Signature));
}

#[tokio::test]
async fn every_try_has_its_own_time_and_the_same_id_and_body() {
    let receiver = Receiver::start(answers("500 No", "")).await;
    for seconds in [0, 5, 3600] {
        let later = now().plus(Duration::from_secs(seconds));
        sink_at(&receiver.url(), SECRET, later)
            .deliver(&event())
            .await;
    }
    let received = receiver.received();
    assert_eq!(received.len(), 3);
    let times: Vec<_> = received
        .iter()
        .map(|request| request.header("webhook-timestamp"))
        .collect();
    assert_eq!(times, ["1767323045", "1767323050", "1767326645"]);
    for request in &received {
        assert_eq!(
            request.header("webhook-id"),
            received[0].header("webhook-id")
        );
        assert_eq!(request.body, received[0].body);
    }
}

#[tokio::test]
async fn while_secrets_are_rotated_each_of_them_signs() {
    let receiver = Receiver::start(answers("204 No Content", "")).await;
    let both = format!("{OTHER_SECRET} {SECRET}");
    sink_at(&receiver.url(), &both, now())
        .deliver(&event())
        .await;
    let received = receiver.received();
    let signatures = received[0].header("webhook-signature");
    assert_eq!(signatures.split(' ').count(), 2, "{signatures}");
    for secret in [SECRET, OTHER_SECRET] {
        assert_eq!(judge(&received[0], secret), Ok(()));
    }
}

#[tokio::test]
async fn a_receiver_may_have_a_name_that_only_this_network_knows() {
    let receiver = Receiver::start(answers("200 OK", "")).await;
    let url = format!("http://receiver:{}/", receiver.port);
    assert_eq!(deliver_to(&url).await, DeliveryOutcome::Delivered);
    let host = format!("receiver:{}", receiver.port);
    assert_eq!(receiver.received()[0].header("host"), host);
}

#[test]
fn nothing_secret_is_shown() {
    let shown = format!(
        "{:?}",
        sink_at("http://receiver/hunter2?token=hunter2", SECRET, now())
    );
    assert!(shown.contains("receiver"), "{shown}");
    for secret in ["hunter2", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn each_try_makes_a_connection_of_its_own() {
    let kept_alive = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned();
    let receiver = Receiver::start(Behaviour::WritesAndStays(kept_alive)).await;
    let sink = sink(&format!("http://receiver:{}/", receiver.port));
    for connections in 1..=2 {
        let delivered = sink.deliver(&event()).await;
        assert_eq!(delivered, DeliveryOutcome::Delivered);
        assert_eq!(receiver.received().len(), connections);
    }
}
