//! What a client needs to know.

use std::num::NonZeroUsize;
use std::time::Duration;

use secrecy::SecretString;

use super::{Edge, Region, RetryPolicy};
use crate::sid::{AccountSid, ApiKeySid};

/// Where the API is, who asks, and how long to wait.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// The account whose resources are used; it stands in every path.
    pub account_sid: AccountSid,
    /// What proves who asks.
    pub credentials: Credentials,
    /// The region whose credentials these are; `us1` without.
    pub region: Option<Region>,
    /// Where requests enter Twilio's network; the nearest place without. An edge without a region leads to
    /// `us1`.
    pub edge: Option<Edge>,
    /// Scheme, host and port of something else to talk to, perhaps a path prefix: a simulator, a gateway. It
    /// stands for all of Twilio's hosts, whatever region and edge say; none.
    ///
    /// Credentials go there and nowhere else, in the clear when the scheme is `http`.
    pub base_url: Option<String>,
    /// How long name lookup, connecting and TLS may take together; 5 seconds.
    pub connect_timeout: Duration,
    /// How long a request may take in all, connecting included; 10 seconds.
    ///
    /// For audio it is the longest wait for the answer, and then for each next piece.
    pub request_timeout: Duration,
    /// What is sent again by itself; three tries by default, see [`RetryPolicy`].
    ///
    /// A request that may have rung a phone or sent a message is not among it, whatever the policy.
    pub retry: RetryPolicy,
    /// How many requests are under way at once at most, the others wait; no bound without. Twilio refuses
    /// what is too much at once with code 20429. Audio counts until its answer begins.
    pub max_concurrent_requests: Option<NonZeroUsize>,
    /// After how many pages a list counts as one without an end; 10,000.
    pub max_list_pages: u32,
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
            region: None,
            edge: None,
            base_url: None,
            connect_timeout: Duration::from_secs(5),
            request_timeout: Duration::from_secs(10),
            retry: RetryPolicy::default(),
            max_concurrent_requests: None,
            max_list_pages: 10_000,
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
