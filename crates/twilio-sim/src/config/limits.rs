//! What Twilio holds back: limits of the account, rules of a trial, a REST API that lags behind.

use std::time::Duration;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

/// Limits; by default there are none.
///
/// ```
/// use twilio_sim::{Limits, SimulatorConfig};
///
/// let limits = Limits { calls_per_second: Some(1), ..Limits::default() };
/// let config = SimulatorConfig { limits, ..SimulatorConfig::fast() };
/// assert!(config.limits.trial.is_none());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// How much virtual time the REST API's reads of calls lag behind; a new call can be fetched at once,
    /// but is missing in lists. Default none.
    pub consistency_lag: Duration,
    /// How many calls of the REST API are dialled in a second, 1 to 1000; others wait in the queue, and
    /// beyond 24 hours of it they are refused (22005). Default as many as come.
    pub calls_per_second: Option<u16>,
    /// How many requests the REST API serves at once; further ones are refused (429, 20429). Default as
    /// many as come.
    pub concurrent_requests: Option<usize>,
    /// The rules of a trial account, when it is one.
    pub trial: Option<Trial>,
}

/// A trial account: it reaches verified numbers only, and callees must press a key first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// The numbers that may be called (21219) and written to (21608), E.164.
    pub verified_numbers: Vec<String>,
}

/// Test credentials: requests are checked and answered, and nothing happens.
///
/// Source: Twilio, "Test Credentials".
#[derive(Clone, Debug)]
pub struct TestCredentials {
    /// `AC` and 32 hexadecimal digits, another than the account's.
    pub account_sid: String,
    /// The token that belongs to it.
    pub auth_token: SecretString,
}

impl TestCredentials {
    pub(super) fn fit(&self, account_sid: &str) -> bool {
        use secrecy::ExposeSecret as _;
        super::is_sid(&self.account_sid, "AC")
            && self.account_sid != account_sid
            && !self.auth_token.expose_secret().is_empty()
    }
}

impl std::str::FromStr for TestCredentials {
    type Err = super::ConfigError;

    /// Reads `AC…:token`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (sid, token) = text
            .split_once(':')
            .ok_or(super::ConfigError::TestCredentials)?;
        Ok(Self {
            account_sid: sid.to_owned(),
            auth_token: SecretString::from(token),
        })
    }
}
