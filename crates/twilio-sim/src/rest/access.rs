//! Who asks: the account by its token, one of its API keys, or its test credentials.

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::ExposeSecret as _;
use subtle::ConstantTimeEq as _;

use crate::config::{ApiKeyKind, SimulatorConfig, TestCredentials};

/// Who asks. Source: Twilio, "API keys overview" and "Test Credentials".
#[derive(Clone, Copy, Debug)]
pub(super) enum Access<'a> {
    /// The account's own token, or a main key: everything.
    Full,
    /// A standard key: everything but the account itself.
    Standard,
    /// The test credentials.
    Test(&'a TestCredentials),
}

/// Finds out who asks; `None` for nobody known.
pub(super) fn identify<'a>(
    config: &'a SimulatorConfig,
    request: &HttpRequest,
) -> Option<Access<'a>> {
    let given = credentials(request)?;
    let is = |user: &str, password: &str| -> bool {
        given.ct_eq(format!("{user}:{password}").as_bytes()).into()
    };
    if is(&config.account_sid, config.auth_token.expose_secret()) {
        return Some(Access::Full);
    }
    if let Some(test) = &config.test_credentials
        && is(&test.account_sid, test.auth_token.expose_secret())
    {
        return Some(Access::Test(test));
    }
    let key = config
        .api_keys
        .iter()
        .find(|key| is(&key.sid, key.secret.expose_secret()))?;
    Some(match key.kind {
        ApiKeyKind::Main => Access::Full,
        ApiKeyKind::Standard => Access::Standard,
    })
}

/// The decoded `user:password` of Basic authentication.
fn credentials(request: &HttpRequest) -> Option<Vec<u8>> {
    let header = request.headers().get(header::AUTHORIZATION)?;
    let (scheme, text) = header.to_str().ok()?.split_once(' ')?;
    // The scheme is case-insensitive (RFC 9110, section 11.1).
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    STANDARD.decode(text.trim()).ok()
}
