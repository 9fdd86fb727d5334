//! The algorithm of `X-Twilio-Signature` (<https://www.twilio.com/docs/usage/security>).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::digest::InvalidLength;
use hmac::{EagerHash, Hmac, Mac as _};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use super::Form;

/// Signs a request as Twilio does: HMAC-SHA1 with the auth token, in base64.
///
/// For tests; [`WebhookSigner`](super::WebhookSigner) makes whole requests. `url` is the full URL with its query; `parameters` are those of a form
/// body, none for GET. The URL is signed as it is, except for a fragment, which is never sent.
///
/// ```
/// use atlas_twilio::webhook::sign;
///
/// let parameters = [
///     ("CallSid", "CA1234567890ABCDE"),
///     ("Caller", "+14158675309"),
///     ("Digits", "1234"),
///     ("From", "+14158675309"),
///     ("To", "+18005551212"),
/// ];
/// let signature = sign("https://mycompany.com/myapp.php?foo=1&bar=2", &parameters, "12345");
/// assert_eq!(signature, "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
/// ```
#[must_use]
pub fn sign(url: &str, parameters: &[(&str, &str)], auth_token: &str) -> String {
    let form: Form = parameters.iter().copied().collect();
    let tail = Algorithm::signed_tail(&form);
    Algorithm::HmacSha1.signature(auth_token, without_fragment(url), &tail)
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// With the auth token.
    HmacSha1,
    /// With a shared key of the Webhooks configuration API.
    HmacSha256,
}

impl Algorithm {
    /// What is signed behind the URL: names in byte order, the values of one name sorted and told once.
    pub(super) fn signed_tail(form: &Form) -> String {
        let mut pairs: Vec<(&str, &str)> = form.iter().collect();
        pairs.sort_unstable();
        pairs.dedup();
        let bytes = pairs.iter().map(|(name, value)| name.len() + value.len());
        let mut tail = String::with_capacity(bytes.sum());
        for (name, value) in pairs {
            tail.push_str(name);
            tail.push_str(value);
        }
        tail
    }

    /// The signature of a URL and what is signed behind it.
    pub(super) fn signature(self, key: &str, url: &str, tail: &str) -> String {
        let mac = match self {
            Self::HmacSha1 => mac::<Sha1>(key, url, tail),
            Self::HmacSha256 => mac::<Sha256>(key, url, tail),
        };
        // HMAC takes keys of any length (RFC 2104), so that there always is a signature; an empty one
        // matches nothing.
        mac.unwrap_or_default()
    }
}

/// The URL up to its fragment, which is neither sent nor signed.
pub(super) fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(sent, _)| sent)
}

/// What Twilio writes behind `bodySHA256=`: lower-case hexadecimal digits.
pub(super) fn body_hash(body: &[u8]) -> String {
    Sha256::digest(body)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn mac<Hash: EagerHash>(key: &str, url: &str, tail: &str) -> Result<String, InvalidLength>
where
    Hmac<Hash>: hmac::Mac + hmac::KeyInit,
{
    let mut mac = <Hmac<Hash> as hmac::KeyInit>::new_from_slice(key.as_bytes())?;
    mac.update(url.as_bytes());
    mac.update(tail.as_bytes());
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}
