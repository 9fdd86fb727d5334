//! Every way in which a request can fail, and the one place where that becomes an HTTP status.

#[cfg(test)]
mod tests;

use std::error::Error;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use atlas_application::storage::{StorageError, Unique};
use atlas_application::{ApplicationError, CarrierTrouble};
use atlas_domain::CallId;
use atlas_domain::call::RefusedMove;
use atlas_domain::carrier::{Refusal, RefusalKind};

use crate::fields::FieldError;
use crate::phone::health::configuration_error;
use crate::problem::{Kind, Problem};

/// Why a request was not done.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    #[error("fields are wrong")]
    Invalid(Vec<FieldError>),
    #[error("the body is not JSON")]
    MalformedJson(#[source] serde_json::Error),
    /// What is wrong with a request under `/notifications`, where that answers 422.
    #[error("the request to the notifications is wrong")]
    Unprocessable(#[source] Box<ApiError>),
    #[error("the body did not arrive in time")]
    BodyTooSlow,
    #[error("the body could not be read")]
    UnreadableBody(#[source] actix_web::error::PayloadError),
    #[error("the body is too large")]
    BodyTooLarge,
    #[error("the content type is not {expected}")]
    WrongContentType { expected: &'static str },
    #[error("no or wrong API key")]
    Unauthorized,
    #[error("the API is open to this machine only")]
    LoopbackOnly,
    #[error("the request is not signed by Twilio")]
    NotSigned(#[source] Option<atlas_twilio::webhook::SignatureError>),
    #[error("no such route")]
    NoRoute,
    #[error("no such call")]
    NoSuchCall { named: String },
    #[error("no such notification")]
    NoSuchNotification { named: String },
    #[error("no such user")]
    NoSuchUser,
    #[error("no such recording")]
    NoSuchRecording,
    #[error("no such document")]
    NoSuchDocument,
    #[error("the route does not know this method")]
    WrongMethod { allowed: String },
    #[error("the range cannot be had")]
    RangeNotSatisfiable { content_range: Option<String> },
    #[error("the idempotency key belongs to another request")]
    IdempotencyKeyReused,
    #[error("a request with this idempotency key is running")]
    IdempotencyInProgress,
    #[error("the Phone API is not configured: {missing}")]
    PhoneNotConfigured { missing: String },
    #[error("the store did not answer in time")]
    StoreTooSlow,
    /// A callback that could not be stored, whatever the reason: Twilio may bring it again.
    #[error("a callback could not be stored")]
    NotStored(#[source] Box<ApiError>),
    #[error(transparent)]
    Application(#[from] ApplicationError),
    #[error("the notification was not placed")]
    NotificationNotPlaced(#[source] ApplicationError),
    #[error("work stopped before its end")]
    Stopped(#[from] tokio::task::JoinError),
    #[error("a document could not be written")]
    Unwritable(#[source] Box<dyn Error + Send + Sync>),
    #[error("the routes were registered without their state")]
    NotConfigured,
    /// What actix itself answered, such as a refused CORS preflight.
    #[error("answered {0} by the framework")]
    Framework(StatusCode),
}

impl From<StorageError> for ApiError {
    fn from(error: StorageError) -> Self {
        Self::Application(error.into())
    }
}

impl ApiError {
    /// The problem document: status, code and words. The one match from errors to HTTP.
    pub(crate) fn problem(&self) -> Problem {
        match self {
            Self::Invalid(errors) => invalid(errors),
            Self::MalformedJson(_) => Problem::new(Kind::MalformedJson, "The body is not JSON."),
            Self::Unprocessable(error) => error.problem().with_status_of(Kind::Unprocessable),
            Self::BodyTooSlow => Problem::new(Kind::BadRequest, "The body did not arrive in time."),
            Self::UnreadableBody(_) => {
                Problem::new(Kind::BadRequest, "The body could not be read.")
            }
            Self::BodyTooLarge => {
                Problem::new(Kind::BodyTooLarge, "The body is larger than 128 KiB.")
            }
            Self::WrongContentType { expected } => Problem::new(
                Kind::UnsupportedMediaType,
                format!("The content type must be {expected}."),
            ),
            Self::Unauthorized => Problem::new(
                Kind::Unauthorized,
                "An API key is needed, as 'Authorization: Bearer <key>' or 'X-API-Key: <key>'.",
            )
            .with_header("www-authenticate", r#"Bearer realm="atlas""#),
            Self::LoopbackOnly => Problem::new(
                Kind::LoopbackOnly,
                "Without API keys only this machine may call, by a loopback name.",
            ),
            Self::NotSigned(_) => Problem::new(
                Kind::InvalidSignature,
                "The request is not signed by Twilio.",
            ),
            Self::NoRoute => Problem::new(Kind::NotFound, "There is nothing at this path."),
            Self::NoSuchCall { named } => call_not_found(named),
            Self::NoSuchNotification { named } => {
                Problem::new(Kind::NotFound, format!("Notification not found: {named}"))
            }
            Self::NoSuchUser => Problem::new(Kind::NotFound, "User not found"),
            Self::NoSuchRecording => Problem::new(Kind::NotFound, "Recording not found"),
            Self::NoSuchDocument => Problem::new(Kind::NotFound, "Document not found"),
            Self::WrongMethod { allowed } => Problem::new(
                Kind::MethodNotAllowed,
                format!("This path knows only {allowed}."),
            )
            .with_header("allow", allowed),
            Self::RangeNotSatisfiable { content_range } => {
                let problem = Problem::new(
                    Kind::RangeNotSatisfiable,
                    "The recording has no such range.",
                );
                match content_range {
                    Some(range) => problem.with_header("content-range", range),
                    None => problem,
                }
            }
            Self::IdempotencyKeyReused => Problem::new(
                Kind::IdempotencyKeyReused,
                "This Idempotency-Key was used for a request with another body.",
            ),
            Self::IdempotencyInProgress => Problem::new(
                Kind::IdempotencyInProgress,
                "The first request with this Idempotency-Key is still running.",
            )
            .with_retry_after_seconds(1),
            Self::PhoneNotConfigured { missing } => {
                Problem::new(Kind::PhoneNotConfigured, configuration_error(missing))
            }
            Self::StoreTooSlow | Self::NotStored(_) => storage_unavailable(),
            Self::Application(error) => problem_of_application(error),
            Self::NotificationNotPlaced(error) => problem_of_notification(error),
            Self::Stopped(_) | Self::Unwritable(_) | Self::NotConfigured => internal(),
            Self::Framework(status) => Problem::of_status(*status),
        }
    }

    /// The same under `/notifications`: there, wrong fields and malformed JSON answer 422.
    pub(crate) fn unprocessable(self) -> Self {
        if let Self::Invalid(_) | Self::MalformedJson(_) = self {
            Self::Unprocessable(Box::new(self))
        } else {
            self
        }
    }

    /// Whether it is about a call that was stored, and did not ring.
    pub(crate) fn names_a_call(&self) -> bool {
        self.carrier_trouble()
            .is_some_and(|(call_id, _)| call_id.is_some())
    }

    /// Whether the carrier refused what was asked, and would refuse it again.
    pub(crate) fn is_final_refusal(&self) -> bool {
        self.carrier_trouble()
            .is_some_and(|(_, trouble)| refused_order(trouble).is_some())
    }

    /// The trouble with the carrier, and the call that was stored.
    const fn carrier_trouble(&self) -> Option<(Option<CallId>, &CarrierTrouble)> {
        if let Self::Application(ApplicationError::Carrier { call_id, trouble })
        | Self::NotificationNotPlaced(ApplicationError::Carrier { call_id, trouble }) = self
        {
            Some((*call_id, trouble))
        } else {
            None
        }
    }

    /// Logs a failure with its causes. What the client did wrong is told to the client only.
    pub(crate) fn log(&self) {
        if self.status_code().is_server_error() {
            tracing::error!(error = self as &dyn Error, "request failed");
        } else {
            tracing::debug!(error = %self, "request refused");
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.problem().status()
    }

    /// Only the status: the document is written where the request id is known.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

fn problem_of_application(error: &ApplicationError) -> Problem {
    match error {
        ApplicationError::UserNotFound(_) => Problem::new(Kind::NotFound, "User not found"),
        ApplicationError::CallNotFound(reference) => call_not_found(&reference.to_string()),
        ApplicationError::NotificationNotFound(call_id) => {
            Problem::new(Kind::NotFound, format!("Notification not found: {call_id}"))
        }
        ApplicationError::RecordingNotFound(_) => {
            Problem::new(Kind::NotFound, "Recording not found")
        }
        ApplicationError::FeedbackNotFound(reference) => Problem::new(
            Kind::NotFound,
            format!("No feedback found for call: {reference}"),
        ),
        ApplicationError::TwimlUrlRefused(why) => invalid(&[FieldError {
            pointer: "/twiml_url".to_owned(),
            detail: why.to_string(),
        }]),
        ApplicationError::MoveRefused(why) => match why {
            RefusedMove::Finished => Problem::new(Kind::CallFinished, "The call is finished."),
            RefusedMove::DialUnderWay => {
                Problem::new(Kind::DialUnderWay, "A dial of this call is under way.")
            }
            RefusedMove::Completed => Problem::new(Kind::CallCompleted, "The call was completed."),
            RefusedMove::NotANotification => Problem::new(Kind::NotFound, "Notification not found"),
            RefusedMove::Acknowledged => Problem::new(
                Kind::NotificationAcknowledged,
                "The notification is acknowledged.",
            ),
            RefusedMove::Canceled => {
                Problem::new(Kind::NotificationCanceled, "The notification was canceled.")
            }
            RefusedMove::NotDue | RefusedMove::OtherSid => {
                Problem::new(Kind::Conflict, "The call does not allow this as it stands.")
            }
        },
        ApplicationError::Carrier { call_id, trouble } => {
            let problem = problem_of_carrier(trouble);
            match call_id {
                Some(call_id) => problem.with_call_id(*call_id),
                None => problem,
            }
        }
        ApplicationError::Storage(error) => match error {
            StorageError::Duplicate(Unique::Email) => {
                Problem::new(Kind::EmailTaken, "Another user has this email address.")
            }
            StorageError::Duplicate(Unique::ExternalId) => {
                Problem::new(Kind::ExternalIdTaken, "Another user has this external_id.")
            }
            StorageError::Unavailable(_) => storage_unavailable(),
            StorageError::Duplicate(Unique::CallId | Unique::CallSid | Unique::RecordingSid)
            | StorageError::Corrupt { .. } => internal(),
        },
    }
}

fn invalid(errors: &[FieldError]) -> Problem {
    let detail = match errors {
        [only] => format!("{} {}", only.pointer, only.detail)
            .trim_start()
            .to_owned(),
        several => format!("{} fields are wrong.", several.len()),
    };
    Problem::new(Kind::ValidationFailed, detail).with_errors(errors.to_vec())
}

/// What a client reads whose notification was not placed, in words that its clients know.
fn problem_of_notification(error: &ApplicationError) -> Problem {
    let problem = problem_of_application(error);
    let ApplicationError::Carrier { trouble, .. } = error else {
        return problem;
    };
    if let CarrierTrouble::NotConfigured = trouble {
        return problem.told_as(
            Kind::CarrierNotConfigured,
            "Twilio service not initialized. Check environment variables.",
        );
    }
    match refused_order(trouble) {
        Some(refusal) => problem.told_as(
            Kind::CallNotInitiated,
            format!("Failed to initiate call: {}", words_of(refusal)),
        ),
        None => problem,
    }
}

/// The carrier's refusal of a number or parameter.
const fn refused_order(trouble: &CarrierTrouble) -> Option<&Refusal> {
    match trouble {
        CarrierTrouble::Refused(refusal) => match refusal.kind {
            RefusalKind::Number | RefusalKind::Parameter => Some(refusal),
            RefusalKind::Permission
            | RefusalKind::Credentials
            | RefusalKind::RateLimited { .. } => None,
        },
        CarrierTrouble::NotConfigured | CarrierTrouble::NotReached { .. } => None,
    }
}

fn words_of(refusal: &Refusal) -> String {
    match refusal.message.as_str() {
        "" => "Twilio refused this call.".to_owned(),
        message => format!("Twilio refused: {message}"),
    }
}

fn problem_of_carrier(trouble: &CarrierTrouble) -> Problem {
    match trouble {
        CarrierTrouble::NotConfigured => {
            Problem::new(Kind::CarrierNotConfigured, "Twilio is not configured.")
        }
        CarrierTrouble::NotReached { .. } => {
            Problem::new(Kind::CarrierUnreachable, "Twilio could not be reached.")
        }
        CarrierTrouble::Refused(refusal) => {
            let problem = match refusal.kind {
                RefusalKind::Number | RefusalKind::Parameter => {
                    Problem::new(Kind::CarrierRefused, words_of(refusal))
                }
                RefusalKind::Permission | RefusalKind::Credentials => Problem::new(
                    Kind::CarrierNotAuthorized,
                    "Twilio does not allow this account to do that.",
                ),
                RefusalKind::RateLimited {
                    retry_after_seconds,
                } => Problem::new(
                    Kind::CarrierRateLimited,
                    "Twilio takes no more requests at the moment.",
                )
                .with_retry_after_seconds(retry_after_seconds.unwrap_or(1)),
            };
            match refusal.code {
                Some(code) => problem.with_twilio_code(code),
                None => problem,
            }
        }
    }
}

fn call_not_found(named: &str) -> Problem {
    Problem::new(Kind::NotFound, format!("Call not found: {named}"))
}

fn storage_unavailable() -> Problem {
    Problem::new(
        Kind::StorageUnavailable,
        "The database is not available at the moment.",
    )
    .with_retry_after_seconds(1)
}

fn internal() -> Problem {
    Problem::new(Kind::InternalError, "Something went wrong on our side.")
}
