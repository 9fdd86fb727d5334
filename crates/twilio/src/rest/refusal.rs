//! Twilio's "no" (<https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions>).

use std::fmt;

use serde_json::Value;

use super::AnswerInfo;
use crate::error_code::{self, ErrorCode};

/// Twilio answered that it will not do it; it has not been done.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status, 4xx.
    pub http_status: u16,
    /// Twilio's code; a few answers have none.
    pub code: Option<u32>,
    /// Twilio's words, perhaps empty. They may hold a phone number, so they are neither in the `Display`
    /// nor in the `Debug` output.
    pub message: String,
    /// What the head of the answer told: how long to wait before asking again, if Twilio said so.
    pub answer: AnswerInfo,
}

impl Refusal {
    /// What is known about the code.
    #[must_use]
    pub fn known_code(&self) -> Option<&'static ErrorCode> {
        self.code.and_then(error_code::find)
    }

    /// Whether the same request may succeed later although nobody changed the request or the account.
    #[must_use]
    pub fn is_curable(&self) -> bool {
        match self.known_code() {
            Some(known) => known.curable,
            None => self.http_status == 429,
        }
    }

    /// Whether it was refused only because too much is going on at once.
    #[must_use]
    pub fn is_rate_limit(&self) -> bool {
        self.http_status == 429
            || self
                .known_code()
                .is_some_and(|known| known.class == error_code::Class::RateLimit)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HTTP status {}", self.http_status)?;
        if let Some(code) = self.code {
            write!(formatter, ", Twilio code {code}")?;
        }
        if let Some(known) = self.known_code() {
            write!(formatter, " ({})", known.meaning)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Refusal")
            .field("http_status", &self.http_status)
            .field("code", &self.code)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Refusal {}

/// What an error body says; each part may be missing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ErrorBody {
    pub(super) code: Option<u32>,
    pub(super) message: Option<String>,
}

impl ErrorBody {
    /// Reads Twilio's own shape and RFC 9457 problems; anything else is an empty body.
    pub(super) fn parse(body: &[u8]) -> Self {
        let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
            return Self::default();
        };
        let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
        let code = fields.get("code").and_then(|code| match code {
            Value::Number(number) => number
                .as_u64()
                .and_then(|number| u32::try_from(number).ok()),
            Value::String(text) => text.parse().ok(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        });
        let message = text("message")
            .or_else(|| text("detail"))
            .or_else(|| text("title"));
        Self { code, message }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_body_is_read_part_by_part() {
        let full = br#"{"code":21211,"message":"The 'To' number 1 is not valid.","more_info":"x","status":400}"#;
        let body = ErrorBody::parse(full);
        assert_eq!(body.code, Some(21211));
        assert_eq!(
            body.message.as_deref(),
            Some("The 'To' number 1 is not valid.")
        );
        let bare = ErrorBody::parse(br#"{"status":404,"message":"not found"}"#);
        assert_eq!(bare.code, None);
        assert_eq!(bare.message.as_deref(), Some("not found"));
        let problem =
            ErrorBody::parse(br#"{"type":"x","title":"Bad","status":400,"code":"20422"}"#);
        assert_eq!(
            problem,
            ErrorBody {
                code: Some(20422),
                message: Some("Bad".to_owned())
            }
        );
    }

    #[test]
    fn what_is_not_a_json_object_says_nothing() {
        for body in [
            "",
            "<html>",
            "null",
            "[]",
            "{}",
            "\u{0}",
            "{\"code\":-1}",
            "{\"code\":{}}",
        ] {
            let read = ErrorBody::parse(body.as_bytes());
            assert_eq!((read.code, read.message), (None, None), "{body}");
        }
    }

    #[test]
    fn the_message_does_not_show_in_a_log() {
        let refusal = Refusal {
            http_status: 400,
            code: Some(21211),
            message: "The 'To' number +14155550123 is not valid".to_owned(),
            answer: AnswerInfo::default(),
        };
        assert_eq!(
            refusal.to_string(),
            "HTTP status 400, Twilio code 21211 (number to call is not valid)"
        );
        assert!(!format!("{refusal:?}").contains("1415"));
    }
}
