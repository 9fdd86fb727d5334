//! Answers in Twilio's shapes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc2822;

use super::{Connection, xml};
use crate::clock::instant_of;

/// An answer, not yet HTTP.
pub(super) struct Reply {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

enum Body {
    Empty,
    Xml(String),
    Json(Value),
    Media(&'static str, Vec<u8>),
}

impl Reply {
    pub(super) const fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    /// Source: Twilio, "Twilio's Response", DELETE.
    pub(super) const fn no_content() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            body: Body::Empty,
        }
    }

    /// The same in XML; `collection` is the path segment that names the resource, such as `Calls`.
    pub(super) fn in_xml(self, collection: &str) -> Self {
        let body = match self.body {
            Body::Json(body) => Body::Xml(xml::write(&body, collection)),
            body @ (Body::Empty | Body::Xml(_) | Body::Media(..)) => body,
        };
        Self { body, ..self }
    }

    pub(super) const fn media(status: u16, content_type: &'static str, bytes: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Media(content_type, bytes),
        }
    }

    /// Source: Twilio, "Twilio's Response", exceptions.
    pub(super) fn error(status: u16, code: u32, message: &str) -> Self {
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        Self::json(
            status,
            json!({"code": code, "message": message, "more_info": more_info, "status": status}),
        )
    }

    pub(super) fn not_found(path: &str) -> Self {
        Self::error(
            404,
            20404,
            &format!("The requested resource {path} was not found"),
        )
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(super) const fn status(&self) -> u16 {
        self.status
    }

    /// Twilio's error code, when this is an error.
    pub(super) fn code(&self) -> Option<u64> {
        self.field("code")?.as_u64()
    }

    /// The SID of the call this is about, when it is about one.
    pub(super) fn call_sid(&self) -> Option<&str> {
        let sid = self.field("call_sid").or_else(|| self.field("sid"))?;
        sid.as_str().filter(|sid| sid.starts_with("CA"))
    }

    fn field(&self, name: &str) -> Option<&Value> {
        match &self.body {
            Body::Json(body) => body.get(name),
            Body::Empty | Body::Xml(_) | Body::Media(..) => None,
        }
    }

    /// Whether the connection is still there to carry the answer.
    pub(super) fn is_deliverable(&self, request: &HttpRequest) -> bool {
        request
            .conn_data::<Connection>()
            .is_none_or(|connection| connection.0.peer_addr().is_ok())
    }

    /// Source: Twilio, "Twilio's Response"; the last headers are seen in captured answers.
    pub(super) fn into_response(self, request_id: &str, concurrent: usize) -> HttpResponse {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = HttpResponse::build(status);
        response
            .insert_header(("Twilio-Request-Id", request_id))
            .insert_header(("Twilio-Request-Duration", "0.010"))
            .insert_header(("Twilio-Concurrent-Requests", concurrent.to_string()))
            .insert_header(("X-Powered-By", "AT-5000"))
            .insert_header(("X-API-Domain", "api.twilio.com"))
            .insert_header(("X-Home-Region", "us1"))
            .insert_header(("X-Shenanigans", "none"));
        for header in self.headers {
            response.insert_header(header);
        }
        match self.body {
            Body::Json(body) => response
                .content_type("application/json;charset=utf-8")
                .body(body.to_string()),
            Body::Xml(text) => response.content_type("application/xml").body(text),
            Body::Empty => response.finish(),
            Body::Media(content_type, bytes) => response.content_type(content_type).body(bytes),
        }
    }
}

/// A time as the 2010 API writes it, RFC 2822 in whole seconds.
pub(super) fn rfc2822(unix_ms: i64) -> Value {
    let at = instant_of(unix_ms).replace_nanosecond(0).ok();
    at.and_then(|at| at.format(&Rfc2822).ok())
        .map_or(Value::Null, Value::String)
}
