//! The account of a scenario: who may use it, and what it may not do.

use std::time::Duration;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer};

use crate::config::{ApiKey, Limits, TestCredentials, Trial};

/// The account of a scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Account {
    /// `AC` and 32 hexadecimal digits.
    pub(super) sid: Option<String>,
    /// Opens the REST API and signs callbacks.
    #[serde(deserialize_with = "secret")]
    #[schemars(with = "Option<String>")]
    pub(super) auth_token: Option<SecretString>,
    /// Further credentials, each `SK…:secret`, or `SK…:secret:standard`.
    #[serde(deserialize_with = "api_keys")]
    #[schemars(with = "Vec<String>")]
    pub(super) api_keys: Vec<ApiKey>,
    /// Credentials with which requests are only checked, `AC…:token`.
    #[serde(deserialize_with = "test_credentials")]
    #[schemars(with = "Option<String>")]
    pub(super) test_credentials: Option<TestCredentials>,
    /// The numbers the account owns, E.164.
    pub(super) from_numbers: Option<Vec<String>>,
    /// Where messages from simulated people are posted; `{app}` stands for the service under test.
    pub(super) message_webhook: Option<String>,
}

/// What the account may not do; default nothing.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct AccountLimits {
    /// Virtual milliseconds by which the REST API's reads of calls lag behind.
    consistency_lag_ms: u64,
    /// How many calls of the REST API are dialled in a second, 1 to 1000; others queue.
    #[schemars(range(min = 1, max = 1000))]
    calls_per_second: Option<u16>,
    /// How many requests the REST API serves at once; others are answered 429.
    concurrent_requests: Option<usize>,
    /// The rules of a trial account.
    trial: Option<Trial>,
}

impl From<AccountLimits> for Limits {
    fn from(limits: AccountLimits) -> Self {
        Self {
            consistency_lag: Duration::from_millis(limits.consistency_lag_ms),
            calls_per_second: limits.calls_per_second,
            concurrent_requests: limits.concurrent_requests,
            trial: limits.trial,
        }
    }
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Some(SecretString::from(String::deserialize(deserializer)?)))
}

fn api_keys<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ApiKey>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let keys = texts.iter().map(|text| text.parse());
    keys.collect::<Result<_, _>>()
        .map_err(serde::de::Error::custom)
}

fn test_credentials<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<TestCredentials>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.parse().map(Some).map_err(serde::de::Error::custom)
}
