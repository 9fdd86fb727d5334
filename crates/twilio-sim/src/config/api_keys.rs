//! API keys: credentials of the account beside its token.

use std::str::FromStr;

use secrecy::SecretString;

use super::ConfigError;

/// An API key: its SID and secret open the REST API in place of the account SID and token.
///
/// Callbacks are never signed with a key's secret. Read from a command line as `SK…:secret`, or
/// `SK…:secret:standard` for a standard key.
///
/// ```
/// use twilio_sim::{ApiKey, ApiKeyKind};
///
/// let key: ApiKey = "SK00000000000000000000000000000001:secret:standard".parse()?;
/// assert_eq!(key.kind, ApiKeyKind::Standard);
/// # Ok::<(), twilio_sim::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ApiKey {
    /// `SK` and 32 hexadecimal digits.
    pub sid: String,
    /// What belongs to it, shown once when a key is made.
    pub secret: SecretString,
    /// What it opens.
    pub kind: ApiKeyKind,
}

/// What an API key opens. Source: Twilio, "API keys overview".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiKeyKind {
    /// Everything, as the account's token.
    Main,
    /// Everything but the account itself.
    Standard,
}

impl FromStr for ApiKey {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split(':');
        let (sid, secret, kind) = (parts.next(), parts.next(), parts.next());
        let kind = match kind {
            None | Some("main") => ApiKeyKind::Main,
            Some("standard") => ApiKeyKind::Standard,
            Some(_) => return Err(ConfigError::ApiKey),
        };
        let (Some(sid), Some(secret), None) = (sid, secret, parts.next()) else {
            return Err(ConfigError::ApiKey);
        };
        let key = Self {
            sid: sid.to_owned(),
            secret: SecretString::from(secret),
            kind,
        };
        key.check().map(|()| key)
    }
}

impl ApiKey {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        use secrecy::ExposeSecret as _;
        if super::is_sid(&self.sid, "SK") && !self.secret.expose_secret().is_empty() {
            Ok(())
        } else {
            Err(ConfigError::ApiKey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_keys_are_read_and_refused_without_showing_them() {
        let sid = "SK00000000000000000000000000000001";
        let main: ApiKey = format!("{sid}:hush").parse().unwrap();
        assert_eq!(main.kind, ApiKeyKind::Main);
        assert!(!format!("{main:?}").contains("hush"));
        for wrong in [
            sid.to_owned(),
            format!("{sid}:"),
            format!("{sid}:hush:owner"),
            format!("{sid}:hush:main:x"),
            "SK1:hush".to_owned(),
        ] {
            let error = wrong.parse::<ApiKey>().unwrap_err();
            assert!(!error.to_string().contains("hush"), "{wrong}");
        }
    }
}
