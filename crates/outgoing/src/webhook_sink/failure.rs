//! Why a delivery failed, in words for an operator: without URLs, secrets, or what the receiver wrote.

use std::error::Error;
use std::time::{Duration, UNIX_EPOCH};

use atlas_domain::Timestamp;
use reqwest::StatusCode;

use super::names::NoAddress;
use super::{ANSWER_TIMEOUT, CONNECT_TIMEOUT};

/// The longest reason, in characters.
const MAX_CHARS: usize = 200;

/// What an answer that is no success says.
pub(super) fn answered(status: StatusCode) -> String {
    // The words are those of the RFCs, not those that came.
    let words = status.canonical_reason().unwrap_or_default();
    let answered = format!("the receiver answered {} {words}", status.as_u16());
    let answered = answered.trim_end();
    if status.is_redirection() {
        format!("{answered}; redirects are not followed")
    } else {
        answered.to_owned()
    }
}

/// Why there was no answer.
pub(super) fn not_answered(error: &reqwest::Error) -> String {
    if let Some(no_address) = causes(error).find_map(|cause| cause.downcast_ref::<NoAddress>()) {
        return no_address.to_string();
    }
    let words = match (error.is_connect(), error.is_timeout()) {
        (true, true) => format!("no connection within {} s", CONNECT_TIMEOUT.as_secs()),
        (true, false) => format!("no connection: {}", first_cause(error)),
        (false, true) => format!("no answer within {} s", ANSWER_TIMEOUT.as_secs()),
        (false, false) => format!("no answer: {}", first_cause(error)),
    };
    words.chars().take(MAX_CHARS).collect()
}

fn causes<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

/// The cause behind all others. The error itself would name the URL.
fn first_cause(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| "unknown".to_owned(), ToString::to_string)
}

/// The wait that `Retry-After` asks for: seconds, or a date (RFC 9110, section 10.2.3).
pub(super) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // More seconds than can be counted are as many as can.
        return Some(Duration::from_secs(value.parse().unwrap_or(u64::MAX)));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    let since_1970 = date.duration_since(UNIX_EPOCH).ok()?;
    Some(Timestamp::EPOCH.plus(since_1970).since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::parse_rfc3339("2026-01-02T03:04:05Z").unwrap();
        for (value, seconds) in [
            ("0", Some(0)),
            ("120", Some(120)),
            (" 7 ", Some(7)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Fri, 02 Jan 2026 03:06:05 GMT", Some(120)),
            ("Friday, 02-Jan-26 03:06:05 GMT", Some(120)),
            ("Fri Jan  2 03:06:05 2026", Some(120)),
            ("Fri, 02 Jan 2026 03:00:00 GMT", Some(0)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
        ] {
            assert_eq!(
                retry_after(value, now),
                seconds.map(Duration::from_secs),
                "{value:?}"
            );
        }
    }

    #[test]
    fn an_answer_is_told_in_the_words_of_the_rfcs() {
        for (status, words) in [
            (410, "the receiver answered 410 Gone"),
            (599, "the receiver answered 599"),
            (
                302,
                "the receiver answered 302 Found; redirects are not followed",
            ),
        ] {
            assert_eq!(answered(StatusCode::from_u16(status).unwrap()), words);
        }
    }
}
