//! How a request can fail.

use super::{AnswerInfo, ParameterError, Refusal};

/// A cause of any type.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Why a request that changes something has no answer, and what that means for the change.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// A parameter is outside of its limits, so that nothing was sent.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Twilio said no: it has not been done.
    #[error("Twilio refused the request: {0}")]
    Refused(Refusal),
    /// No connection came about: it has not been done.
    #[error("the request was not sent")]
    NotSent {
        /// Why.
        source: BoxError,
    },
    /// It may have been done.
    #[error("it is unknown whether Twilio carried out the request")]
    Unknown(#[source] UnknownOutcome),
}

/// Why nobody knows whether a request was carried out.
#[derive(Debug, thiserror::Error)]
pub enum UnknownOutcome {
    /// It was sent, or partly sent, and no answer came: cut off or timed out.
    #[error("no answer came")]
    NoAnswer {
        /// Why.
        source: BoxError,
    },
    /// The answer says neither yes nor no: a server's error, a gateway's timeout, a redirect.
    #[error("the answer with HTTP status {http_status} tells nothing")]
    NoVerdict {
        /// The HTTP status.
        http_status: u16,
        /// Twilio's code, if there is one.
        code: Option<u32>,
        /// What the head of the answer told.
        answer: AnswerInfo,
    },
    /// Twilio said yes, but what it said more was cut off or makes no sense.
    #[error("the answer with HTTP status {http_status} could not be read")]
    Unreadable {
        /// The HTTP status.
        http_status: u16,
        /// What the head of the answer told.
        answer: AnswerInfo,
        /// Why.
        source: BoxError,
    },
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A parameter is outside of its limits, so that nothing was sent.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Twilio said no.
    #[error("Twilio refused the request: {0}")]
    Refused(Refusal),
    /// No connection came about.
    #[error("the request was not sent")]
    NotSent {
        /// Why.
        source: BoxError,
    },
    /// No answer came: cut off or timed out.
    #[error("no answer came")]
    NoAnswer {
        /// Why.
        source: BoxError,
    },
    /// Twilio, or something before it, is in trouble: HTTP status 5xx, or one that has no place here.
    #[error("the answer has HTTP status {http_status}")]
    Unavailable {
        /// The HTTP status.
        http_status: u16,
        /// Twilio's code, if there is one.
        code: Option<u32>,
        /// What the head of the answer told.
        answer: AnswerInfo,
    },
    /// The answer was cut off or makes no sense.
    #[error("the answer could not be read")]
    Unreadable {
        /// What the head of the answer told.
        answer: AnswerInfo,
        /// Why.
        source: BoxError,
    },
}

impl WriteError {
    /// What the head of the answer told; none when there was no answer.
    #[must_use]
    pub const fn answer(&self) -> Option<&AnswerInfo> {
        match self {
            Self::Parameter(_)
            | Self::NotSent { .. }
            | Self::Unknown(UnknownOutcome::NoAnswer { .. }) => None,
            Self::Refused(refusal) => Some(&refusal.answer),
            Self::Unknown(
                UnknownOutcome::NoVerdict { answer, .. }
                | UnknownOutcome::Unreadable { answer, .. },
            ) => Some(answer),
        }
    }
}

impl ReadError {
    /// What the head of the answer told; none when there was no answer.
    #[must_use]
    pub const fn answer(&self) -> Option<&AnswerInfo> {
        match self {
            Self::Parameter(_) | Self::NotSent { .. } | Self::NoAnswer { .. } => None,
            Self::Refused(refusal) => Some(&refusal.answer),
            Self::Unavailable { answer, .. } | Self::Unreadable { answer, .. } => Some(answer),
        }
    }
}
