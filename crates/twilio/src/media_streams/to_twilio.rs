//! What a bidirectional stream is told.

use super::wire::{Wire, WireMark, WireMedia, kind, required, required_sid};
use super::{MulawAudio, OtherEvent, StreamMessageError};
use crate::sid::StreamSid;

/// A message to Twilio on a bidirectional stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToTwilio {
    /// Audio to play, behind what is waiting to be played.
    Media {
        /// The stream, as `start` named it.
        stream_sid: StreamSid,
        /// The audio.
        audio: MulawAudio,
    },
    /// A mark: Twilio sends it back once everything before it was played, or cleared.
    Mark {
        /// The stream, as `start` named it.
        stream_sid: StreamSid,
        /// What you call the mark.
        name: String,
    },
    /// Throws away what is waiting to be played.
    Clear {
        /// The stream, as `start` named it.
        stream_sid: StreamSid,
    },
    /// A message that this version does not know.
    Other(OtherEvent),
}

impl ToTwilio {
    /// Reads a message, as Twilio would.
    ///
    /// # Errors
    /// [`StreamMessageError`] when it is none; a message of an unknown kind is [`ToTwilio::Other`].
    pub fn read(text: &str) -> Result<Self, StreamMessageError> {
        let event = kind(text)?;
        match event.as_str() {
            "media" => {
                let wire = Wire::read(text)?;
                let media = required(wire.media, "media")?;
                Ok(Self::Media {
                    stream_sid: required_sid(wire.stream_sid, "streamSid")?,
                    audio: MulawAudio::from_payload(&media.payload)?,
                })
            }
            "mark" => {
                let wire = Wire::read(text)?;
                Ok(Self::Mark {
                    stream_sid: required_sid(wire.stream_sid, "streamSid")?,
                    name: required(wire.mark, "mark")?.name,
                })
            }
            "clear" => Ok(Self::Clear {
                stream_sid: required_sid(Wire::read(text)?.stream_sid, "streamSid")?,
            }),
            _ => Ok(Self::Other(OtherEvent::new(event, text))),
        }
    }

    /// The text message to send.
    #[must_use]
    pub fn to_json(&self) -> String {
        let of = |event: &str, stream_sid: &StreamSid| Wire {
            event: event.to_owned(),
            stream_sid: Some(stream_sid.to_string()),
            ..Wire::default()
        };
        match self {
            Self::Media { stream_sid, audio } => Wire {
                media: Some(WireMedia {
                    track: None,
                    chunk: None,
                    timestamp: None,
                    payload: audio.to_payload(),
                }),
                ..of("media", stream_sid)
            }
            .write(),
            Self::Mark { stream_sid, name } => Wire {
                mark: Some(WireMark { name: name.clone() }),
                ..of("mark", stream_sid)
            }
            .write(),
            Self::Clear { stream_sid } => of("clear", stream_sid).write(),
            Self::Other(other) => other.json().to_owned(),
        }
    }
}
