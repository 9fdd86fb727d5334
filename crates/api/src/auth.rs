//! Who may call: API keys, and the extractor that asks for one.

mod caller;
mod keys;

pub(crate) use caller::Caller;
pub use keys::{ApiKey, InvalidApiKey};

/// Who may call the routes that need a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ApiAuth {
    /// Whoever has one of these keys.
    Keys(Vec<ApiKey>),
    /// Everybody (`API_AUTH=off`).
    Open,
    /// Everybody on this machine: a request whose `Host` or `Origin` is not loopback is refused,
    /// so that neither a tunnel to the port nor a web page can dial. For development.
    OpenOnLoopback,
}
