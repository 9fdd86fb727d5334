//! What a client reads when a request was not done (RFC 9457).

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, Responder, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

/// A problem document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Problem {
    /// The HTTP status.
    status: u16,
    /// The HTTP status in words.
    title: String,
    /// What is wrong.
    detail: String,
    /// Twilio's error code, when Twilio would have refused this.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    /// The fields that are wrong.
    errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldProblem {
    /// Where it is in the body, as a JSON pointer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Its name, when it is a parameter of the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What is wrong with it.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or_default().to_owned(),
            detail: detail.into(),
            code: None,
            errors: Vec::new(),
        }
    }

    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, detail)
    }

    pub(super) fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// A field of the body is wrong; an empty pointer means the whole body.
    pub(super) fn field(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        let (pointer, detail) = (Some(pointer.into()), detail.into());
        let errors = vec![FieldProblem {
            pointer,
            parameter: None,
            detail: detail.clone(),
        }];
        Self {
            errors,
            ..Self::bad_request(detail)
        }
    }

    /// A parameter of the URL is wrong.
    pub(super) fn parameter(name: impl Into<String>, detail: impl Into<String>) -> Self {
        let (parameter, detail) = (Some(name.into()), detail.into());
        let errors = vec![FieldProblem {
            pointer: None,
            parameter,
            detail: detail.clone(),
        }];
        Self {
            errors,
            ..Self::bad_request(detail)
        }
    }

    /// Twilio's code beside it.
    pub(super) fn with_code(self, status: u16, code: u32) -> Self {
        let named = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        Self {
            status: named.as_u16(),
            title: named.canonical_reason().unwrap_or_default().to_owned(),
            code: Some(code),
            ..self
        }
    }

    fn response(&self) -> HttpResponse {
        HttpResponse::build(self.status_code())
            .content_type("application/problem+json")
            .body(serde_json::to_string(self).unwrap_or_default())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        self.response()
    }
}

impl Responder for Problem {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        self.response()
    }
}
