//! Whether a failed request may be sent again, and when: decided here, without sending anything.

use std::fmt;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use super::{ReadError, UnknownOutcome, WriteError};
use crate::error_code;

/// Twilio's code for too many requests at once; the request was not processed.
const TOO_MANY_REQUESTS: u32 = 20429;

/// What a second copy of a request would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RequestKind {
    /// It only reads.
    Read,
    /// It changes something to what the first copy would have made of it: ends a call, deletes a recording.
    RepeatableWrite,
    /// It rings a phone, sends a message or begins something once more.
    RingingWrite,
}

/// How a request failed, as far as it matters for sending it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A parameter is outside of its limits.
    Parameter,
    /// Nothing reached Twilio.
    NotSent,
    /// Twilio said no.
    Refused {
        /// The HTTP status, 4xx.
        http_status: u16,
        /// Twilio's code, if there is one.
        code: Option<u32>,
    },
    /// It was sent, at least partly, and no answer came.
    NoAnswer,
    /// An answer that says neither yes nor no: 5xx, a gateway's timeout, a redirect.
    NoVerdict {
        /// The HTTP status.
        http_status: u16,
    },
    /// Twilio said yes, and what else it said could not be read.
    Unreadable,
}

/// Whether a request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendAgain {
    /// It would fail the same way, or it was tried often enough.
    Never,
    /// After this time.
    After(Duration),
    /// Only after having looked whether the first one was carried out.
    AfterLooking,
}

/// How often and how patiently a client sends again what may be sent again.
///
/// The wait before the next try is `base`, doubled with each further one, up to `cap`; it lies between half
/// of that and all of it, as the jitter says, but is never below what `Retry-After` asks for. When that is
/// more than `cap`, the client gives up and hands the answer on.
///
/// ```
/// use std::time::Duration;
/// use atlas_twilio::rest::{Failure, RequestKind, RetryPolicy, SendAgain};
///
/// let policy = RetryPolicy::default();
/// let too_many = Failure::Refused { http_status: 429, code: Some(20429) };
/// let again = policy.decide(RequestKind::RingingWrite, too_many, 1, Some(Duration::from_secs(2)), 1.0);
/// assert_eq!(again, SendAgain::After(Duration::from_secs(2)));
///
/// // Without an answer the phone may be ringing already.
/// let again = policy.decide(RequestKind::RingingWrite, Failure::NoAnswer, 1, None, 1.0);
/// assert_eq!(again, SendAgain::AfterLooking);
/// ```
#[derive(Debug, Clone)]
pub struct RetryPolicy {
    /// How often a request is sent at most, the first time included.
    pub attempts: NonZeroU32,
    /// The wait before the second try.
    pub base: Duration,
    /// The longest wait.
    pub cap: Duration,
    /// Which part of the wait is left to chance.
    pub jitter: Jitter,
}

/// Where the chance in a wait comes from; the library has none of its own.
#[derive(Clone)]
pub enum Jitter {
    /// Always this number, 0 for half of the wait, 1 for all of it.
    Fixed(f64),
    /// A number between 0 and 1, asked for before each wait.
    Source(Arc<dyn Fn() -> f64 + Send + Sync>),
}

impl RetryPolicy {
    /// Nothing is sent again.
    #[must_use]
    pub const fn never() -> Self {
        Self {
            attempts: NonZeroU32::MIN,
            base: Duration::ZERO,
            cap: Duration::ZERO,
            jitter: Jitter::Fixed(1.0),
        }
    }

    /// Decides whether and when a request that failed may be sent again.
    ///
    /// `attempt` is the number of times it was sent, from 1; `retry_after` is what the answer asked for;
    /// `jitter` lies between 0 and 1. Nothing but the arguments counts.
    #[must_use]
    pub fn decide(
        &self,
        request: RequestKind,
        failure: Failure,
        attempt: u32,
        retry_after: Option<Duration>,
        jitter: f64,
    ) -> SendAgain {
        match verdict(request, failure) {
            Verdict::Never => SendAgain::Never,
            Verdict::AfterLooking => SendAgain::AfterLooking,
            Verdict::Allowed => {
                let asked = retry_after.unwrap_or(Duration::ZERO);
                if attempt >= self.attempts.get() || asked > self.cap {
                    SendAgain::Never
                } else {
                    SendAgain::After(self.wait(attempt, jitter).max(asked))
                }
            }
        }
    }

    /// The wait after this try.
    fn wait(&self, attempt: u32, jitter: f64) -> Duration {
        let doubled = 1_u32
            .checked_shl(attempt.saturating_sub(1))
            .unwrap_or(u32::MAX);
        let whole = self.base.saturating_mul(doubled).min(self.cap);
        let part = if jitter.is_finite() {
            jitter.clamp(0.0, 1.0)
        } else {
            1.0
        };
        // Beyond what a float tells apart, the product may be more than a duration holds.
        Duration::try_from_secs_f64(whole.as_secs_f64() * (0.5 + part / 2.0)).unwrap_or(whole)
    }
}

impl Default for RetryPolicy {
    /// Three tries, half a second and then a second apart, never more than five seconds.
    fn default() -> Self {
        Self {
            attempts: NonZeroU32::MIN.saturating_add(2),
            base: Duration::from_millis(500),
            cap: Duration::from_secs(5),
            jitter: Jitter::Fixed(1.0),
        }
    }
}

impl Jitter {
    pub(super) fn next(&self) -> f64 {
        match self {
            Self::Fixed(number) => *number,
            Self::Source(source) => source(),
        }
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(number) => formatter.debug_tuple("Fixed").field(number).finish(),
            Self::Source(_) => formatter.write_str("Source"),
        }
    }
}

impl From<&ReadError> for Failure {
    fn from(error: &ReadError) -> Self {
        match error {
            ReadError::Parameter(_) => Self::Parameter,
            ReadError::Refused(refusal) => Self::Refused {
                http_status: refusal.http_status,
                code: refusal.code,
            },
            ReadError::NotSent { .. } => Self::NotSent,
            ReadError::NoAnswer { .. } => Self::NoAnswer,
            ReadError::Unavailable { http_status, .. } => Self::NoVerdict {
                http_status: *http_status,
            },
            ReadError::Unreadable { .. } => Self::Unreadable,
        }
    }
}

impl From<&WriteError> for Failure {
    fn from(error: &WriteError) -> Self {
        match error {
            WriteError::Parameter(_) => Self::Parameter,
            WriteError::Refused(refusal) => Self::Refused {
                http_status: refusal.http_status,
                code: refusal.code,
            },
            WriteError::NotSent { .. } => Self::NotSent,
            WriteError::Unknown(UnknownOutcome::NoAnswer { .. }) => Self::NoAnswer,
            WriteError::Unknown(UnknownOutcome::NoVerdict { http_status, .. }) => Self::NoVerdict {
                http_status: *http_status,
            },
            WriteError::Unknown(UnknownOutcome::Unreadable { .. }) => Self::Unreadable,
        }
    }
}

enum Verdict {
    Never,
    Allowed,
    AfterLooking,
}

fn verdict(request: RequestKind, failure: Failure) -> Verdict {
    match failure {
        Failure::Parameter => Verdict::Never,
        Failure::NotSent => Verdict::Allowed,
        Failure::Refused { http_status, code } => {
            if is_too_many_requests(http_status, code) {
                Verdict::Allowed
            } else {
                Verdict::Never
            }
        }
        Failure::NoAnswer | Failure::NoVerdict { .. } | Failure::Unreadable => match request {
            RequestKind::RingingWrite => Verdict::AfterLooking,
            RequestKind::Read | RequestKind::RepeatableWrite => repeat_of_an_unsure_one(failure),
        },
    }
}

fn repeat_of_an_unsure_one(failure: Failure) -> Verdict {
    match failure {
        // A redirect leads elsewhere every time, and what is not implemented stays so.
        Failure::NoVerdict {
            http_status: 408 | 499 | 500 | 502..=599,
        }
        | Failure::NoAnswer
        | Failure::Unreadable => Verdict::Allowed,
        Failure::NoVerdict { .. }
        | Failure::Parameter
        | Failure::NotSent
        | Failure::Refused { .. } => Verdict::Never,
    }
}

/// Whether the request was turned away unprocessed because of others at the same moment
/// (<https://www.twilio.com/docs/api/errors/20429>); limits with codes of their own last longer.
fn is_too_many_requests(http_status: u16, code: Option<u32>) -> bool {
    match code {
        Some(TOO_MANY_REQUESTS) => true,
        Some(code) => http_status == 429 && error_code::find(code).is_none(),
        None => http_status == 429,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [RequestKind; 3] = [
        RequestKind::Read,
        RequestKind::RepeatableWrite,
        RequestKind::RingingWrite,
    ];

    fn first(request: RequestKind, failure: Failure) -> SendAgain {
        RetryPolicy::default().decide(request, failure, 1, None, 1.0)
    }

    #[test]
    fn no_wait_is_too_long_to_be_told() {
        let policy = RetryPolicy {
            attempts: NonZeroU32::MAX,
            base: Duration::MAX,
            cap: Duration::MAX,
            jitter: Jitter::Fixed(1.0),
        };
        for (jitter, asked) in [(1.0, None), (0.0, Some(Duration::MAX)), (f64::NAN, None)] {
            for attempt in [1, 33, u32::MAX - 1] {
                let again =
                    policy.decide(RequestKind::Read, Failure::NotSent, attempt, asked, jitter);
                assert_eq!(again, SendAgain::After(Duration::MAX), "{jitter} {attempt}");
            }
        }
    }

    #[test]
    fn what_was_provably_not_processed_may_be_sent_again_whatever_it_is() {
        let half_a_second = SendAgain::After(Duration::from_millis(500));
        for kind in KINDS {
            for (http_status, code) in [(429, Some(20429)), (429, None), (400, Some(20429))] {
                let failure = Failure::Refused { http_status, code };
                assert_eq!(first(kind, failure), half_a_second, "{kind:?} {failure:?}");
            }
            assert_eq!(first(kind, Failure::NotSent), half_a_second, "{kind:?}");
        }
    }

    #[test]
    fn a_refusal_or_a_wrong_parameter_is_never_tried_again() {
        for kind in KINDS {
            for (http_status, code) in [
                (400, Some(21211)),
                (401, Some(20003)),
                (404, None),
                (429, Some(22005)),
            ] {
                let failure = Failure::Refused { http_status, code };
                assert_eq!(
                    first(kind, failure),
                    SendAgain::Never,
                    "{kind:?} {failure:?}"
                );
            }
            assert_eq!(first(kind, Failure::Parameter), SendAgain::Never);
        }
    }

    #[test]
    fn what_may_have_rung_a_phone_is_looked_up_first_however_often_it_was_tried() {
        let statuses = (300..=399).chain(500..=599).chain([408, 499]);
        let failures = statuses
            .map(|http_status| Failure::NoVerdict { http_status })
            .chain([Failure::NoAnswer, Failure::Unreadable]);
        for failure in failures {
            for attempt in [1, 2, 3, 99] {
                let again = RetryPolicy::default().decide(
                    RequestKind::RingingWrite,
                    failure,
                    attempt,
                    Some(Duration::ZERO),
                    1.0,
                );
                assert_eq!(again, SendAgain::AfterLooking, "{failure:?}");
            }
        }
    }

    #[test]
    fn what_does_no_harm_twice_is_tried_again_after_trouble_but_not_after_a_redirect() {
        for kind in [RequestKind::Read, RequestKind::RepeatableWrite] {
            for http_status in [408, 500, 502, 503, 504] {
                let again = first(kind, Failure::NoVerdict { http_status });
                assert!(matches!(again, SendAgain::After(_)), "{http_status}");
            }
            for http_status in [301, 302, 501] {
                let again = first(kind, Failure::NoVerdict { http_status });
                assert_eq!(again, SendAgain::Never, "{http_status}");
            }
        }
    }

    #[test]
    fn waits_double_up_to_the_cap_and_the_tries_are_counted() {
        let policy = RetryPolicy {
            attempts: NonZeroU32::MIN.saturating_add(9),
            base: Duration::from_secs(1),
            cap: Duration::from_secs(5),
            jitter: Jitter::Fixed(1.0),
        };
        let wait = |attempt, jitter| {
            policy.decide(RequestKind::Read, Failure::NoAnswer, attempt, None, jitter)
        };
        let seconds = |seconds| SendAgain::After(Duration::from_secs_f64(seconds));
        assert_eq!(wait(1, 1.0), seconds(1.0));
        assert_eq!(wait(2, 1.0), seconds(2.0));
        assert_eq!(wait(3, 1.0), seconds(4.0));
        assert_eq!(wait(4, 1.0), seconds(5.0));
        assert_eq!(wait(4, 0.0), seconds(2.5));
        assert_eq!(wait(2, 0.5), seconds(1.5));
        assert_eq!(wait(10, 1.0), SendAgain::Never);
        for odd in [f64::NAN, f64::INFINITY, -3.0, 7.0] {
            assert!(matches!(wait(9, odd), SendAgain::After(wait) if wait <= policy.cap));
        }
    }

    #[test]
    fn twilio_is_given_the_time_it_asks_for_or_left_alone() {
        let decide = |asked| {
            RetryPolicy::default().decide(
                RequestKind::Read,
                Failure::NoVerdict { http_status: 503 },
                1,
                Some(Duration::from_secs(asked)),
                1.0,
            )
        };
        assert_eq!(decide(0), SendAgain::After(Duration::from_millis(500)));
        assert_eq!(decide(4), SendAgain::After(Duration::from_secs(4)));
        assert_eq!(decide(6), SendAgain::Never);
    }

    #[test]
    fn no_policy_sends_nothing_again() {
        for kind in KINDS {
            let again = RetryPolicy::never().decide(kind, Failure::NotSent, 1, None, 1.0);
            assert_eq!(again, SendAgain::Never);
        }
    }
}
