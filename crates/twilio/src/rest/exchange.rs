//! What came of sending a request, and what that means: the one place where that is decided.

use super::refusal::ErrorBody;
use super::{AnswerInfo, BoxError, Failure, ReadError, Refusal, UnknownOutcome, WriteError};

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
    pub(super) info: AnswerInfo,
    /// An error when it was cut off.
    pub(super) body: Result<Vec<u8>, BoxError>,
}

/// A body that said yes.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) http_status: u16,
    pub(super) info: AnswerInfo,
    pub(super) body: Vec<u8>,
}

/// What an answer says about its request.
enum Verdict {
    Accepted,
    Refused(ErrorBody),
    None { code: Option<u32> },
}

impl Exchange {
    /// How it failed; none when Twilio said yes.
    pub(super) fn failure(&self) -> Option<Failure> {
        let answer = match self {
            Self::NotSent(_) => return Some(Failure::NotSent),
            Self::NoAnswer(_) => return Some(Failure::NoAnswer),
            Self::Answered(answer) => answer,
        };
        let http_status = answer.http_status;
        match answer.verdict() {
            // Twilio said yes, but what it said more was cut off.
            Verdict::Accepted => answer.body.is_err().then_some(Failure::Unreadable),
            Verdict::Refused(ErrorBody { code, .. }) => {
                Some(Failure::Refused { http_status, code })
            }
            Verdict::None { .. } => Some(Failure::NoVerdict { http_status }),
        }
    }

    /// The answer, if there was one.
    pub(super) const fn answer(&self) -> Option<&Answer> {
        match self {
            Self::NotSent(_) | Self::NoAnswer(_) => None,
            Self::Answered(answer) => Some(answer),
        }
    }
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
    let verdict = answer.verdict();
    let Answer {
        http_status,
        info,
        body,
    } = answer;
    match (verdict, body) {
        (Verdict::Accepted, Ok(body)) => Ok(Accepted {
            http_status,
            info,
            body,
        }),
        (Verdict::Accepted, Err(source)) => Err(WriteError::Unknown(UnknownOutcome::Unreadable {
            http_status,
            answer: info,
            source,
        })),
        (Verdict::Refused(body), _) => Err(WriteError::Refused(refusal(http_status, body, info))),
        (Verdict::None { code }, _) => Err(WriteError::Unknown(UnknownOutcome::NoVerdict {
            http_status,
            code,
            answer: info,
        })),
    }
}

/// Decides what became of a request that only reads; `None` when there is no such thing.
pub(super) fn read(exchange: Exchange) -> Result<Option<Accepted>, ReadError> {
    match written(exchange) {
        Ok(accepted) => Ok(Some(accepted)),
        Err(WriteError::Refused(refusal)) if refusal.http_status == 404 => Ok(None),
        Err(error) => Err(read_error(error)),
    }
}

/// Decides what became of a request for a list, or for an account.
///
/// A 404 with a code says that what the list belongs to does not exist; one without is not Twilio's.
pub(super) fn read_existing(exchange: Exchange) -> Result<Accepted, ReadError> {
    written(exchange).map_err(|error| match error {
        WriteError::Refused(refusal) if refusal.http_status == 404 && refusal.code.is_none() => {
            ReadError::Unavailable {
                http_status: refusal.http_status,
                code: refusal.code,
                answer: refusal.answer,
            }
        }
        WriteError::Refused(_)
        | WriteError::Parameter(_)
        | WriteError::NotSent { .. }
        | WriteError::Unknown(_) => read_error(error),
    })
}

fn read_error(error: WriteError) -> ReadError {
    match error {
        WriteError::Parameter(error) => ReadError::Parameter(error),
        WriteError::Refused(refusal) => ReadError::Refused(refusal),
        WriteError::NotSent { source } => ReadError::NotSent { source },
        WriteError::Unknown(UnknownOutcome::NoAnswer { source }) => ReadError::NoAnswer { source },
        WriteError::Unknown(UnknownOutcome::NoVerdict {
            http_status,
            code,
            answer,
        }) => ReadError::Unavailable {
            http_status,
            code,
            answer,
        },
        WriteError::Unknown(UnknownOutcome::Unreadable { answer, source, .. }) => {
            ReadError::Unreadable { answer, source }
        }
    }
}

impl Answer {
    fn verdict(&self) -> Verdict {
        match self.http_status {
            200..=299 => Verdict::Accepted,
            status @ 400..=499 => {
                let body = self.error_body();
                // A gateway may write a message of its own; only Twilio writes a code.
                if is_gateway_timeout(status) && body.code.is_none() {
                    Verdict::None { code: None }
                } else {
                    Verdict::Refused(body)
                }
            }
            // A POST that ended in 5xx may or may not have been carried out
            // (https://www.twilio.com/docs/api/errors/20500).
            _ => Verdict::None {
                code: self.error_body().code,
            },
        }
    }

    /// Twilio's code, if there is one.
    pub(super) fn error_code(&self) -> Option<u32> {
        match self.verdict() {
            Verdict::Accepted => None,
            Verdict::Refused(body) => body.code,
            Verdict::None { code } => code,
        }
    }

    fn error_body(&self) -> ErrorBody {
        self.body
            .as_deref()
            .map(ErrorBody::parse)
            .unwrap_or_default()
    }
}

fn refusal(http_status: u16, body: ErrorBody, answer: AnswerInfo) -> Refusal {
    Refusal {
        http_status,
        code: body.code,
        message: body.message.unwrap_or_default(),
        answer,
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
            info: AnswerInfo::default(),
            body: Ok(body.into()),
        })
    }

    fn cut_off(http_status: u16) -> Exchange {
        Exchange::Answered(Answer {
            http_status,
            info: AnswerInfo::default(),
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
        assert!(read(answer(404, "")).unwrap().is_none());
        assert!(read(answer(404, TWILIO_BODY)).unwrap().is_none());
        assert_eq!(read(answer(200, "x")).unwrap().unwrap().body, b"x");
    }

    #[test]
    fn a_list_of_what_does_not_exist_is_refused_and_a_404_of_another_service_is_trouble() {
        let missing = read_existing(answer(404, r#"{"code":20404,"status":404}"#));
        assert!(matches!(
            missing,
            Err(ReadError::Refused(Refusal {
                code: Some(20404),
                ..
            }))
        ));
        assert!(matches!(
            read_existing(answer(404, "<html>")),
            Err(ReadError::Unavailable {
                http_status: 404,
                ..
            })
        ));
        assert_eq!(read_existing(answer(200, "x")).unwrap().body, b"x");
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
