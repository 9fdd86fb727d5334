//! What a request gets that does not reach its handler.

use actix_web::error::PayloadError;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpResponse, ResponseError};

use crate::webhook::{FormError, ReceiveError, SignatureError};

/// Why a request did not reach its handler. It is answered with `application/problem+json` (RFC 9457).
///
/// The sender learns the kind only; what exactly was wrong with a signature is for your log, where
/// actix writes it at debug level.
#[derive(Debug, thiserror::Error)]
pub enum Rejection {
    /// 403: it is not Twilio's. Mind the public base URL and the token when it should be.
    #[error("the request is not Twilio's")]
    Signature(#[source] SignatureError),
    /// 400: it is Twilio's, but not the request expected here.
    #[error("the request is not the one expected")]
    Form(#[source] FormError),
    /// 405: neither GET nor POST.
    #[error("the method is not one of Twilio's")]
    Method,
    /// 413: the body is larger than
    /// [`max_body_bytes`](super::WebhookSettings::max_body_bytes).
    #[error("the body is too large")]
    BodyTooLarge,
    /// 400: the body broke off or is malformed.
    #[error("the body cannot be read")]
    BodyUnreadable(#[source] PayloadError),
    /// 408: the body took longer than Twilio ever takes.
    #[error("the body took too long")]
    BodyTooSlow,
    /// 500: the app has no `web::Data<WebhookSettings>`.
    #[error("the app has no webhook settings")]
    NotConfigured,
}

impl From<ReceiveError> for Rejection {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Signature(error) => Self::Signature(error),
            ReceiveError::Form(error) => Self::Form(error),
        }
    }
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Signature(_) => StatusCode::FORBIDDEN,
            Self::Form(_) | Self::BodyUnreadable(_) => StatusCode::BAD_REQUEST,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        let status = self.status_code();
        // Every message is a text of this file without quotes.
        let body = format!(r#"{{"title":"{self}","status":{}}}"#, status.as_u16());
        let mut response = HttpResponse::build(status);
        response.insert_header((
            CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        ));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.insert_header((ALLOW, HeaderValue::from_static("GET, POST")));
        }
        response.body(body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_a_signature_is_wrong_looks_the_same() {
        for reason in [
            SignatureError::Missing,
            SignatureError::Mismatch,
            SignatureError::BodyMismatch,
        ] {
            let rejection = Rejection::Signature(reason);
            assert_eq!(rejection.to_string(), "the request is not Twilio's");
            assert_eq!(rejection.status_code(), 403);
        }
    }
}
