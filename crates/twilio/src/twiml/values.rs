//! The values of attributes: each type holds only what Twilio takes.

mod address;
mod break_time;
mod hints;
mod key;
mod keys;
mod language;
mod number;
mod phone_number;
mod sip_uri;
mod text;
mod tones;
mod url;
mod voice;
mod words;

pub use address::Address;
pub use break_time::BreakTime;
pub use hints::Hints;
pub use key::Key;
pub use keys::{FinishOnKey, Keys};
pub use language::Language;
pub use number::{Auto, Loops, Whole};
pub use phone_number::PhoneNumber;
pub use sip_uri::SipUri;
pub use text::{Text, Words};
pub use tones::Tones;
pub use url::{RelayUrl, StreamUrl, Url, WaitUrl, WebSocketUrl};
pub(super) use voice::SpeechLimit;
pub use voice::Voice;
pub(super) use words::words;
