//! Making API keys.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

/// A fresh API key: the secret, to be handed to the client once, and the line for `API_KEYS`.
#[derive(Debug)]
pub struct NewKey {
    secret: SecretString,
    line: String,
}

impl NewKey {
    /// Makes the line for a key with this secret; `name` is shown in logs.
    ///
    /// ```
    /// let key = atlas_server::keys::NewKey::with_secret("crm", "secret".into());
    /// assert!(key.line().starts_with("crm:2bb80d537b1da3e3"));
    /// ```
    #[must_use]
    pub fn with_secret(name: &str, secret: SecretString) -> Self {
        let hash = Sha256::digest(secret.expose_secret().as_bytes());
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Self {
            line: format!("{name}:{hex}"),
            secret,
        }
    }

    /// Makes a key from the system's randomness.
    #[must_use]
    pub fn create(name: &str) -> Self {
        Self::with_secret(name, random_secret())
    }

    /// The key itself, for the client. It is stored nowhere.
    #[must_use]
    pub fn secret(&self) -> &str {
        self.secret.expose_secret()
    }

    /// What goes into `API_KEYS`.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }
}

/// A secret from the system's randomness: 244 random bits.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a secret is made of randomness")]
pub fn random_secret() -> SecretString {
    let random = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    format!("atlas_{}{}", random.0.simple(), random.1.simple()).into()
}
