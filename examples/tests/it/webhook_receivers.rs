//! The receivers of webhooks, sent to by the sender of Atlas and by an impostor.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use atlas_application::system::SystemClock;
use atlas_domain::notification::{
    AcknowledgedBy, AcknowledgementEvent, AcknowledgementSink as _, DeliveryOutcome, WebhookId,
};
use atlas_domain::{CallId, Clock, PrivateHosts, Resolver, TenantId, Timestamp};
use atlas_outgoing::standard_webhooks::{SigningSecrets, sign};
use atlas_outgoing::{WebhookSink, WebhookUrl};

use crate::program::Running;

const SECRET: &str = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";
const OLD_SECRET: &str = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";

/// The system's clock, ahead or behind.
struct Away {
    ahead: Duration,
    behind: Duration,
}

const IN_TIME: Away = Away {
    ahead: Duration::ZERO,
    behind: Duration::ZERO,
};

#[async_trait]
impl Clock for Away {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.ahead).minus(self.behind)
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending().await
    }
}

/// Knows no name: the receivers have addresses.
struct NoNames;

#[async_trait]
impl Resolver for NoNames {
    async fn addresses_of(&self, _: &str) -> Vec<IpAddr> {
        Vec::new()
    }
}

/// The acknowledgement of one of several calls.
fn acknowledgement(call: u8) -> AcknowledgementEvent {
    let text = format!("6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a{call:02x}");
    let call_id: CallId = text.parse().unwrap();
    AcknowledgementEvent {
        webhook_id: WebhookId::of(call_id),
        tenant: TenantId::default(),
        call_id,
        call_sid: None,
        task_id: None,
        task_title: "\"Überlauf\" </Say> in Halle 3 🚨 مهم".parse().unwrap(),
        phone_number: "+15550100042".to_owned(),
        acknowledged_at: SystemClock.now(),
        by: AcknowledgedBy::Api {
            who: None,
            why: None,
        },
    }
}

async fn deliver(
    url: &str,
    secrets: &str,
    clock: Away,
    event: &AcknowledgementEvent,
) -> DeliveryOutcome {
    let url = WebhookUrl::parse(url, PrivateHosts::Allowed).unwrap();
    let secrets = secrets.parse().unwrap();
    let sink = WebhookSink::new(url, secrets, Arc::new(clock), Arc::new(NoNames));
    sink.unwrap().deliver(event).await
}

#[track_caller]
fn assert_refused(outcome: &DeliveryOutcome, what: &str) {
    let DeliveryOutcome::Failed { reason, .. } = outcome else {
        panic!("{what}: taken");
    };
    assert_eq!(reason, "the receiver answered 401 Unauthorized", "{what}");
}

/// Posts a body that another one was signed for.
async fn post_changed(url: &str) -> u16 {
    let secrets: SigningSecrets = SECRET.parse().unwrap();
    let now = SystemClock.now().unix_millis() / 1000;
    let signed = br#"{"type":"notification.acknowledged","data":{"task_title":"a"}}"#;
    let changed = br#"{"type":"notification.acknowledged","data":{"task_title":"b"}}"#;
    let post = reqwest::Client::new()
        .post(url)
        .header("webhook-id", "ack_1")
        .header("webhook-timestamp", now)
        .header("webhook-signature", sign("ack_1", now, signed, &secrets))
        .body(changed.to_vec());
    post.send().await.unwrap().status().as_u16()
}

/// What every receiver is held to.
async fn takes_what_atlas_signed_once_and_nothing_else(program: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("acknowledgements.db");
    let mut receiver = Running::start(program, SECRET, &database).await;
    let url = receiver.url.clone();
    let [first, second, third] = [1, 2, 3].map(acknowledgement);

    for _ in 0..3 {
        let outcome = deliver(&url, SECRET, IN_TIME, &first).await;
        assert_eq!(outcome, DeliveryOutcome::Delivered);
    }
    let ten_minutes = Duration::from_secs(600);
    let late = Away {
        behind: ten_minutes,
        ..IN_TIME
    };
    let early = Away {
        ahead: ten_minutes,
        ..IN_TIME
    };
    let outcome = deliver(&url, SECRET, late, &second).await;
    assert_refused(&outcome, "an old timestamp");
    let outcome = deliver(&url, SECRET, early, &second).await;
    assert_refused(&outcome, "a timestamp in the future");
    let outcome = deliver(&url, OLD_SECRET, IN_TIME, &second).await;
    assert_refused(&outcome, "a wrong secret");
    assert_eq!(post_changed(&url).await, 401, "a changed body");
    let unsigned = reqwest::Client::new().post(&url).body("{}").send().await;
    assert_eq!(unsigned.unwrap().status().as_u16(), 401, "no signature");

    let rotating = format!("{OLD_SECRET} {SECRET}");
    let outcome = deliver(&url, &rotating, IN_TIME, &second).await;
    assert_eq!(outcome, DeliveryOutcome::Delivered);
    for event in [&first, &second] {
        let told = receiver.says().await;
        let expected = format!("{} api ", event.webhook_id);
        assert!(told.starts_with(&expected), "{told}");
        assert!(told.contains("Überlauf"), "{told}");
    }

    drop(receiver);
    let mut receiver = Running::start(program, &rotating, &database).await;
    for (secrets, event) in [(SECRET, &first), (OLD_SECRET, &third)] {
        let outcome = deliver(&receiver.url, secrets, IN_TIME, event).await;
        assert_eq!(outcome, DeliveryOutcome::Delivered);
    }
    let told = receiver.says().await;
    let expected = third.webhook_id.to_string();
    assert!(
        told.starts_with(&expected),
        "it remembers the first: {told}"
    );
}

#[tokio::test]
async fn the_receiver_in_rust_takes_what_atlas_signed_once_and_nothing_else() {
    let program = env!("CARGO_BIN_EXE_webhook-receiver");
    takes_what_atlas_signed_once_and_nothing_else(&[program]).await;
}

/// The command of the receiver in Python, or of the one that takes its place in `make webhook-check`.
#[expect(clippy::disallowed_methods, reason = "a test has no settings")]
fn python_receiver() -> String {
    let own = concat!(
        "python3 ",
        env!("CARGO_MANIFEST_DIR"),
        "/receivers/webhook_receiver.py"
    );
    std::env::var("PYTHON_RECEIVER").unwrap_or_else(|_| own.to_owned())
}

#[tokio::test]
async fn the_receiver_in_python_takes_what_atlas_signed_once_and_nothing_else() {
    let command = python_receiver();
    let program: Vec<&str> = command.split(' ').collect();
    takes_what_atlas_signed_once_and_nothing_else(&program).await;
}
