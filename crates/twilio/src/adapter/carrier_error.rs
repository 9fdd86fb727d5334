//! Failed requests in the domain's words.

use std::error::Error;

use atlas_domain::carrier::{CarrierError, PlaceOutcome};

use super::refusal::{refusal, wrong_parameter};
use crate::rest::{ReadError, WriteError};

/// What became of a request to ring a phone that brought no call.
pub(super) fn failed_placement(error: &WriteError) -> PlaceOutcome {
    match error {
        WriteError::Parameter(wrong) => PlaceOutcome::Refused(wrong_parameter(wrong)),
        WriteError::Refused(no) => PlaceOutcome::Refused(refusal(no)),
        WriteError::NotSent { .. } => PlaceOutcome::NotSent {
            reason: chain(error),
        },
        WriteError::Unknown(_) => PlaceOutcome::Unknown {
            reason: chain(error),
        },
    }
}

/// Why a change that rings no phone may not have been made.
pub(super) fn write_error(error: &WriteError) -> CarrierError {
    match error {
        WriteError::Parameter(wrong) => CarrierError::Refused(wrong_parameter(wrong)),
        WriteError::Refused(no) => CarrierError::Refused(refusal(no)),
        WriteError::NotSent { .. } | WriteError::Unknown(_) => CarrierError::NotReached {
            reason: chain(error),
        },
    }
}

/// Why something could not be read.
pub(super) fn read_error(error: &ReadError) -> CarrierError {
    match error {
        ReadError::Parameter(wrong) => CarrierError::Refused(wrong_parameter(wrong)),
        ReadError::Refused(no) => CarrierError::Refused(refusal(no)),
        ReadError::NotSent { .. } | ReadError::NoAnswer { .. } | ReadError::Unavailable { .. } => {
            CarrierError::NotReached {
                reason: chain(error),
            }
        }
        ReadError::Unreadable { .. } => CarrierError::Unreadable {
            reason: chain(error),
        },
    }
}

/// An error and its causes, in one line.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line.push_str(": ");
        line.push_str(&error.to_string());
        cause = error.source();
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rest::{AnswerInfo, Refusal, UnknownOutcome};

    #[test]
    fn the_four_outcomes_stay_four() {
        let no = Refusal {
            http_status: 400,
            code: Some(21211),
            message: "no".to_owned(),
            answer: AnswerInfo::default(),
        };
        let refused = failed_placement(&WriteError::Refused(no));
        assert!(matches!(refused, PlaceOutcome::Refused(_)), "{refused:?}");
        let not_sent = failed_placement(&WriteError::NotSent {
            source: "connection refused".into(),
        });
        let reason = "the request was not sent: connection refused".to_owned();
        assert_eq!(not_sent, PlaceOutcome::NotSent { reason });
        for outcome in [
            UnknownOutcome::NoAnswer {
                source: "reset".into(),
            },
            UnknownOutcome::NoVerdict {
                http_status: 503,
                code: None,
                answer: AnswerInfo::default(),
            },
            UnknownOutcome::Unreadable {
                http_status: 201,
                answer: AnswerInfo::default(),
                source: "cut off".into(),
            },
        ] {
            let unknown = failed_placement(&WriteError::Unknown(outcome));
            assert!(
                matches!(unknown, PlaceOutcome::Unknown { .. }),
                "{unknown:?}"
            );
        }
    }
}
