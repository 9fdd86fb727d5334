//! The secrets that sender and receiver share.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::engine::{DecodePaddingMode, general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretSlice, SecretString};

/// What a secret begins with, so that it is recognised where it should not be.
const PREFIX: &str = "whsec_";

/// Base64 with or without its padding: other senders' secrets come in both forms.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A text or bytes that cannot be a signing secret; says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSecret {
    /// It does not begin with `whsec_`.
    #[error("must begin with {PREFIX}")]
    Prefix,
    /// What follows is no base64.
    #[error("must be base64 behind {PREFIX}")]
    Base64,
    /// Too short or too long.
    #[error(
        "must hold {} to {} bytes",
        SigningSecret::MIN_BYTES,
        SigningSecret::MAX_BYTES
    )]
    Length,
    /// A list without a secret.
    #[error("must hold at least one secret")]
    None,
}

/// A secret that signs webhooks: `whsec_` and 24 to 64 bytes in base64.
///
/// `Debug` shows nothing of it.
///
/// ```
/// use atlas_outgoing::standard_webhooks::SigningSecret;
///
/// let secret: SigningSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
/// assert_eq!(format!("{secret:?}"), "SigningSecret(…)");
/// assert!("hunter2".parse::<SigningSecret>().is_err());
/// # Ok::<(), atlas_outgoing::standard_webhooks::InvalidSecret>(())
/// ```
#[derive(Clone)]
pub struct SigningSecret(SecretSlice<u8>);

impl SigningSecret {
    /// The fewest bytes of a secret.
    pub const MIN_BYTES: usize = 24;
    /// The most bytes of a secret.
    pub const MAX_BYTES: usize = 64;

    /// A secret of these bytes, which must be random.
    ///
    /// # Errors
    /// [`InvalidSecret::Length`] when there are not 24 to 64 of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, InvalidSecret> {
        if (Self::MIN_BYTES..=Self::MAX_BYTES).contains(&bytes.len()) {
            Ok(Self(SecretSlice::from(bytes.to_vec())))
        } else {
            Err(InvalidSecret::Length)
        }
    }

    /// The secret as text, to be handed to the receiver.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        format!("{PREFIX}{}", STANDARD.encode(self.0.expose_secret())).into()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl FromStr for SigningSecret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(InvalidSecret::Prefix)?;
        let bytes = LENIENT.decode(encoded).map_err(|_| InvalidSecret::Base64)?;
        Self::from_bytes(&bytes)
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SigningSecret(…)")
    }
}

/// One secret, or several while they are rotated: the sender signs with each of them, the receiver
/// takes what any of them signed.
///
/// Written with blanks between them. `Debug` shows how many there are.
///
/// ```
/// use atlas_outgoing::standard_webhooks::SigningSecrets;
///
/// let both: SigningSecrets =
///     "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3 whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk".parse()?;
/// assert_eq!(format!("{both:?}"), "SigningSecrets(2)");
/// # Ok::<(), atlas_outgoing::standard_webhooks::InvalidSecret>(())
/// ```
#[derive(Clone)]
pub struct SigningSecrets(Vec<SigningSecret>);

impl SigningSecrets {
    pub(super) fn iter(&self) -> impl Iterator<Item = &SigningSecret> {
        self.0.iter()
    }
}

impl From<SigningSecret> for SigningSecrets {
    fn from(secret: SigningSecret) -> Self {
        Self(vec![secret])
    }
}

impl FromStr for SigningSecrets {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let secrets: Vec<SigningSecret> = text
            .split_ascii_whitespace()
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        if secrets.is_empty() {
            Err(InvalidSecret::None)
        } else {
            Ok(Self(secrets))
        }
    }
}

impl fmt::Debug for SigningSecrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "SigningSecrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_prefix_and_24_to_64_bytes_in_base64() {
        let of_bytes = |count| format!("{PREFIX}{}", STANDARD.encode(vec![7; count]));
        let cases = [
            (of_bytes(23), Some(InvalidSecret::Length)),
            (of_bytes(24), None),
            (of_bytes(64), None),
            (of_bytes(65), Some(InvalidSecret::Length)),
            (of_bytes(32).trim_end_matches('=').to_owned(), None),
            (of_bytes(32)[6..].to_owned(), Some(InvalidSecret::Prefix)),
            ("whsec_not base64".to_owned(), Some(InvalidSecret::Base64)),
            (
                "whsec_____________________________________".to_owned(),
                Some(InvalidSecret::Base64),
            ),
            ("whsec_".to_owned(), Some(InvalidSecret::Length)),
            (String::new(), Some(InvalidSecret::Prefix)),
        ];
        for (text, refused) in cases {
            assert_eq!(text.parse::<SigningSecret>().err(), refused, "{text}");
        }
    }

    #[test]
    fn a_secret_reads_back_from_its_text() {
        let secret = SigningSecret::from_bytes(&[9; 32]).unwrap();
        let text = secret.to_text();
        let read: SigningSecret = text.expose_secret().parse().unwrap();
        assert_eq!(read.bytes(), [9; 32]);
    }

    #[test]
    fn a_list_is_wrong_when_one_of_its_secrets_is_or_when_it_is_empty() {
        let good = SigningSecret::from_bytes(&[9; 24]).unwrap().to_text();
        let good = good.expose_secret();
        let two: SigningSecrets = format!(" {good}  {good} ").parse().unwrap();
        assert_eq!(two.iter().count(), 2);
        assert_eq!(
            format!("{good} whsec_x").parse::<SigningSecrets>().err(),
            Some(InvalidSecret::Base64)
        );
        assert_eq!(
            " ".parse::<SigningSecrets>().err(),
            Some(InvalidSecret::None)
        );
    }
}
