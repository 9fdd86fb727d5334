//! The signature itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{SigningSecret, SigningSecrets};

/// What a signature by HMAC-SHA256 begins with.
pub(super) const VERSION_PREFIX: &str = "v1,";

/// Signs a message: the value of the header `webhook-signature`, with one signature for each secret.
///
/// `id` and `unix_seconds` are the values of the other two headers; `id` must hold no full stop,
/// which would make it unclear where it ends ([`verify`](super::verify) refuses such an id). `body` is
/// signed as it is.
///
/// ```
/// use atlas_outgoing::standard_webhooks::{SigningSecrets, sign};
///
/// let both: SigningSecrets =
///     "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3 whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk".parse()?;
/// let signatures = sign("ack_1", 1_614_265_330, b"{}", &both);
/// assert_eq!(signatures.split(' ').count(), 2);
/// # Ok::<(), atlas_outgoing::standard_webhooks::InvalidSecret>(())
/// ```
#[must_use]
pub fn sign(id: &str, unix_seconds: i64, body: &[u8], secrets: &SigningSecrets) -> String {
    let timestamp = unix_seconds.to_string();
    let signatures: Vec<String> = secrets
        .iter()
        .map(|secret| {
            let code = code(secret, id, &timestamp, body);
            format!("{VERSION_PREFIX}{}", STANDARD.encode(code))
        })
        .collect();
    signatures.join(" ")
}

/// The HMAC-SHA256 over `id.timestamp.body`.
pub(super) fn code(secret: &SigningSecret, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
    // HMAC fills a key that is shorter than its block of 64 bytes with zeroes (RFC 2104, section 2),
    // and no secret is longer.
    let mut key = [0; SigningSecret::MAX_BYTES];
    for (place, byte) in key.iter_mut().zip(secret.bytes()) {
        *place = *byte;
    }
    let mut mac = Hmac::<Sha256>::new(&key.into());
    mac.update(id.as_bytes());
    mac.update(b".");
    mac.update(timestamp.as_bytes());
    mac.update(b".");
    mac.update(body);
    mac.finalize().into_bytes().into()
}
