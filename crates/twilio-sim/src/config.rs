//! How a simulator is set up: account, port, clock, and the choices where Twilio's documents disagree.

mod api_keys;
mod applications;
mod limits;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;

use crate::callbacks::HttpMethod;

pub use api_keys::{ApiKey, ApiKeyKind};
pub use applications::Application;
pub use limits::{Limits, TestCredentials, Trial};

/// The account SID used when none is given; it belongs to nobody.
pub const DEFAULT_ACCOUNT_SID: &str = "AC00000000000000000000000000000001";

/// The auth token used when none is given; it is public and opens nothing but a simulator.
pub const DEFAULT_AUTH_TOKEN: &str = "simulated-auth-token-of-no-account";

/// The number calls come from when none is given: Twilio's own magic number for a valid caller.
///
/// Source: Twilio, "Test Credentials", magic input `+15005550006`.
pub const DEFAULT_FROM_NUMBER: &str = "+15005550006";

/// How many calls that are over are kept when nothing else is said.
const RECORDS_KEPT: usize = 10_000;

/// How virtual time moves.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// One virtual second takes one real second.
    Real,
    /// One real second is this many virtual seconds; the factor is finite and above zero.
    Speed(f64),
    /// Time jumps to the next thing due as soon as nothing is open: as fast as possible.
    Fast,
    /// Time stands still until [`SimClock::advance`](crate::SimClock::advance) is called.
    Stepped,
}

impl ClockMode {
    /// Says whether time is only a number here, so that events run one at a time.
    #[must_use]
    pub const fn is_virtual(self) -> bool {
        match self {
            Self::Fast | Self::Stepped => true,
            Self::Real | Self::Speed(_) => false,
        }
    }
}

impl std::fmt::Display for ClockMode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Speed(factor) => write!(f, "speed:{factor}"),
            Self::Fast => f.write_str("fast"),
            Self::Stepped => f.write_str("stepped"),
        }
    }
}

impl std::str::FromStr for ClockMode {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "real" => return Ok(Self::Real),
            "fast" => return Ok(Self::Fast),
            "stepped" => return Ok(Self::Stepped),
            _ => {}
        }
        text.strip_prefix("speed:")
            .and_then(|factor| factor.parse::<f64>().ok())
            .filter(|factor| factor.is_finite() && *factor > 0.0)
            .map(Self::Speed)
            .ok_or_else(|| ConfigError::Clock(text.to_owned()))
    }
}

/// What `<Record>` does when the callee said nothing.
///
/// Twilio's older pages say that the call falls through to the next verb, newer ones that the
/// action is requested all the same; a caller must cope with both.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SilentRecord {
    /// The action URL is requested, with `RecordingDuration` 0.
    CallsAction,
    /// The next verb runs and the action URL is not requested.
    FallsThrough,
}

/// Why a setting was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The clock is none of the known modes.
    #[error("clock {0:?} is none of real, fast, stepped and speed:N with N above 0")]
    Clock(String),
    /// The account SID is not `AC` and 32 hexadecimal digits.
    #[error("account SID {0:?} is not AC followed by 32 hexadecimal digits")]
    AccountSid(String),
    /// The auth token is empty.
    #[error("auth token is empty")]
    EmptyAuthToken,
    /// An API key is not `SK` and 32 hexadecimal digits, a colon and a secret.
    #[error("an API key is not SK followed by 32 hexadecimal digits, a colon and its secret")]
    ApiKey,
    /// Test credentials are not `AC` and 32 hexadecimal digits, other than the account's, and a token.
    #[error("test credentials are not AC followed by 32 hexadecimal digits, and a token")]
    TestCredentials,
    /// The calls per second are not 1 to 1000.
    #[error("calls per second are not 1 to 1000")]
    CallsPerSecond,
    /// An application's SID is not `AP` and 32 hexadecimal digits, or one of its URLs is none.
    #[error(
        "application {0:?} has no SID of AP and 32 hexadecimal digits, or a URL that is not absolute"
    )]
    Application(String),
    /// The message webhook is not an absolute http or https URL.
    #[error("message webhook is not an absolute http or https URL")]
    MessageWebhook,
    /// A verified number of a trial account is not E.164.
    #[error("a verified number is not E.164, such as +15005550006")]
    VerifiedNumber,
    /// A from-number is not E.164.
    #[error("a from-number is not E.164, such as +15005550006")]
    FromNumber,
}

/// Everything a [`Simulator`](crate::Simulator) is started with.
///
/// ```
/// use twilio_sim::{ClockMode, SimulatorConfig};
///
/// let config = SimulatorConfig { clock: ClockMode::Fast, ..SimulatorConfig::default() };
/// assert_eq!(config.port, 0);
/// ```
#[derive(Clone, Debug)]
pub struct SimulatorConfig {
    /// The loopback port to listen on; 0 (the default) takes a free one.
    pub port: u16,
    /// The one account this Twilio knows; default [`DEFAULT_ACCOUNT_SID`].
    pub account_sid: String,
    /// The account's token: opens the REST API and signs callbacks; default [`DEFAULT_AUTH_TOKEN`].
    pub auth_token: SecretString,
    /// API keys that open the REST API as well; default none.
    pub api_keys: Vec<ApiKey>,
    /// Test credentials beside the account's own; default none.
    pub test_credentials: Option<TestCredentials>,
    /// What the account may not do; default nothing.
    pub limits: Limits,
    /// The numbers the account owns, E.164; default only [`DEFAULT_FROM_NUMBER`].
    pub from_numbers: Vec<String>,
    /// Whether `+15005550006` may always call and the magic numbers answer their errors; default true.
    pub magic_numbers: bool,
    /// The account's TwiML applications; default none.
    pub applications: Vec<Application>,
    /// Where messages from simulated people are posted; default nowhere.
    pub message_webhook: Option<String>,
    /// How time moves; default [`ClockMode::Real`].
    pub clock: ClockMode,
    /// The virtual instant at the start; default the real time, in milliseconds.
    pub start_at: Option<OffsetDateTime>,
    /// What `<Record>` does with silence; default [`SilentRecord::CallsAction`].
    pub silent_record: SilentRecord,
    /// Whether the first alert about a call ends it as `failed`, so that a test of the service under test
    /// cannot overlook what Twilio's debugger would warn of; default false.
    pub strict: bool,
    /// What SIDs and all random choices are made from; in virtual time two runs with one seed are the same.
    /// Default random.
    pub seed: Option<u64>,
    /// How many calls that are over are kept with everything about them, and how many messages; the oldest
    /// are forgotten first, but none in the minute after its end. Default 10 000. How often a number was
    /// dialled, and who has opted out of messages, is kept for ever.
    pub records_kept: usize,
}

impl Default for SimulatorConfig {
    fn default() -> Self {
        Self {
            port: 0,
            account_sid: DEFAULT_ACCOUNT_SID.to_owned(),
            auth_token: SecretString::from(DEFAULT_AUTH_TOKEN),
            api_keys: Vec::new(),
            test_credentials: None,
            applications: Vec::new(),
            limits: Limits::default(),
            from_numbers: vec![DEFAULT_FROM_NUMBER.to_owned()],
            magic_numbers: true,
            message_webhook: None,
            clock: ClockMode::Real,
            start_at: None,
            silent_record: SilentRecord::CallsAction,
            strict: false,
            seed: None,
            records_kept: RECORDS_KEPT,
        }
    }
}

impl SimulatorConfig {
    /// A configuration in [`ClockMode::Fast`], the one most tests want.
    #[must_use]
    pub fn fast() -> Self {
        Self {
            clock: ClockMode::Fast,
            ..Self::default()
        }
    }

    /// A configuration in [`ClockMode::Stepped`], for tests that move the clock by hand.
    #[must_use]
    pub fn stepped() -> Self {
        Self {
            clock: ClockMode::Stepped,
            ..Self::default()
        }
    }

    /// The message webhook, which [`Self::check`] has found to be one.
    pub(crate) fn message_webhook(&self) -> Option<(Url, HttpMethod)> {
        let url = webhook_url(self.message_webhook.as_deref()?).ok()?;
        Some((url, HttpMethod::Post))
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        use secrecy::ExposeSecret as _;
        if !is_sid(&self.account_sid, "AC") {
            return Err(ConfigError::AccountSid(self.account_sid.clone()));
        }
        if self.auth_token.expose_secret().is_empty() {
            return Err(ConfigError::EmptyAuthToken);
        }
        if let Some(url) = &self.message_webhook {
            webhook_url(url)?;
        }
        for key in &self.api_keys {
            key.check()?;
        }
        for application in &self.applications {
            application.check()?;
        }
        if let Some(test) = &self.test_credentials
            && !test.fit(&self.account_sid)
        {
            return Err(ConfigError::TestCredentials);
        }
        if self
            .limits
            .calls_per_second
            .is_some_and(|calls| !(1..=1000).contains(&calls))
        {
            return Err(ConfigError::CallsPerSecond);
        }
        let trial = self.limits.trial.as_ref();
        if trial.is_some_and(|trial| !trial.verified_numbers.iter().all(|number| is_e164(number))) {
            return Err(ConfigError::VerifiedNumber);
        }
        if !self.from_numbers.iter().all(|number| is_e164(number)) {
            return Err(ConfigError::FromNumber);
        }
        if let ClockMode::Speed(factor) = self.clock
            && !(factor.is_finite() && factor > 0.0)
        {
            return Err(ConfigError::Clock(self.clock.to_string()));
        }
        Ok(())
    }
}

/// Reads the address of a webhook.
pub(crate) fn webhook_url(text: &str) -> Result<Url, ConfigError> {
    Url::parse(text)
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
        .ok_or(ConfigError::MessageWebhook)
}

/// Says whether a text is a SID: a prefix and 32 hexadecimal digits.
pub(crate) fn is_sid(text: &str, prefix: &str) -> bool {
    let hex = text.strip_prefix(prefix).unwrap_or_default();
    hex.len() == 32 && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Says whether a text is a phone number as Twilio wants it: `^\+[1-9]\d{1,14}$`.
pub(crate) fn is_e164(text: &str) -> bool {
    let Some(digits) = text.strip_prefix('+') else {
        return false;
    };
    (2..=15).contains(&digits.len())
        && !digits.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clock_modes_are_read_and_written_alike() {
        for text in ["real", "fast", "stepped", "speed:2.5"] {
            assert_eq!(text.parse::<ClockMode>().unwrap().to_string(), text);
        }
        for text in ["speed:0", "speed:-1", "speed:inf", "speed:", "quick", ""] {
            assert!(
                text.parse::<ClockMode>().is_err(),
                "{text:?} must be refused"
            );
        }
    }

    #[test]
    fn phone_numbers_follow_e164() {
        for good in ["+15550100001", "+4930123", "+12"] {
            assert!(is_e164(good), "{good}");
        }
        for bad in [
            "15550100001",
            "+05550100001",
            "+1555010000100000",
            "+1 555",
            "+",
            "",
            "+1555\n",
        ] {
            assert!(!is_e164(bad), "{bad:?}");
        }
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let sid = SimulatorConfig {
            account_sid: "AC1".into(),
            ..SimulatorConfig::default()
        };
        assert!(matches!(sid.check(), Err(ConfigError::AccountSid(_))));
        let token = SimulatorConfig {
            auth_token: "".into(),
            ..SimulatorConfig::default()
        };
        assert!(matches!(token.check(), Err(ConfigError::EmptyAuthToken)));
        let from = SimulatorConfig {
            from_numbers: vec!["555".into()],
            ..SimulatorConfig::default()
        };
        assert!(matches!(from.check(), Err(ConfigError::FromNumber)));
    }
}
