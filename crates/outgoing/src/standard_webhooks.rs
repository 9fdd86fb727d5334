//! Signing and verifying webhooks as Standard Webhooks has it
//! (<https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>).
//!
//! A webhook is a POST with three headers:
//!
//! | header | holds |
//! |---|---|
//! | [`WEBHOOK_ID`] | the message's id, the same whenever it is sent again |
//! | [`WEBHOOK_TIMESTAMP`] | when it was sent, in seconds since 1970 |
//! | [`WEBHOOK_SIGNATURE`] | `v1,` and the signature in base64; several, while secrets are rotated, with blanks between them |
//!
//! The signature is an HMAC-SHA256 over `id.timestamp.body`. The sender calls [`sign`], the receiver
//! [`verify`], with the body as it came: what was parsed and written again is other bytes.
//!
//! ```
//! use atlas_outgoing::standard_webhooks::{SigningSecrets, WebhookHeaders, sign, verify};
//!
//! let secrets: SigningSecrets = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse()?;
//! let body = br#"{"test": 2432232314}"#;
//! let signature = sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body, &secrets);
//! assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
//!
//! let headers = WebhookHeaders {
//!     id: Some("msg_p5jXN8AQM9LWM0D4loKWxJek"),
//!     timestamp: Some("1614265330"),
//!     signature: Some(&signature),
//! };
//! let two_seconds_later = 1_614_265_332;
//! verify(&headers, body, &secrets, two_seconds_later)?;
//! assert!(verify(&headers, b"{}", &secrets, two_seconds_later).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod secret;
mod signature;
mod verify;

pub use secret::{InvalidSecret, SigningSecret, SigningSecrets};
pub use signature::sign;
pub use verify::{TOLERANCE_SECONDS, Unverified, WebhookHeaders, verify};

/// The header with the message's id.
pub const WEBHOOK_ID: &str = "webhook-id";
/// The header that says when the message was sent, in seconds since 1970.
pub const WEBHOOK_TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures.
pub const WEBHOOK_SIGNATURE: &str = "webhook-signature";
