//! A client of the HTTP interface, as anybody would write one.

use std::error::Error;

use reqwest::Method;
use serde_json::Value;

/// Speaks JSON with a server at one address.
pub(super) struct Client {
    http: reqwest::Client,
    base_url: String,
}

impl Client {
    pub(super) fn new(base_url: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base_url: base_url.to_owned(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Box<dyn Error>> {
        self.send(Method::GET, path, None).await
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        self.send(Method::POST, path, Some(body)).await
    }

    pub(super) async fn patch(&self, path: &str, body: &Value) -> Result<Value, Box<dyn Error>> {
        self.send(Method::PATCH, path, Some(body)).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Box<dyn Error>> {
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.base_url));
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let answer: Value = response.json().await?;
        if status.is_success() {
            Ok(answer)
        } else {
            Err(format!("{method} {path} answered {status}: {answer}").into())
        }
    }
}
