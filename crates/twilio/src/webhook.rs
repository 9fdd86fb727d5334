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
//!
//! What each request is read as:
//!
//! | request | type |
//! |---|---|
//! | `Url`, `<Redirect>`, the `url` of `<Number>`, `<Client>` and `<Sip>` | [`VoiceRequest`] |
//! | `FallbackUrl` | [`FallbackRequest`] |
//! | status callback of a call, and of the leg of a `<Dial>` | [`StatusCallback`] |
//! | `AsyncAmdStatusCallback` | [`AsyncAmdCallback`] |
//! | `action` of `<Gather>`, and its `partialResultCallback` | [`GatherAction`], [`GatherPartialResult`] |
//! | `action` of `<Record>`, and its `transcribeCallback` | [`RecordAction`], [`TranscriptionCallback`] |
//! | `recordingStatusCallback` | [`RecordingStatusCallback`] |
//! | `action` of `<Dial>` | [`DialAction`] |
//! | `action` and `waitUrl` of `<Enqueue>` | [`EnqueueAction`], [`QueueWaitRequest`] |
//! | `url` of `<Queue>` | [`DequeueRequest`] |
//! | `statusCallback` of `<Conference>` | [`ConferenceStatusCallback`] |
//! | `statusCallback` of `<Stream>` | [`StreamStatusCallback`] |
//! | inbound message | [`InboundMessage`] |
//! | status callback of a message | [`MessageStatusCallback`] |
//! | anything else | [`Form`], [`JsonBody`] |
//!
//! Each keeps its whole form, so that parameters it does not name are within reach. A parameter that is
//! absent, empty or makes no sense is `None`; a word that is not known is kept as it came. Only the SID
//! that a request is about must be there.

/// Lets a request hand out the form it was made from, whatever else it has.
macro_rules! keeps_form {
    ($name:ident) => {
        impl $name {
            /// Every parameter, also those this type does not name.
            #[must_use]
            pub const fn form(&self) -> &Form {
                &self.form
            }
        }
    };
}

mod async_amd_callback;
mod call_parameters;
mod conference_status_callback;
mod dequeue_request;
mod dial_action;
mod enqueue_action;
mod fallback_request;
mod form;
mod gather_action;
mod gather_partial_result;
mod inbound_message;
mod message_status_callback;
mod place;
mod queue_wait_request;
mod receive;
mod record_action;
mod recording_status_callback;
mod request;
mod signature;
mod signed_url;
mod signer;
mod status_callback;
mod stream_status_callback;
mod transcription_callback;
mod verifier;
mod voice_request;

pub use async_amd_callback::AsyncAmdCallback;
pub use call_parameters::CallParameters;
pub use conference_status_callback::ConferenceStatusCallback;
pub use dequeue_request::DequeueRequest;
pub use dial_action::DialAction;
pub use enqueue_action::EnqueueAction;
pub use fallback_request::FallbackRequest;
pub use form::{Form, FormError, FromForm};
pub use gather_action::GatherAction;
pub use gather_partial_result::GatherPartialResult;
pub use inbound_message::{InboundMedia, InboundMessage};
pub use message_status_callback::MessageStatusCallback;
pub use place::Place;
pub use queue_wait_request::QueueWaitRequest;
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
pub use stream_status_callback::StreamStatusCallback;
pub use transcription_callback::TranscriptionCallback;
pub use verifier::{EmptySecret, SignatureError, Verifier};
pub use voice_request::VoiceRequest;
