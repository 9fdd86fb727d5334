//! API keys, of which only the hash is known.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};
use subtle::{Choice, ConditionallySelectable as _, ConstantTimeEq as _};

/// The name of an API key and the SHA-256 of the key itself.
///
/// ```
/// use atlas_api::ApiKey;
///
/// let line = "crm:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
/// let keys = ApiKey::parse_list(line)?;
/// assert_eq!(keys[0].name(), "crm");
/// assert!(ApiKey::parse_list("crm:foo").is_err());
/// # Ok::<(), atlas_api::InvalidApiKey>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    name: String,
    sha256: [u8; 32],
}

/// A text that is not the line of an API key; the text is left out, since it may be the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidApiKey {
    /// No colon, or a name that is none.
    #[error(
        "must be name:sha256-in-hex, the name 1 to 64 letters, digits, dots, dashes or underscores"
    )]
    Name,
    /// Not the SHA-256 of a key.
    #[error("must have the SHA-256 of the key as 64 hexadecimal digits after the colon")]
    Sha256,
}

impl ApiKey {
    /// A key known by its name and hash.
    ///
    /// # Errors
    /// [`InvalidApiKey::Name`] for a name that is not 1 to 64 letters, digits, dots, dashes or
    /// underscores.
    pub fn new(name: &str, sha256: [u8; 32]) -> Result<Self, InvalidApiKey> {
        let fits = (1..=64).contains(&name.len())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
        if !fits {
            return Err(InvalidApiKey::Name);
        }
        Ok(Self {
            name: name.to_owned(),
            sha256,
        })
    }

    /// Reads `name:sha256-of-the-key-in-hex`, separated by commas. Two keys may have one name, so
    /// that a key can be changed without an interruption.
    ///
    /// # Errors
    /// [`InvalidApiKey`] for the first entry that is none.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, InvalidApiKey> {
        text.split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty())
            .map(str::parse)
            .collect()
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SHA-256 of the key.
    #[must_use]
    pub const fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

impl FromStr for ApiKey {
    type Err = InvalidApiKey;

    fn from_str(text: &str) -> Result<Self, InvalidApiKey> {
        let (name, digits) = text.split_once(':').ok_or(InvalidApiKey::Name)?;
        if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(InvalidApiKey::Sha256);
        }
        let mut sha256 = [0; 32];
        for (index, byte) in sha256.iter_mut().enumerate() {
            *byte = digits
                .get(index * 2..index * 2 + 2)
                .and_then(|pair| u8::from_str_radix(pair, 16).ok())
                .ok_or(InvalidApiKey::Sha256)?;
        }
        Self::new(name, sha256)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ApiKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The one of `keys` that this secret is. Every key is compared to its end, so that the time
/// taken tells nothing of which one fitted, or how far.
pub(super) fn find<'keys>(keys: &'keys [ApiKey], secret: &[u8]) -> Option<&'keys ApiKey> {
    let hash: [u8; 32] = Sha256::digest(secret).into();
    let mut found = u64::MAX;
    for (index, key) in (0_u64..).zip(keys) {
        let fits: Choice = key.sha256.ct_eq(&hash);
        found.conditional_assign(&index, fits);
    }
    usize::try_from(found)
        .ok()
        .and_then(|index| keys.get(index))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_found_by_its_hash_only() {
        let key =
            |name: &str, secret: &str| ApiKey::new(name, Sha256::digest(secret).into()).unwrap();
        let keys = [key("crm", "one"), key("erp", "two")];
        assert_eq!(find(&keys, b"one").map(ApiKey::name), Some("crm"));
        assert_eq!(find(&keys, b"two").map(ApiKey::name), Some("erp"));
        for secret in ["", "three", "crm", "One"] {
            assert_eq!(find(&keys, secret.as_bytes()), None, "{secret}");
        }
        assert_eq!(find(&[], b"one"), None);
    }

    #[test]
    fn what_is_no_line_of_a_key_is_refused() {
        let hash = "0".repeat(64);
        for (text, reason) in [
            ("crm".to_owned(), InvalidApiKey::Name),
            (format!(":{hash}"), InvalidApiKey::Name),
            (format!("c r m:{hash}"), InvalidApiKey::Name),
            ("crm:".to_owned(), InvalidApiKey::Sha256),
            (format!("crm:{hash}0"), InvalidApiKey::Sha256),
            (format!("crm:{}", "é".repeat(32)), InvalidApiKey::Sha256),
        ] {
            assert_eq!(ApiKey::parse_list(&text), Err(reason), "{text}");
        }
        let two = format!("crm:{hash}, erp:{},", "F".repeat(64));
        assert_eq!(ApiKey::parse_list(&two).unwrap().len(), 2);
    }

    #[test]
    fn debug_output_hides_the_hash() {
        let key = ApiKey::new("crm", [171; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "ApiKey { name: \"crm\", .. }");
    }
}
