//! The retry plan: how often a call is redialled, and how long after.

use std::time::Duration;

use crate::backoff::doubled_with_jitter;
use crate::{CallId, DialNo};

/// A retry plan outside its limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRetryPlan {
    /// Too many redials.
    #[error("must be an integer from 0 to {}", RetryPlan::MAX_LIMIT)]
    Limit,
    /// Too short or too long a delay.
    #[error(
        "must be an integer from {} to {}",
        RetryPlan::MIN_DELAY_SECONDS,
        RetryPlan::MAX_DELAY_SECONDS
    )]
    Delay,
}

/// How the delay grows from redial to redial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Backoff {
    /// It stays the same.
    #[default]
    Fixed,
    /// It doubles each time, up to an hour, and is moved by up to a tenth so that many calls that
    /// failed together are not all redialled together.
    Exponential,
}

impl Backoff {
    /// The word for it in settings and storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Exponential => "exponential",
        }
    }

    /// The backoff with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Fixed, Self::Exponential]
            .into_iter()
            .find(|backoff| backoff.as_str() == word)
    }
}

/// How often a call is redialled after busy, no-answer or failed, and how long after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPlan {
    limit: u8,
    delay_seconds: u32,
    backoff: Backoff,
}

impl RetryPlan {
    /// The most redials a call may have.
    pub const MAX_LIMIT: u8 = 10;
    /// The shortest delay, in seconds.
    pub const MIN_DELAY_SECONDS: u32 = 1;
    /// The longest delay, in seconds: a day.
    pub const MAX_DELAY_SECONDS: u32 = 86_400;
    /// Where exponential growth ends, in seconds: an hour.
    const BACKOFF_CEILING_SECONDS: u64 = 3_600;

    /// A plan of at most `limit` redials, `delay_seconds` apart.
    ///
    /// # Errors
    /// [`InvalidRetryPlan`] when the limit is not 0 to 10 or the delay not 1 to 86,400 seconds.
    ///
    /// ```
    /// use atlas_domain::call::{Backoff, InvalidRetryPlan, RetryPlan};
    ///
    /// assert!(RetryPlan::new(3, 10, Backoff::Fixed).is_ok());
    /// assert_eq!(RetryPlan::new(11, 10, Backoff::Fixed), Err(InvalidRetryPlan::Limit));
    /// ```
    pub fn new(limit: i64, delay_seconds: i64, backoff: Backoff) -> Result<Self, InvalidRetryPlan> {
        let limit = u8::try_from(limit)
            .ok()
            .filter(|limit| *limit <= Self::MAX_LIMIT)
            .ok_or(InvalidRetryPlan::Limit)?;
        let delay_seconds = u32::try_from(delay_seconds)
            .ok()
            .filter(|delay| (Self::MIN_DELAY_SECONDS..=Self::MAX_DELAY_SECONDS).contains(delay))
            .ok_or(InvalidRetryPlan::Delay)?;
        Ok(Self {
            limit,
            delay_seconds,
            backoff,
        })
    }

    /// The plan of a call that is dialled once.
    #[must_use]
    pub const fn without_redials() -> Self {
        Self {
            limit: 0,
            delay_seconds: Self::MIN_DELAY_SECONDS,
            backoff: Backoff::Fixed,
        }
    }

    /// The most redials.
    #[must_use]
    pub const fn limit(&self) -> u8 {
        self.limit
    }

    /// The delay before the first redial, in seconds.
    #[must_use]
    pub const fn delay_seconds(&self) -> u32 {
        self.delay_seconds
    }

    /// How the delay grows.
    #[must_use]
    pub const fn backoff(&self) -> Backoff {
        self.backoff
    }

    /// How long after the end of `ended` of the call `call_id` the next dial is due.
    ///
    /// The jitter of [`Backoff::Exponential`] is a function of the call and the dial, so that
    /// every instance and every restart comes to the same time.
    #[must_use]
    pub fn delay_after(&self, call_id: CallId, ended: DialNo) -> Duration {
        let base_seconds = u64::from(self.delay_seconds);
        match self.backoff {
            Backoff::Fixed => Duration::from_secs(base_seconds),
            Backoff::Exponential => doubled_with_jitter(
                call_id,
                ended.get(),
                base_seconds,
                Self::BACKOFF_CEILING_SECONDS,
            ),
        }
    }
}

impl Default for RetryPlan {
    /// Three redials, ten seconds apart.
    fn default() -> Self {
        Self {
            limit: 3,
            delay_seconds: 10,
            backoff: Backoff::Fixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn delay(plan: &RetryPlan, dial_no: u32) -> Duration {
        let call_id = CallId::new(Uuid::from_u128(0x1234_5678_9abc_def0_1234_5678_9abc_def0));
        plan.delay_after(call_id, DialNo::new(dial_no).unwrap())
    }

    #[test]
    fn a_fixed_delay_stays_the_same() {
        let plan = RetryPlan::new(10, 10, Backoff::Fixed).unwrap();
        assert_eq!(delay(&plan, 1), Duration::from_secs(10));
        assert_eq!(delay(&plan, 9), Duration::from_secs(10));
    }

    #[test]
    fn an_exponential_delay_doubles_up_to_an_hour_or_its_own_base_within_a_tenth() {
        let plan = RetryPlan::new(10, 10, Backoff::Exponential).unwrap();
        for dial_no in 1..=10 {
            let exact = Duration::from_secs((10 << (dial_no - 1)).min(3600));
            let jittered = delay(&plan, dial_no);
            assert!(
                jittered >= exact.mul_f64(0.9),
                "dial {dial_no}: {jittered:?}"
            );
            assert!(jittered <= exact.mul_f64(1.1).min(Duration::from_secs(3600)));
        }
        let slow = RetryPlan::new(10, 86_400, Backoff::Exponential).unwrap();
        assert!(delay(&slow, 5) >= Duration::from_secs(86_400).mul_f64(0.9));
        assert!(delay(&slow, 5) <= Duration::from_secs(86_400));
    }
}
