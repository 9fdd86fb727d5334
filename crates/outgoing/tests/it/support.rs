//! A receiver on loopback that answers as a test says, and the ports of the sender.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use atlas_domain::notification::{
    AcknowledgedBy, AcknowledgementEvent, DeliveryOutcome, WebhookId,
};
use atlas_domain::{
    AcknowledgementSink as _, CallId, Clock, PrivateHosts, Resolver, TenantId, Timestamp,
};
use atlas_outgoing::standard_webhooks::SigningSecrets;
use atlas_outgoing::{WebhookSink, WebhookUrl};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
pub(crate) const OTHER_SECRET: &str = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(crate) struct Received {
    pub(crate) request_line: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    #[track_caller]
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.unwrap_or_else(|| panic!("no header {name}: {self:?}"))
    }
}

/// What a receiver does with a request that it has read.
#[derive(Debug, Clone)]
pub(crate) enum Behaviour {
    /// Writes this and closes.
    Writes(String),
    /// Writes this, and nothing more, but stays.
    WritesAndStays(String),
    /// Writes an answer whose body has no end.
    WritesWithoutEnd,
}

/// An answer with this status and these header lines.
pub(crate) fn answers(status: &str, headers: &str) -> Behaviour {
    Behaviour::Writes(format!(
        "HTTP/1.1 {status}\r\ncontent-length: 13\r\n{headers}\r\nthe-body-text"
    ))
}

/// A receiver that listens on loopback.
pub(crate) struct Receiver {
    pub(crate) port: u16,
    received: Arc<Mutex<Vec<Received>>>,
    written: Arc<AtomicUsize>,
}

impl Receiver {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let received = Arc::new(Mutex::new(Vec::new()));
        let written = Arc::new(AtomicUsize::new(0));
        let (kept, counted) = (Arc::clone(&received), Arc::clone(&written));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (kept, counted) = (Arc::clone(&kept), Arc::clone(&counted));
                tokio::spawn(serve(stream, behaviour.clone(), kept, counted));
            }
        });
        Self {
            port,
            received,
            written,
        }
    }

    /// How many bytes of an answer without end it has written.
    pub(crate) fn written(&self) -> usize {
        self.written.load(Ordering::Relaxed)
    }

    /// What has come so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Its address, with a path that nobody else is to know.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hunter2?token=hunter2", self.port)
    }
}

async fn serve(
    stream: TcpStream,
    behaviour: Behaviour,
    kept: Arc<Mutex<Vec<Received>>>,
    written: Arc<AtomicUsize>,
) {
    let mut stream = BufReader::new(stream);
    // A connection that is made and says nothing counts, too.
    kept.lock().unwrap().push(Received::default());
    let Some(received) = read(&mut stream).await else {
        return;
    };
    *kept.lock().unwrap().last_mut().unwrap() = received;
    match behaviour {
        // Whether anybody still reads is the sender's affair.
        Behaviour::Writes(text) => drop(stream.write_all(text.as_bytes()).await),
        Behaviour::WritesAndStays(text) => {
            drop(stream.write_all(text.as_bytes()).await);
            std::future::pending::<()>().await;
        }
        Behaviour::WritesWithoutEnd => {
            let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
            drop(stream.write_all(head.as_bytes()).await);
            let chunk = format!("1000\r\n{}\r\n", "x".repeat(0x1000));
            while stream.write_all(chunk.as_bytes()).await.is_ok() {
                written.fetch_add(chunk.len(), Ordering::Relaxed);
            }
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim_end().to_owned();
        if line.is_empty() {
            break;
        }
        lines.push(line);
    }
    let mut lines = lines.into_iter();
    let request_line = lines.next()?;
    let headers: HashMap<_, _> = lines
        .filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            Some((name.to_ascii_lowercase(), value.to_owned()))
        })
        .collect();
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received {
        request_line,
        headers,
        body,
    })
}

/// A clock that stands still.
pub(crate) struct Standing(pub(crate) Timestamp);

#[async_trait]
impl Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }

    async fn sleep_until(&self, _: Timestamp) {
        std::future::pending().await
    }
}

/// A resolver that knows one name.
pub(crate) struct OneName(pub(crate) &'static str, pub(crate) Vec<IpAddr>);

#[async_trait]
impl Resolver for OneName {
    async fn addresses_of(&self, host: &str) -> Vec<IpAddr> {
        if host == self.0 {
            self.1.clone()
        } else {
            Vec::new()
        }
    }
}

/// The time at which tests deliver.
pub(crate) fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-01-02T03:04:05.678Z").unwrap()
}

/// A sender to `url`, private or not, that signs with `secrets` at `now`.
pub(crate) fn sink_at(url: &str, secrets: &str, now: Timestamp) -> WebhookSink {
    let url = WebhookUrl::parse(url, PrivateHosts::Allowed).unwrap();
    let secrets: SigningSecrets = secrets.parse().unwrap();
    let resolver = Arc::new(OneName("receiver", vec!["127.0.0.1".parse().unwrap()]));
    WebhookSink::new(url, secrets, Arc::new(Standing(now)), resolver).unwrap()
}

pub(crate) fn sink(url: &str) -> WebhookSink {
    sink_at(url, SECRET, now())
}

/// An acknowledgement by API.
pub(crate) fn event() -> AcknowledgementEvent {
    let call_id: CallId = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap();
    AcknowledgementEvent {
        webhook_id: WebhookId::of(call_id),
        tenant: TenantId::default(),
        call_id,
        call_sid: None,
        task_id: Some("task-17".parse().unwrap()),
        task_title: "Restart the pump 🚨".parse().unwrap(),
        phone_number: "+15550100042".to_owned(),
        acknowledged_at: Timestamp::parse_rfc3339("2026-01-02T03:00:00Z").unwrap(),
        by: AcknowledgedBy::Api {
            who: Some("Ann".parse().unwrap()),
            why: None,
        },
    }
}

/// Delivers, and returns why it failed: in few words, and none that others are not to read.
#[track_caller]
pub(crate) fn failed(outcome: DeliveryOutcome) -> (String, Option<std::time::Duration>) {
    let DeliveryOutcome::Failed {
        reason,
        retry_after,
    } = outcome
    else {
        panic!("delivered");
    };
    assert!(reason.chars().count() <= 200, "{reason}");
    for secret in ["hunter2", "the-body-text", "whsec", "127.0.0.1"] {
        assert!(!reason.contains(secret), "{reason}");
    }
    (reason, retry_after)
}

/// Delivers one acknowledgement through a sender to `url`.
pub(crate) async fn deliver_to(url: &str) -> DeliveryOutcome {
    // Longer than any bound of the sender, so that one without a bound fails and does not hang.
    let limit = std::time::Duration::from_secs(60);
    let delivering = tokio::time::timeout(limit, async { sink(url).deliver(&event()).await });
    delivering.await.unwrap()
}
