//! TwiML: the documents that tell Twilio what to do with a call, built so that an invalid one cannot be written.
//!
//! Which verb may stand where is in the types: a [`Gather`] holds only a [`Prompt`], a `<Reject>` stands
//! alone, a [`Record`] always has an action. Limits are checked where a value enters. Whatever text comes
//! in, what goes out is well-formed XML: markup is escaped, characters that XML 1.0 forbids are left out.
//!
//! Rules and limits are those of <https://www.twilio.com/docs/voice/twiml>.
//!
//! ```
//! use atlas_twilio::twiml::{Hangup, Record, Response, Say};
//!
//! let document = Response::new()
//!     .with(Say::new("Please speak after the tone.")?.voice("alice").language("en-US"))
//!     .with(Record::new("https://example.com/recorded")?.max_length_seconds(119)?)
//!     .with(Hangup)
//!     .to_xml()?;
//! assert!(document.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say "));
//! # Ok::<(), atlas_twilio::twiml::TwimlError>(())
//! ```

mod error;
mod gather;
mod key;
mod pause;
mod play;
mod record;
mod redirect;
mod response;
mod say;
mod split;
mod url;
mod xml;

pub use error::TwimlError;
pub use gather::{Gather, GatherInput, Prompt, SpeechModel, SpeechTimeout};
pub use key::Key;
pub use pause::Pause;
pub use play::{Play, PlayDigits};
pub use record::{Record, RecordingEvent, Trim};
pub use redirect::Redirect;
pub use response::{Hangup, MAX_DOCUMENT_BYTES, RejectReason, Response, Verb};
pub use say::{MAX_SAY_CHARACTERS, Say};
