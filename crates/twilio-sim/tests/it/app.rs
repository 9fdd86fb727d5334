//! A small service under test, and a small client for the simulator.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use twilio_sim::{CallReport, Simulator, SimulatorConfig};

pub(crate) const FROM: &str = "+15005550006";

/// One answer of the service: status, content type (empty for none) and body.
#[derive(Clone, Debug, Default)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    /// Whether it is sent in chunks, its length unknown beforehand.
    pub(crate) chunked: bool,
}

/// A request the service received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) params: Vec<(String, String)>,
    pub(crate) headers: HashMap<String, String>,
}

impl Received {
    pub(crate) fn param(&self, name: &str) -> &str {
        let found = self.params.iter().find(|(key, _)| key == name);
        found.map_or_else(
            || panic!("{name} is missing in {self:?}"),
            |(_, value)| value,
        )
    }
}

#[derive(Default)]
struct State {
    answers: Mutex<HashMap<String, Vec<Canned>>>,
    received: Mutex<Vec<Received>>,
}

/// The service; it stops when it is dropped.
pub(crate) struct TestApp {
    pub(crate) url: String,
    state: Arc<State>,
    server: ServerHandle,
}

impl TestApp {
    pub(crate) async fn start() -> Self {
        let state = Arc::new(State::default());
        let (sender, ready) = tokio::sync::oneshot::channel();
        let data = web::Data::from(Arc::clone(&state));
        std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = HttpServer::new(move || {
                    App::new()
                        .app_data(data.clone())
                        .default_service(web::to(answer))
                })
                .workers(1)
                .disable_signals()
                .bind(("127.0.0.1", 0))
                .unwrap();
                let port = server.addrs()[0].port();
                let server = server.run();
                sender.send((port, server.handle())).ok().unwrap();
                server.await.unwrap();
            });
        });
        let (port, server) = ready.await.unwrap();
        Self {
            url: format!("http://127.0.0.1:{port}"),
            state,
            server,
        }
    }

    /// Answers requests for a path with TwiML: the verbs inside `<Response>`.
    pub(crate) fn twiml(&self, path: &str, verbs: &str) {
        let body =
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response>{verbs}</Response>");
        self.answer(path, 200, "text/xml", &body);
    }

    /// Adds an answer for a path; the last one is used again and again.
    pub(crate) fn answer(&self, path: &str, status: u16, content_type: &'static str, body: &str) {
        let canned = Canned {
            status,
            content_type,
            body: body.to_owned(),
            ..Canned::default()
        };
        self.answer_with(path, canned);
    }

    pub(crate) fn redirect(&self, path: &str, status: u16, location: &str) {
        let canned = Canned {
            status,
            content_type: "text/plain",
            headers: vec![("location", location.to_owned())],
            ..Canned::default()
        };
        self.answer_with(path, canned);
    }

    /// Adds an answer with everything there is to choose.
    pub(crate) fn answer_with(&self, path: &str, canned: Canned) {
        let mut answers = self.state.answers.lock().unwrap();
        answers.entry(path.to_owned()).or_default().push(canned);
    }

    pub(crate) fn received(&self, path: &str) -> Vec<Received> {
        let received = self.state.received.lock().unwrap();
        received
            .iter()
            .filter(|request| request.path == path)
            .cloned()
            .collect()
    }

    pub(crate) fn all_paths(&self) -> Vec<String> {
        self.state
            .received
            .lock()
            .unwrap()
            .iter()
            .map(|request| request.path.clone())
            .collect()
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        drop(self.server.stop(false));
    }
}

async fn answer(request: HttpRequest, body: web::Bytes, state: web::Data<State>) -> HttpResponse {
    let read = |bytes: &[u8]| {
        form_urlencoded::parse(bytes)
            .into_owned()
            .collect::<Vec<_>>()
    };
    let mut params = read(&body);
    if request.method() == "GET" {
        params = read(request.query_string().as_bytes());
    }
    let text = |value: &actix_web::http::header::HeaderValue| {
        value.to_str().unwrap_or_default().to_owned()
    };
    state.received.lock().unwrap().push(Received {
        method: request.method().to_string(),
        path: request.path().to_owned(),
        query: request.query_string().to_owned(),
        params,
        headers: request
            .headers()
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
    });
    let mut answers = state.answers.lock().unwrap();
    let Some(canned) = answers.get_mut(request.path()) else {
        return HttpResponse::NoContent().finish();
    };
    let canned = if canned.len() > 1 {
        canned.remove(0)
    } else {
        canned[0].clone()
    };
    let status = actix_web::http::StatusCode::from_u16(canned.status).unwrap();
    let mut response = HttpResponse::build(status);
    for (name, value) in canned.headers {
        response.append_header((name, value));
    }
    if !canned.content_type.is_empty() {
        response.content_type(canned.content_type);
    }
    if canned.chunked {
        let chunk = Some(web::Bytes::from(canned.body)).filter(|chunk| !chunk.is_empty());
        return response.streaming(futures_util::stream::iter(
            chunk.map(Ok::<_, std::convert::Infallible>),
        ));
    }
    // Without a type of its own, the body would be given one.
    match response.message_body(canned.body) {
        Ok(response) => response.map_into_boxed_body(),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The simulator and the service together.
pub(crate) struct Bench {
    pub(crate) sim: Simulator,
    pub(crate) app: TestApp,
    pub(crate) client: reqwest::Client,
}

impl Bench {
    pub(crate) async fn start(config: SimulatorConfig) -> Self {
        let sim = Simulator::start(config).await.unwrap();
        Self {
            sim,
            app: TestApp::start().await,
            client: reqwest::Client::new(),
        }
    }

    pub(crate) async fn fast() -> Self {
        Self::start(SimulatorConfig::fast()).await
    }

    pub(crate) fn resource(&self, tail: &str) -> String {
        format!(
            "{}/2010-04-01/Accounts/{}/{tail}",
            self.sim.url(),
            self.sim.config().account_sid
        )
    }

    pub(crate) fn get(&self, tail: &str) -> reqwest::RequestBuilder {
        self.authorised(self.client.get(self.resource(tail)))
    }

    pub(crate) fn post(&self, tail: &str, form: &[(&str, &str)]) -> reqwest::RequestBuilder {
        self.authorised(self.client.post(self.resource(tail)))
            .form(form)
    }

    pub(crate) fn delete(&self, tail: &str) -> reqwest::RequestBuilder {
        self.authorised(self.client.delete(self.resource(tail)))
    }

    fn authorised(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        let config = self.sim.config();
        request.basic_auth(&config.account_sid, Some(config.auth_token.expose_secret()))
    }

    /// Creates a call that runs `/voice` and posts every event to `/status`; returns its SID.
    pub(crate) async fn call(&self, to: &str) -> String {
        self.call_with(to, &[]).await
    }

    pub(crate) async fn call_with(&self, to: &str, more: &[(&str, &str)]) -> String {
        let (voice, status) = (self.app.at("/voice?call=7"), self.app.at("/status?call=7"));
        let mut form = vec![
            ("To", to),
            ("From", FROM),
            ("Url", &voice),
            ("StatusCallback", &status),
        ];
        let events = ["initiated", "ringing", "answered", "completed"];
        form.extend(events.map(|event| ("StatusCallbackEvent", event)));
        form.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
        form.extend(more.iter().copied().filter(|(_, value)| !value.is_empty()));
        let response = self.post("Calls.json", &form).send().await.unwrap();
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["status"], "queued");
        body["sid"].as_str().unwrap().to_owned()
    }

    /// Calls a number and waits for the end of everything.
    pub(crate) async fn whole_call(&self, to: &str) -> CallReport {
        let sid = self.call(to).await;
        self.sim.run_until_idle().await;
        self.sim.call(&sid).unwrap()
    }

    pub(crate) async fn error_of(&self, request: reqwest::RequestBuilder) -> (u16, u64) {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["status"], status);
        (status, body["code"].as_u64().unwrap())
    }

    pub(crate) fn alert_codes(&self) -> Vec<u32> {
        self.sim.alerts().iter().map(|alert| alert.code).collect()
    }
}
