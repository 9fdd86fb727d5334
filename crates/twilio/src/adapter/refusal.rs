//! Twilio's "no" in the domain's words.

use atlas_domain::carrier::{Refusal, RefusalKind};

use crate::error_code::{Class, ErrorCode};
use crate::rest;

/// The codes that mean the account or its credentials rather than one thing it may not do.
const CREDENTIAL_CODES: [u32; 2] = [20003, 20005];

/// Says the same in the domain's words.
pub(super) fn refusal(refusal: &rest::Refusal) -> Refusal {
    Refusal {
        kind: kind(refusal),
        code: refusal.code,
        message: refusal.message.clone(),
    }
}

/// A "no" from this side, before Twilio was asked.
pub(super) fn wrong_parameter(error: &rest::ParameterError) -> Refusal {
    Refusal {
        kind: RefusalKind::Parameter,
        code: None,
        message: error.to_string(),
    }
}

/// What kind of "no" it is: by its code where it has a known one, else by its HTTP status.
fn kind(refusal: &rest::Refusal) -> RefusalKind {
    if refusal.is_rate_limit() {
        return later(refusal);
    }
    match refusal.known_code() {
        Some(ErrorCode { code, .. }) if CREDENTIAL_CODES.contains(code) => RefusalKind::Credentials,
        Some(known) => match known.class {
            Class::Number => RefusalKind::Number,
            Class::Parameter => RefusalKind::Parameter,
            Class::Authorization => RefusalKind::Permission,
            Class::RateLimit
            | Class::State
            | Class::Fetch
            | Class::Document
            | Class::Delivery
            | Class::Other => {
                if known.curable {
                    later(refusal)
                } else {
                    by_status(refusal)
                }
            }
        },
        None => by_status(refusal),
    }
}

fn by_status(refusal: &rest::Refusal) -> RefusalKind {
    match refusal.http_status {
        // The paths hold the account's SID: where they do not exist, the account does not.
        401 | 404 | 407 => RefusalKind::Credentials,
        403 => RefusalKind::Permission,
        _ => RefusalKind::Parameter,
    }
}

/// It was not processed, and may be asked again.
fn later(refusal: &rest::Refusal) -> RefusalKind {
    let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
    RefusalKind::RateLimited {
        retry_after_seconds: refusal.answer.retry_after.map(seconds),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use atlas_domain::call::FailureCause;

    use super::*;

    fn kind_of(http_status: u16, code: Option<u32>) -> RefusalKind {
        let answer = rest::AnswerInfo {
            retry_after: Some(Duration::from_secs(7)),
            ..rest::AnswerInfo::default()
        };
        let refusal = rest::Refusal {
            http_status,
            code,
            message: String::new(),
            answer,
        };
        kind(&refusal)
    }

    #[test]
    fn codes_decide_before_statuses() {
        let later = RefusalKind::RateLimited {
            retry_after_seconds: Some(7),
        };
        for (http_status, code, expected) in [
            (400, Some(21211), RefusalKind::Number),
            (400, Some(21219), RefusalKind::Number),
            (403, Some(21216), RefusalKind::Number),
            (400, Some(21205), RefusalKind::Parameter),
            (400, Some(21215), RefusalKind::Permission),
            (403, Some(20403), RefusalKind::Permission),
            (401, Some(20003), RefusalKind::Credentials),
            (403, Some(20005), RefusalKind::Credentials),
            (404, Some(20404), RefusalKind::Credentials),
            (429, Some(20429), later),
            (400, Some(22005), later),
            (409, Some(20409), later),
            (429, None, later),
            (401, None, RefusalKind::Credentials),
            (404, None, RefusalKind::Credentials),
            (403, Some(99999), RefusalKind::Permission),
            (400, Some(99999), RefusalKind::Parameter),
            (422, None, RefusalKind::Parameter),
        ] {
            assert_eq!(
                kind_of(http_status, code),
                expected,
                "{http_status} {code:?}"
            );
        }
    }

    #[test]
    fn what_another_try_cannot_cure_does_not_pass_later() {
        for known in crate::error_code::all()
            .iter()
            .filter(|known| known.class == Class::Number)
        {
            assert!(
                !FailureCause::from(kind_of(400, Some(known.code))).may_pass_later(),
                "{}",
                known.code
            );
        }
    }
}
