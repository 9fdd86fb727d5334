//! What came of sending a request, and what that means: the one place where that is decided.

use std::time::Duration;

use super::refusal::ErrorBody;
use super::{BoxError, ReadError, Refusal, UnknownOutcome, WriteError};

/// What came of sending a request.
#[derive(Debug)]
pub(super) enum Exchange {
    /// No connection came about, so that not a byte of the request left.
    NotSent(BoxError),
    /// There was a connection, but no answer.
    NoAnswer(BoxError),
    /// There was an answer.
    Answered(Answer),
}

/// An answer as far as it could be read.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) http_status: u16,
    pub(super) retry_after: Option<Duration>,
    /// An error when it was cut off.
    pub(super) body: Result<Vec<u8>, BoxError>,
}

/// A body that said yes.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) http_status: u16,
    pub(super) body: Vec<u8>,
}

/// Decides what became of a request that changes something.
pub(super) fn written(exchange: Exchange) -> Result<Accepted, WriteError> {
    let answer = match exchange {
        Exchange::NotSent(source) => return Err(WriteError::NotSent { source }),
        Exchange::NoAnswer(source) => {
            return Err(WriteError::Unknown(UnknownOutcome::NoAnswer { source }));
        }
        Exchange::Answered(answer) => answer,
    };
    let http_status = answer.http_status;
    match http_status {
        200..=299 => match answer.body {
            Ok(body) => Ok(Accepted { http_status, body }),
            Err(source) => Err(WriteError::Unknown(UnknownOutcome::Unreadable {
                http_status,
                source,
            })),
        },
        400..=499 => {
            let body = answer.error_body();
            // A gateway may write a message of its own; only Twilio writes a code.
            if is_gateway_timeout(http_status) && body.code.is_none() {
                Err(WriteError::Unknown(UnknownOutcome::NoVerdict {
                    http_status,
                    code: None,
                }))
            } else {
                Err(WriteError::Refused(answer.refusal(body)))
            }
        }
        // A POST that ended in 5xx may or may not have been carried out
        // (https://www.twilio.com/docs/api/errors/20500).
        _ => {
            let code = answer.error_body().code;
            Err(WriteError::Unknown(UnknownOutcome::NoVerdict {
                http_status,
                code,
            }))
        }
    }
}

/// Decides what became of a request that only reads; `None` when there is no such thing.
pub(super) fn read(exchange: Exchange) -> Result<Option<Vec<u8>>, ReadError> {
    let answer = match exchange {
        Exchange::NotSent(source) => return Err(ReadError::NotSent { source }),
        Exchange::NoAnswer(source) => return Err(ReadError::NoAnswer { source }),
        Exchange::Answered(answer) => answer,
    };
    let http_status = answer.http_status;
    match http_status {
        200..=299 => answer
            .body
            .map(Some)
            .map_err(|source| ReadError::Unreadable { source }),
        404 => Ok(None),
        400..=499 => {
            let body = answer.error_body();
            Err(ReadError::Refused(answer.refusal(body)))
        }
        _ => Err(ReadError::Unavailable {
            http_status,
            code: answer.error_body().code,
        }),
    }
}

impl Answer {
    fn error_body(&self) -> ErrorBody {
        self.body
            .as_deref()
            .map(ErrorBody::parse)
            .unwrap_or_default()
    }

    fn refusal(&self, body: ErrorBody) -> Refusal {
        Refusal {
            http_status: self.http_status,
            code: body.code,
            message: body.message.unwrap_or_default(),
            retry_after: self.retry_after,
        }
    }
}

/// 408 and 499 come from something between here and Twilio that lost patience with one of the two.
const fn is_gateway_timeout(http_status: u16) -> bool {
    matches!(http_status, 408 | 499)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(http_status: u16, body: &str) -> Exchange {
        Exchange::Answered(Answer {
            http_status,
            retry_after: None,
            body: Ok(body.into()),
        })
    }

    fn cut_off(http_status: u16) -> Exchange {
        Exchange::Answered(Answer {
            http_status,
            retry_after: None,
            body: Err("cut off".into()),
        })
    }

    const TWILIO_BODY: &str = r#"{"code":20001,"message":"no"}"#;

    #[test]
    fn without_a_connection_nothing_was_written() {
        let outcome = written(Exchange::NotSent("refused".into()));
        assert!(matches!(outcome, Err(WriteError::NotSent { .. })));
    }

    #[test]
    fn without_an_answer_nobody_knows_what_was_written() {
        let outcome = written(Exchange::NoAnswer("reset".into()));
        assert!(matches!(
            outcome,
            Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
        ));
    }

    #[test]
    fn every_2xx_with_its_body_is_an_answer_and_without_it_unknown() {
        for status in [200, 201, 202, 204, 299] {
            assert_eq!(written(answer(status, "x")).unwrap().body, b"x");
            assert!(matches!(
                written(cut_off(status)),
                Err(WriteError::Unknown(UnknownOutcome::Unreadable { http_status, .. })) if http_status == status
            ));
        }
    }

    #[test]
    fn every_4xx_of_twilio_is_a_refusal() {
        for status in 400..500 {
            assert!(
                matches!(
                    written(answer(status, TWILIO_BODY)),
                    Err(WriteError::Refused(Refusal { http_status, code: Some(20001), .. })) if http_status == status
                ),
                "{status}"
            );
        }
    }

    #[test]
    fn a_bare_4xx_is_a_refusal_except_for_the_timeouts_of_gateways() {
        for status in 400..500 {
            for exchange in [
                answer(status, "<html>"),
                answer(status, r#"{"message":"Request timed out"}"#),
                answer(status, r#"{"title":"Request Timeout","status":408}"#),
                cut_off(status),
            ] {
                let refused = matches!(written(exchange), Err(WriteError::Refused(_)));
                assert_eq!(refused, status != 408 && status != 499, "{status}");
            }
        }
    }

    #[test]
    fn everything_else_leaves_the_outcome_unknown() {
        for status in (300..400).chain(500..600).chain([600, 999]) {
            for exchange in [
                answer(status, TWILIO_BODY),
                answer(status, ""),
                cut_off(status),
            ] {
                assert!(
                    matches!(
                        written(exchange),
                        Err(WriteError::Unknown(UnknownOutcome::NoVerdict { .. }))
                    ),
                    "{status}"
                );
            }
        }
    }

    #[test]
    fn a_read_that_finds_nothing_is_an_answer() {
        assert_eq!(read(answer(404, "")).unwrap(), None);
        assert_eq!(read(answer(404, TWILIO_BODY)).unwrap(), None);
        assert_eq!(read(answer(200, "x")).unwrap(), Some(b"x".to_vec()));
    }

    #[test]
    fn a_read_fails_by_kind() {
        assert!(matches!(read(answer(401, "")), Err(ReadError::Refused(_))));
        assert!(matches!(
            read(answer(302, "")),
            Err(ReadError::Unavailable {
                http_status: 302,
                ..
            })
        ));
        assert!(matches!(
            read(answer(503, "")),
            Err(ReadError::Unavailable {
                http_status: 503,
                ..
            })
        ));
        assert!(matches!(
            read(cut_off(200)),
            Err(ReadError::Unreadable { .. })
        ));
        assert!(matches!(
            read(Exchange::NoAnswer("x".into())),
            Err(ReadError::NoAnswer { .. })
        ));
        assert!(matches!(
            read(Exchange::NotSent("x".into())),
            Err(ReadError::NotSent { .. })
        ));
    }
}
