//! Translation between Twilio's words and those of `atlas-domain`.
//!
//! Each of Twilio's callbacks has a file with one function that makes of it what the domain understands;
//! with the feature `client`, `TwilioCarrier` is the domain's [`Carrier`](atlas_domain::Carrier). What
//! Twilio calls a call is a dial there, and `Dial` here means the TwiML verb only.
//!
//! ```
//! use atlas_domain::call::CallStatus;
//! use atlas_twilio::adapter::status_update;
//! use atlas_twilio::webhook::{Form, FromForm, StatusCallback};
//!
//! let form = Form::parse(b"CallSid=CA0123456789abcdef0123456789abcdef&CallStatus=busy&SequenceNumber=2");
//! let update = status_update(&StatusCallback::from_form(form)?)?;
//! assert_eq!(update.status, CallStatus::Busy);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod callback_urls;
#[cfg(feature = "client")]
mod carrier_call;
#[cfg(feature = "client")]
mod carrier_error;
mod recording_status_callback;
#[cfg(feature = "client")]
mod refusal;
mod status_callback;
mod transcription_callback;
#[cfg(feature = "client")]
mod twilio_carrier;
mod untranslatable;
mod voice_request;

pub use callback_urls::CallbackUrls;
pub use recording_status_callback::{recording_event, recording_status_event};
pub use status_callback::status_update;
pub use transcription_callback::transcription_event;
#[cfg(feature = "client")]
pub use twilio_carrier::TwilioCarrier;
pub use untranslatable::Untranslatable;
pub use voice_request::answered_sid;
