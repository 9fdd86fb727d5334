//! Twilio's requests to you: is the signature right, and what do they say.
//!
//! [`receive`] verifies, then parses, in one call; what it returns was signed by Twilio. The URL is the
//! public one that Twilio asked for, byte for byte, from your own configuration and the raw request line:
//! `Host` and `X-Forwarded-*` are claims of the sender, and a URL type that normalises breaks the
//! signature.
//!
//! ```
//! use atlas_twilio::http_method::HttpMethod;
//! use atlas_twilio::vocabulary::CallStatus;
//! use atlas_twilio::webhook::{
//!     StatusCallback, Verifier, WebhookHeaders, WebhookRequest, WebhookSigner, receive,
//! };
//!
//! let verifier = Verifier::new("the auth token".into(), None)?;
//!
//! // What any HTTP server hands out; here a request that was made for the example.
//! # let signed = WebhookSigner::with_auth_token("the auth token".into()).post_form(
//! #     "https://example.com/twilio/status?call=42",
//! #     &[("CallSid", "CA0123456789abcdef0123456789abcdef"), ("CallStatus", "ringing")],
//! # );
//! # let (method, headers, body) = (signed.method.as_str(), signed.headers.iter(), &signed.body);
//! let request = WebhookRequest {
//!     method: method.parse::<HttpMethod>()?,
//!     url: "https://example.com/twilio/status?call=42",
//!     headers: &headers.collect::<WebhookHeaders>(),
//!     body,
//! };
//! let callback: StatusCallback = receive(&verifier, &request)?;
//! assert_eq!(callback.call.call_status, Some(CallStatus::Ringing));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`WebhookSigner`] makes signed requests for the tests of your handlers.

mod call_parameters;
mod form;
mod receive;
mod record_action;
mod recording_status_callback;
mod request;
mod signature;
mod signed_url;
mod signer;
mod status_callback;
mod transcription_callback;
mod verifier;
mod voice_request;

pub use call_parameters::CallParameters;
pub use form::{Form, FormError, FromForm};
pub use receive::{FromWebhook, JsonBody, ReceiveError, receive};
pub use record_action::RecordAction;
pub use recording_status_callback::RecordingStatusCallback;
pub use request::{
    IDEMPOTENCY_TOKEN_HEADER, SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, WebhookHeaders,
    WebhookRequest,
};
pub use signature::sign;
pub use signer::{SignedWebhook, WebhookSigner};
pub use status_callback::StatusCallback;
pub use transcription_callback::TranscriptionCallback;
pub use verifier::{EmptySecret, SignatureError, Verifier};
pub use voice_request::VoiceRequest;
