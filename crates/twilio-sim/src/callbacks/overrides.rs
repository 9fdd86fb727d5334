//! Connection overrides: how often and how patiently a webhook is tried, said in its URL's fragment.
//!
//! Source: Twilio, "Webhooks Connection Overrides", for instance `#rc=2&rp=ct,5xx&ct=2000&rt=5000&tt=15000`.
//! What is out of range keeps its default.

use std::time::Duration;

use super::{Answer, SendError};

/// How long connecting may take unless said otherwise.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer, and all attempts together, may take unless said otherwise.
const READ_TIMEOUT: Duration = Duration::from_secs(15);

/// What a URL asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overrides {
    /// `rc`: tries after the first, 0 to 5.
    pub(super) retry_count: u32,
    /// `ct`: 100 to 10000 ms.
    pub(super) connect_timeout: Duration,
    /// `rt`: 100 to 15000 ms.
    pub(super) read_timeout: Duration,
    /// `tt`: 100 to 15000 ms for everything together.
    pub(super) total_timeout: Duration,
    on_connect_failure: bool,
    on_read_timeout: bool,
    on_4xx: bool,
    on_5xx: bool,
}

impl Default for Overrides {
    fn default() -> Self {
        Self {
            retry_count: 1,
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            total_timeout: READ_TIMEOUT,
            on_connect_failure: true,
            on_read_timeout: false,
            on_4xx: false,
            on_5xx: false,
        }
    }
}

impl Overrides {
    pub(super) fn read(fragment: Option<&str>) -> Self {
        let mut overrides = Self::default();
        for (name, value) in form_urlencoded::parse(fragment.unwrap_or_default().as_bytes()) {
            let number = value.parse::<u64>().ok();
            let millis = |at_most: u64| {
                number
                    .filter(|ms| (100..=at_most).contains(ms))
                    .map(Duration::from_millis)
            };
            match name.as_ref() {
                "rc" => {
                    if let Some(count) = value.parse().ok().filter(|count| *count <= 5) {
                        overrides.retry_count = count;
                    }
                }
                "rp" => overrides.retry_on(&value),
                "ct" => overrides.connect_timeout = millis(10_000).unwrap_or(CONNECT_TIMEOUT),
                "rt" => overrides.read_timeout = millis(15_000).unwrap_or(READ_TIMEOUT),
                "tt" => overrides.total_timeout = millis(15_000).unwrap_or(READ_TIMEOUT),
                _ => {}
            }
        }
        overrides
    }

    fn retry_on(&mut self, list: &str) {
        let has = |word: &str| list.split(',').any(|item| item == word || item == "all");
        self.on_connect_failure = has("ct");
        self.on_read_timeout = has("rt");
        self.on_4xx = has("4xx");
        self.on_5xx = has("5xx");
    }

    /// Whether an outcome is one to try again after.
    pub(super) fn retries(&self, outcome: &Result<Answer, SendError>) -> bool {
        match outcome {
            Ok(answer) => match answer.status {
                400..=499 => self.on_4xx,
                500..=599 => self.on_5xx,
                _ => false,
            },
            Err(SendError::Connect(_) | SendError::HostName(_) | SendError::Tls(_)) => {
                self.on_connect_failure
            }
            Err(SendError::Timeout | SendError::Broken(_)) => self.on_read_timeout,
            Err(SendError::TooManyRedirects | SendError::BadRedirect) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_fragment_one_retry_follows_a_failed_connection_only() {
        let overrides = Overrides::read(None);
        assert_eq!(overrides, Overrides::default());
        assert!(!overrides.retries(&Err(SendError::Timeout)));
    }

    #[test]
    fn a_fragment_overrides_what_it_names() {
        let overrides = Overrides::read(Some("rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000"));
        assert_eq!(overrides.retry_count, 2);
        assert_eq!(overrides.connect_timeout, Duration::from_secs(2));
        assert_eq!(overrides.read_timeout, Duration::from_millis(4500));
        assert!(overrides.on_connect_failure && overrides.on_read_timeout && overrides.on_5xx);
        assert!(!overrides.on_4xx);
    }

    #[test]
    fn values_out_of_range_keep_their_defaults() {
        assert_eq!(
            Overrides::read(Some("rc=6&ct=99&rt=15001&tt=x")),
            Overrides::default()
        );
    }
}
