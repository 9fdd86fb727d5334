//! A receiver of acknowledgements on loopback, which answers as a test says.

use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use atlas_outgoing::standard_webhooks::{SigningSecrets, WebhookHeaders, verify};
use serde_json::Value;

use super::Setup;

/// What signs the messages to the receiver.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";

/// A message as it came.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) webhook_id: String,
    pub(crate) unix_seconds: i64,
    signature: String,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }

    /// Whether a receiver that lives by this time believes it.
    pub(crate) fn is_believed_at(&self, unix_seconds: i64) -> bool {
        let secrets: SigningSecrets = WEBHOOK_SECRET.parse().expect("a secret");
        let timestamp = self.unix_seconds.to_string();
        let headers = WebhookHeaders {
            id: Some(&self.webhook_id),
            timestamp: Some(&timestamp),
            signature: Some(&self.signature),
        };
        verify(&headers, &self.body, &secrets, unix_seconds).is_ok()
    }
}

/// How a receiver answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answering {
    /// With this status.
    Status(u16),
    /// Not at all.
    Never,
}

#[derive(Clone)]
struct State {
    messages: Arc<Mutex<Vec<Message>>>,
    answering: Arc<Mutex<Answering>>,
}

/// A receiver that runs until it is dropped.
pub(crate) struct Receiver {
    pub(crate) url: String,
    state: State,
    server: ServerHandle,
}

impl Receiver {
    pub(crate) fn start(answering: Answering) -> Self {
        let state = State {
            messages: Arc::default(),
            answering: Arc::new(Mutex::new(answering)),
        };
        let kept = state.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(kept.clone()))
                .default_service(web::post().to(receive))
        })
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")
        .expect("a free port");
        let url = format!("http://{}/atlas", server.addrs()[0]);
        let server = server.run();
        let handle = server.handle();
        tokio::spawn(server);
        Self {
            url,
            state,
            server: handle,
        }
    }

    /// Answers otherwise from now on.
    pub(crate) fn will(&self, answering: Answering) {
        *self.state.answering.lock().expect("no panic") = answering;
    }

    /// What has come so far.
    pub(crate) fn messages(&self) -> Vec<Message> {
        self.state.messages.lock().expect("no panic").clone()
    }

    /// An Atlas that tells it of acknowledgements.
    pub(crate) fn told_by(&self, setup: Setup) -> Setup {
        self.variables()
            .iter()
            .fold(setup, |setup, (name, value)| setup.with(name, value))
    }

    /// The variables by which a server tells it of acknowledgements.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 3] {
        [
            ("ACKNOWLEDGEMENT_WEBHOOK_URL", &self.url),
            ("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRET),
            ("ALLOW_PRIVATE_WEBHOOK_URLS", "true"),
        ]
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        // Its threads end by themselves.
        drop(self.server.stop(false));
    }
}

async fn receive(request: HttpRequest, body: web::Bytes, state: web::Data<State>) -> HttpResponse {
    let header = |name: &str| {
        let value = request.headers().get(name);
        let value = value.unwrap_or_else(|| panic!("no header {name}"));
        value.to_str().expect("a readable header").to_owned()
    };
    let message = Message {
        webhook_id: header("webhook-id"),
        unix_seconds: header("webhook-timestamp").parse().expect("seconds"),
        signature: header("webhook-signature"),
        body: body.to_vec(),
    };
    state.messages.lock().expect("no panic").push(message);
    let answering = *state.answering.lock().expect("no panic");
    match answering {
        Answering::Status(status) => {
            HttpResponse::build(status.try_into().expect("a status")).finish()
        }
        Answering::Never => std::future::pending().await,
    }
}
