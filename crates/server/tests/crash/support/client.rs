//! A small HTTP client that expects the server to vanish at any moment.

use std::time::Duration;

use reqwest::RequestBuilder;
use serde_json::{Value, json};

/// The server closed the connection, or was not there at all.
#[derive(Debug)]
pub(crate) struct NoAnswer;

/// An HTTP status and the JSON that came with it.
pub(crate) type Answer = (u16, Value);

/// How long one answer may take, in real time.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);
/// The longest page of a list.
const PAGE_SIZE: usize = 100;

/// Talks to one Atlas, whichever process is serving.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base_url: String,
}

impl Client {
    pub(crate) fn new(port: u16) -> Self {
        let http = reqwest::Client::builder()
            // A kept connection would belong to a process that was killed meanwhile.
            .pool_max_idle_per_host(0)
            .timeout(ANSWER_TIMEOUT)
            .build()
            .expect("an HTTP client");
        Self {
            http,
            base_url: format!("http://127.0.0.1:{port}"),
        }
    }

    /// Whether a process serves.
    pub(crate) async fn is_served(&self) -> bool {
        let request = self.http.get(format!("{}/livez", self.base_url)).send();
        request
            .await
            .is_ok_and(|answer| answer.status().is_success())
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Answer, NoAnswer> {
        self.read(self.post_request(path).json(body)).await
    }

    /// Places a call under an idempotency key.
    pub(crate) async fn place_once(&self, key: &str, order: &Value) -> Result<Answer, NoAnswer> {
        let request = self.post_request("/calls/outbound").json(order);
        self.read(request.header("Idempotency-Key", key)).await
    }

    /// Posts a form as Twilio does, and returns the HTTP status.
    pub(crate) async fn post_form(
        &self,
        path_and_query: &str,
        form: &[(&str, String)],
        signature: &str,
    ) -> Result<u16, NoAnswer> {
        let request = self.post_request(path_and_query);
        let request = request.form(form).header("X-Twilio-Signature", signature);
        let answer = request.send().await.map_err(|_| NoAnswer)?;
        Ok(answer.status().as_u16())
    }

    /// The JSON at a path, which must be there.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let request = self.http.get(format!("{}{path}", self.base_url));
        let (status, body) = self.read(request).await.expect("an answer");
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// Places a call that must be accepted, and returns its `call_id`.
    pub(crate) async fn place(&self, order: &Value) -> String {
        let answer = self.post("/calls/outbound", order).await;
        let (status, body) = answer.expect("an answer");
        assert_eq!(status, 201, "{body}");
        text(&body, "call_id").to_owned()
    }

    /// The call with this id.
    pub(crate) async fn call(&self, call_id: &str) -> Value {
        self.get(&format!("/calls/{call_id}")).await
    }

    /// The stored calls to a number, newest first.
    pub(crate) async fn calls_to(&self, to: &str) -> Vec<Value> {
        self.calls(&format!("&to={}", to.replace('+', "%2B"))).await
    }

    /// The stored calls that fit `filter`, a continuation of the query; at most one page.
    pub(crate) async fn calls(&self, filter: &str) -> Vec<Value> {
        let path = format!("/calls?page_size={PAGE_SIZE}{filter}");
        let page = self.get(&path).await;
        let calls = page["data"].as_array().expect("a list").clone();
        assert!(calls.len() < PAGE_SIZE, "more calls than one page shows");
        calls
    }

    fn post_request(&self, path: &str) -> RequestBuilder {
        self.http.post(format!("{}{path}", self.base_url))
    }

    async fn read(&self, request: RequestBuilder) -> Result<Answer, NoAnswer> {
        let answer = request.send().await.map_err(|_| NoAnswer)?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(|_| NoAnswer)?;
        let body = serde_json::from_slice(&body)
            .unwrap_or_else(|error| panic!("no JSON ({error}) with status {status}"));
        Ok((status, body))
    }
}

/// The body of a short call to a number, with this many redials ten seconds apart.
pub(crate) fn order(to: &str, retry_limit: u32) -> Value {
    json!({
        "to": to, "user_external_id": "crm-1", "script": "Hello.", "recording_enabled": false,
        "retry_limit": retry_limit, "retry_delay_sec": 10,
    })
}

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field]
        .as_str()
        .unwrap_or_else(|| panic!("no {field}: {body}"))
}
