//! A small HTTP client, one method per verb.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::Answer;

/// Talks to one server.
#[derive(Clone)]
pub(crate) struct TestClient {
    http: reqwest::Client,
    url: String,
}

impl TestClient {
    /// A client that keeps no connection open, so that nobody has to wait for it at the end.
    pub(crate) fn new(url: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .expect("an HTTP client");
        Self {
            http,
            url: url.to_owned(),
        }
    }

    /// A request to be completed by the test.
    pub(crate) fn request(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::read(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }

    pub(crate) async fn post_empty(&self, path: &str) -> Answer {
        self.send(self.request("POST", path)).await
    }

    pub(crate) async fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PATCH", path).json(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    /// Asks for a call under an idempotency key.
    pub(crate) async fn post_with_key(&self, key: &str, body: &Value) -> Answer {
        let request = self.request("POST", "/calls/outbound");
        self.send(request.header("idempotency-key", key.as_bytes()).json(body))
            .await
    }

    /// Places a call that must be accepted, and returns its `call_id`.
    pub(crate) async fn place(&self, body: &Value) -> String {
        let answer = self.post("/calls/outbound", body).await.expect(201);
        answer["call_id"].as_str().expect("a call_id").to_owned()
    }

    /// The call with this id or SID.
    pub(crate) async fn call(&self, call: &str) -> Value {
        self.get(&format!("/calls/{call}")).await.expect(200)
    }

    /// Stores a user that must be accepted, and returns its `id`.
    pub(crate) async fn create_user(&self, body: &Value) -> String {
        let user = self.post("/users", body).await.expect(201);
        user["id"].as_str().expect("an id").to_owned()
    }
}

/// The body of a call to this number, without redials and without a recording.
pub(crate) fn outbound(to: &str) -> Value {
    json!({
        "to": to,
        "user_external_id": "crm-1",
        "script": "Hello.",
        "recording_enabled": false,
        "retry_limit": 0
    })
}
