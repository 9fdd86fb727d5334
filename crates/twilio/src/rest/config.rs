//! What a client needs to know.

use std::time::Duration;

use secrecy::SecretString;

use crate::sid::{AccountSid, ApiKeySid};

/// Twilio's own address of the API, in its region us1.
pub const DEFAULT_BASE_URL: &str = "https://api.twilio.com";

/// Where the API is, who asks, and how long to wait.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// The account whose resources are used; it stands in every path.
    pub account_sid: AccountSid,
    /// What proves who asks.
    pub credentials: Credentials,
    /// Scheme, host and port of the API, perhaps a path prefix; [`DEFAULT_BASE_URL`].
    ///
    /// Credentials go there and nowhere else, in the clear when the scheme is `http`.
    pub base_url: String,
    /// How long name lookup, connecting and TLS may take together; 5 seconds.
    pub connect_timeout: Duration,
    /// How long a request may take in all, connecting included; 10 seconds.
    ///
    /// For audio it is the longest wait for the answer, and then for each next piece.
    pub request_timeout: Duration,
    /// The URL of a proxy to go through, which may hold credentials; none.
    ///
    /// The environment's proxy variables are not read.
    pub proxy_url: Option<SecretString>,
}

impl ClientConfig {
    /// A configuration for Twilio itself with the defaults.
    #[must_use]
    pub fn new(account_sid: AccountSid, credentials: Credentials) -> Self {
        Self {
            account_sid,
            credentials,
            base_url: DEFAULT_BASE_URL.to_owned(),
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            proxy_url: None,
        }
    }
}

/// What proves who asks (<https://www.twilio.com/docs/usage/requests-to-twilio>).
#[derive(Debug, Clone)]
pub enum Credentials {
    /// The auth token of the account.
    AuthToken(SecretString),
    /// An API key; one of the kind Standard cannot read the account resource.
    ApiKey {
        /// The key's SID, `SK…`.
        sid: ApiKeySid,
        /// The key's secret.
        secret: SecretString,
    },
}

/// Why no client can be made of a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The base URL is not one that credentials can be sent to.
    #[error(
        "the base URL must be http or https with a host, without credentials, query or fragment"
    )]
    BaseUrl,
    /// The time for connecting must be shorter than the time for all, so that a slow connection is told
    /// apart from a lost answer.
    #[error("the connect timeout must be above zero and below the request timeout")]
    Timeouts,
    /// The proxy's URL is not usable.
    #[error("the proxy URL is not usable")]
    Proxy,
    /// The HTTP client could not be made.
    #[error("the HTTP client could not be made")]
    Http(#[source] super::BoxError),
}
