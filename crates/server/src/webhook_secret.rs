//! Making secrets that sign webhooks.

use atlas_outgoing::standard_webhooks::{InvalidSecret, SigningSecret};

/// Makes a secret of 32 bytes from the system's randomness, 244 bits of which are random.
///
/// # Errors
/// Never in fact: 32 bytes are within the limits of a secret.
///
/// ```
/// use secrecy::ExposeSecret as _;
///
/// let secret = atlas_server::webhook_secret::create()?.to_text();
/// assert!(secret.expose_secret().starts_with("whsec_"));
/// # Ok::<(), atlas_outgoing::standard_webhooks::InvalidSecret>(())
/// ```
#[expect(clippy::disallowed_methods, reason = "a secret is made of randomness")]
pub fn create() -> Result<SigningSecret, InvalidSecret> {
    let random = [uuid::Uuid::new_v4(), uuid::Uuid::new_v4()];
    SigningSecret::from_bytes(random.map(uuid::Uuid::into_bytes).as_flattened())
}
