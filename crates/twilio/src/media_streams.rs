//! The messages of a media stream
//! (<https://www.twilio.com/docs/voice/media-streams/websocket-messages>).
//!
//! A `<Stream>` opens a web socket to you and sends [`FromTwilio`] as text messages; on a bidirectional one
//! (`<Connect><Stream>`) you answer with [`ToTwilio`]. Both can be read and written, so that a test can take
//! either side. Which library speaks web socket is up to you.
//!
//! ```
//! use atlas_twilio::media_streams::{FromTwilio, ToTwilio};
//!
//! let text = r#"{"event":"media","sequenceNumber":"3","streamSid":"MZ0123456789abcdef0123456789abcdef",
//!     "media":{"track":"inbound","chunk":"1","timestamp":"5","payload":"f39/f38="}}"#;
//! let FromTwilio::Media(media) = FromTwilio::read(text)? else {
//!     return Err("not media".into());
//! };
//! assert_eq!(media.timestamp_ms, Some(5));
//! assert_eq!(media.audio.bytes().len(), 5);
//!
//! // Says the same back.
//! let echo = ToTwilio::Media { stream_sid: media.stream_sid, audio: media.audio };
//! assert_eq!(
//!     echo.to_json(),
//!     r#"{"event":"media","streamSid":"MZ0123456789abcdef0123456789abcdef","media":{"payload":"f39/f38="}}"#
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The handshake is signed like any GET: with the feature `webhook`, verify it with the `wss://` URL of the
//! TwiML.

mod audio;
mod error;
mod from_twilio;
mod to_twilio;
mod wire;

pub use audio::MulawAudio;
pub use error::StreamMessageError;
pub use from_twilio::{
    Connected, Dtmf, FromTwilio, Mark, Media, MediaFormat, OtherEvent, Start, Stop,
};
pub use to_twilio::ToTwilio;
pub use wire::MAX_MESSAGE_BYTES;
