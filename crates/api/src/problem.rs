//! Problem documents: what a client reads when a request was not done (RFC 9457).

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use atlas_domain::{CallId, Timestamp};
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::FieldError;

/// The media type of problem documents.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

macro_rules! kinds {
    ($($kind:ident = $status:ident $code:literal,)+) => {
        /// The kinds of problems, each with its status and its stable code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Kind {
            $($kind,)+
        }

        impl Kind {
            /// Every kind.
            pub(crate) const ALL: &[Self] = &[$(Self::$kind,)+];

            pub(crate) const fn status(self) -> StatusCode {
                match self {
                    $(Self::$kind => StatusCode::$status,)+
                }
            }

            pub(crate) const fn code(self) -> &'static str {
                match self {
                    $(Self::$kind => $code,)+
                }
            }
        }
    };
}

kinds! {
    BadRequest = BAD_REQUEST "bad_request",
    ValidationFailed = BAD_REQUEST "validation_failed",
    MalformedJson = BAD_REQUEST "malformed_json",
    CarrierRefused = BAD_REQUEST "carrier_refused",
    Unauthorized = UNAUTHORIZED "unauthorized",
    Forbidden = FORBIDDEN "forbidden",
    LoopbackOnly = FORBIDDEN "loopback_only",
    InvalidSignature = FORBIDDEN "invalid_signature",
    NotFound = NOT_FOUND "not_found",
    MethodNotAllowed = METHOD_NOT_ALLOWED "method_not_allowed",
    Conflict = CONFLICT "conflict",
    EmailTaken = CONFLICT "email_taken",
    ExternalIdTaken = CONFLICT "external_id_taken",
    CallFinished = CONFLICT "call_finished",
    DialUnderWay = CONFLICT "dial_under_way",
    CallCompleted = CONFLICT "call_completed",
    NotificationAcknowledged = CONFLICT "notification_acknowledged",
    NotificationCanceled = CONFLICT "notification_canceled",
    IdempotencyKeyReused = CONFLICT "idempotency_key_reused",
    IdempotencyInProgress = CONFLICT "idempotency_in_progress",
    BodyTooLarge = PAYLOAD_TOO_LARGE "body_too_large",
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE "unsupported_media_type",
    Unprocessable = UNPROCESSABLE_ENTITY "validation_failed",
    RangeNotSatisfiable = RANGE_NOT_SATISFIABLE "range_not_satisfiable",
    CarrierRateLimited = TOO_MANY_REQUESTS "carrier_rate_limited",
    InternalError = INTERNAL_SERVER_ERROR "internal_error",
    PhoneNotConfigured = INTERNAL_SERVER_ERROR "phone_not_configured",
    CallNotInitiated = INTERNAL_SERVER_ERROR "carrier_refused",
    StorageUnavailable = SERVICE_UNAVAILABLE "storage_unavailable",
    CarrierUnreachable = SERVICE_UNAVAILABLE "carrier_unreachable",
    CarrierNotAuthorized = SERVICE_UNAVAILABLE "carrier_not_authorized",
    CarrierNotConfigured = SERVICE_UNAVAILABLE "carrier_not_configured",
}

/// A problem, before it is known to which request it belongs.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    twilio_code: Option<u32>,
    call_id: Option<CallId>,
    headers: Vec<(&'static str, String)>,
}

/// Why a request was not done (RFC 9457). `error` and `message` are for clients of the old
/// service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct ProblemDocument<'problem> {
    /// Always `about:blank`: `status` and `code` say what kind of problem it is.
    #[schema(example = "about:blank")]
    r#type: &'static str,
    /// The name of the HTTP status.
    #[schema(example = "Not Found")]
    title: &'static str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    /// One sentence for people.
    #[schema(example = "User not found")]
    detail: &'problem str,
    /// What it is, for programs; never changes.
    #[schema(pattern = "^[a-z_]+$", example = "not_found")]
    code: &'static str,
    /// When it happened.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    timestamp: String,
    /// The request's id, also in the header `x-request-id`.
    #[schema(example = "695736a5f1c2d3e4a5b6c7d8")]
    request_id: &'problem str,
    /// `HTTP` and the status.
    #[schema(example = "HTTP 404")]
    error: String,
    /// The same as `detail`.
    #[schema(example = "User not found")]
    message: &'problem str,
    /// Every wrong field.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'problem [FieldError],
    /// Twilio's error code (<https://www.twilio.com/docs/api/errors>).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 21211)]
    twilio_code: Option<u32>,
    /// The call that was stored as failed; it never rings.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Uuid)]
    call_id: Option<String>,
}

impl Problem {
    /// A problem of this kind, in one sentence.
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            status: kind.status(),
            code: kind.code(),
            detail: detail.into(),
            errors: Vec::new(),
            twilio_code: None,
            call_id: None,
            headers: Vec::new(),
        }
    }

    /// A problem of which only the status is known.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let kind = Kind::ALL.iter().find(|kind| kind.status() == status);
        Self {
            status,
            code: kind.map_or("bad_request", |kind| kind.code()),
            ..Self::new(Kind::BadRequest, "The request was not accepted.")
        }
    }

    /// The same problem with the status of another kind, and in other words.
    pub(crate) fn told_as(mut self, kind: Kind, detail: impl Into<String>) -> Self {
        self.status = kind.status();
        self.detail = detail.into();
        self
    }

    /// The same problem with the status of another kind.
    pub(crate) const fn with_status_of(mut self, kind: Kind) -> Self {
        self.status = kind.status();
        self
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    pub(crate) const fn with_twilio_code(mut self, code: u32) -> Self {
        self.twilio_code = Some(code);
        self
    }

    pub(crate) const fn with_call_id(mut self, call_id: CallId) -> Self {
        self.call_id = Some(call_id);
        self
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn with_retry_after_seconds(self, seconds: u32) -> Self {
        self.with_header("retry-after", &seconds.to_string())
    }

    pub(crate) const fn status(&self) -> StatusCode {
        self.status
    }

    /// The document, for the request with this id.
    pub(crate) fn document<'problem>(
        &'problem self,
        request_id: &'problem str,
        now: Timestamp,
    ) -> ProblemDocument<'problem> {
        ProblemDocument {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            timestamp: now.to_string(),
            request_id,
            error: format!("HTTP {}", self.status.as_u16()),
            message: &self.detail,
            errors: &self.errors,
            twilio_code: self.twilio_code,
            call_id: self.call_id.map(|call_id| call_id.to_string()),
        }
    }

    /// The answer to the request with this id.
    pub(crate) fn response(&self, request_id: &str, now: Timestamp) -> HttpResponse {
        let mut response = HttpResponse::build(self.status)
            .content_type(PROBLEM_JSON)
            .json(self.document(request_id, now));
        for (name, value) in &self.headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        debug_assert!(
            self.status != StatusCode::TOO_MANY_REQUESTS
                || response.headers().contains_key(RETRY_AFTER),
            "who is told to wait is told how long"
        );
        response
    }
}
