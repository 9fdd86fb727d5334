//! What the head of an answer tells besides its status.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::timestamp::parse_timestamp;

/// More than Twilio's request ids have.
const MAX_REQUEST_ID_CHARACTERS: usize = 64;

/// What the head of an answer told; each part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnswerInfo {
    /// `Twilio-Request-Id`, which Twilio's support asks for.
    pub request_id: Option<String>,
    /// `Twilio-Concurrent-Requests`: how many requests of the account were under way at that moment.
    pub concurrent_requests: Option<u32>,
    /// `Retry-After`: how long to wait before asking again.
    pub retry_after: Option<Duration>,
}

impl AnswerInfo {
    pub(super) fn read(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
        Self {
            request_id: text("twilio-request-id")
                .filter(|id| !id.is_empty() && id.len() <= MAX_REQUEST_ID_CHARACTERS)
                .map(str::to_owned),
            concurrent_requests: text("twilio-concurrent-requests")
                .and_then(|count| count.parse().ok()),
            retry_after: retry_after(headers),
        }
    }
}

/// Reads `Retry-After`, seconds or a date (RFC 9110, section 10.2.3); the date is held against the answer's
/// own `Date`, so that no clock is needed.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok();
    let value = text(RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let wait = parse_timestamp(value)? - parse_timestamp(text(DATE)?)?;
    Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| {
                (
                    reqwest::header::HeaderName::from_static(name),
                    value.parse().unwrap(),
                )
            })
            .collect()
    }

    #[test]
    fn the_id_and_the_number_of_requests_are_read() {
        let info = AnswerInfo::read(&headers(&[
            ("twilio-request-id", "RQ0123456789abcdef0123456789abcdef"),
            ("twilio-concurrent-requests", "7"),
        ]));
        assert_eq!(
            info.request_id.as_deref(),
            Some("RQ0123456789abcdef0123456789abcdef")
        );
        assert_eq!(info.concurrent_requests, Some(7));
        let odd = headers(&[
            ("twilio-request-id", &"x".repeat(65)),
            ("twilio-concurrent-requests", "many"),
        ]);
        assert_eq!(AnswerInfo::read(&odd), AnswerInfo::default());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(retry_after(&headers(&[])), None);
        assert_eq!(
            retry_after(&headers(&[("retry-after", "7")])),
            Some(Duration::from_secs(7))
        );
        assert_eq!(retry_after(&headers(&[("retry-after", "-7")])), None);
        assert_eq!(retry_after(&headers(&[("retry-after", "soon")])), None);
        let later = "Wed, 21 Oct 2015 07:28:30 GMT";
        let date = "Wed, 21 Oct 2015 07:28:00 GMT";
        assert_eq!(
            retry_after(&headers(&[("retry-after", later), ("date", date)])),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            retry_after(&headers(&[("retry-after", date), ("date", later)])),
            Some(Duration::ZERO)
        );
        assert_eq!(retry_after(&headers(&[("retry-after", later)])), None);
    }
}
