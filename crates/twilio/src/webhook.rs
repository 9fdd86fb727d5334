//! Twilio's requests to you: is the signature right, and what do they say.
//!
//! [`receive`] verifies, then parses, in one call; what it returns was signed by Twilio. The URL is the
//! public one that Twilio asked for, byte for byte, from your own configuration and the raw request line:
//! `Host` and `X-Forwarded-*` are claims of the sender, and a URL type that normalises breaks the
//! signature.
//!
//! ```
//! use atlas_twilio::vocabulary::CallStatus;
//! use atlas_twilio::webhook::{SignedRequest, StatusCallback, Verifier, receive, sign};
//!
//! let url = "https://example.com/twilio/status?call=42";
//! let body = "CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=ringing&SequenceNumber=1";
//! let parameters = [
//!     ("CallSid", "CA0123456789abcdef0123456789abcdef"),
//!     ("CallStatus", "ringing"),
//!     ("SequenceNumber", "1"),
//! ];
//! let signature = sign(url, &parameters, "the auth token");
//!
//! let verifier = Verifier::new("the auth token".into(), None)?;
//! let callback: StatusCallback = receive(&verifier, &SignedRequest {
//!     url,
//!     content_type: Some("application/x-www-form-urlencoded"),
//!     body: body.as_bytes(),
//!     signature: Some(&signature),
//!     signature_settings: None,
//! })?;
//! assert_eq!(callback.call.call_status, Some(CallStatus::Ringing));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod call_parameters;
mod form;
mod receive;
mod record_action;
mod recording_status_callback;
mod signature;
mod signed_url;
mod status_callback;
mod transcription_callback;
mod verifier;
mod voice_request;

pub use call_parameters::CallParameters;
pub use form::{Form, FormError, FromForm};
pub use receive::{ReceiveError, receive};
pub use record_action::RecordAction;
pub use recording_status_callback::RecordingStatusCallback;
pub use signature::sign;
pub use status_callback::StatusCallback;
pub use transcription_callback::TranscriptionCallback;
pub use verifier::{
    EmptySecret, SIGNATURE_HEADER, SIGNATURE_SETTINGS_HEADER, SignatureError, SignedRequest,
    Verifier,
};
pub use voice_request::VoiceRequest;
