//! What a stream tells.

use std::collections::BTreeMap;
use std::fmt;

use super::wire::{
    Number, Wire, WireDtmf, WireMark, WireMedia, WireMediaFormat, WireStart, WireStop, kind,
    required, required_sid,
};
use super::{MulawAudio, StreamMessageError};
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, CallSid, StreamSid};
use crate::vocabulary::StreamTrack;

/// A message from Twilio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromTwilio {
    /// The first one: what is spoken here.
    Connected(Connected),
    /// The second one: what the stream is.
    Start(Start),
    /// Audio, about 20 milliseconds of it.
    Media(Media),
    /// Somebody pressed a key; on bidirectional streams.
    Dtmf(Dtmf),
    /// Everything before a mark of yours was played, or cleared.
    Mark(Mark),
    /// The last one: the stream ended, or the call did.
    Stop(Stop),
    /// A message that this version does not know.
    Other(OtherEvent),
}

/// What is spoken on the web socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connected {
    /// `protocol`, which is `Call`.
    pub protocol: Option<String>,
    /// `version`, such as `1.0.0`.
    pub version: Option<String>,
}

/// What a stream is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// `sequenceNumber` of the message within the stream, from 1.
    pub sequence_number: Option<u64>,
    /// `streamSid`
    pub stream_sid: StreamSid,
    /// `callSid`
    pub call_sid: CallSid,
    /// `accountSid`
    pub account_sid: Option<AccountSid>,
    /// `tracks` that will be sent.
    pub tracks: Vec<StreamTrack>,
    /// `mediaFormat`
    pub media_format: Option<MediaFormat>,
    /// `customParameters`: the `<Parameter>`s of the TwiML.
    pub custom_parameters: BTreeMap<String, PrivateText>,
}

/// How the audio is encoded: always `audio/x-mulaw`, 8000, 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaFormat {
    /// `encoding`
    pub encoding: String,
    /// `sampleRate`, in hertz.
    pub sample_rate_hz: u32,
    /// `channels`
    pub channels: u32,
}

/// Audio of one track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// `sequenceNumber` of the message within the stream.
    pub sequence_number: Option<u64>,
    /// `streamSid`
    pub stream_sid: StreamSid,
    /// `track`
    pub track: Option<StreamTrack>,
    /// `chunk`: its number within the track, from 1.
    pub chunk: Option<u64>,
    /// `timestamp`: milliseconds since the stream began.
    pub timestamp_ms: Option<u64>,
    /// `payload`, decoded.
    pub audio: MulawAudio,
}

/// A key that was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dtmf {
    /// `sequenceNumber` of the message within the stream.
    pub sequence_number: Option<u64>,
    /// `streamSid`
    pub stream_sid: StreamSid,
    /// `track`
    pub track: Option<StreamTrack>,
    /// `digit`
    pub digit: PrivateText,
}

/// A mark of yours that comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// `sequenceNumber` of the message within the stream.
    pub sequence_number: Option<u64>,
    /// `streamSid`
    pub stream_sid: StreamSid,
    /// `name`, as you called it.
    pub name: String,
}

/// The end of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// `sequenceNumber` of the message within the stream.
    pub sequence_number: Option<u64>,
    /// `streamSid`
    pub stream_sid: StreamSid,
    /// `accountSid`
    pub account_sid: Option<AccountSid>,
    /// `callSid`
    pub call_sid: Option<CallSid>,
}

/// A message of a kind that is not known, as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherEvent {
    event: String,
    json: String,
}

impl OtherEvent {
    pub(super) fn new(event: String, json: &str) -> Self {
        Self {
            event,
            json: json.to_owned(),
        }
    }

    /// Its kind.
    #[must_use]
    pub fn event(&self) -> &str {
        &self.event
    }

    /// The whole message, which is JSON.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }
}

impl fmt::Debug for OtherEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OtherEvent")
            .field("event", &self.event)
            .finish_non_exhaustive()
    }
}

impl FromTwilio {
    /// Reads a text message.
    ///
    /// # Errors
    /// [`StreamMessageError`] when it is none; a message of an unknown kind is [`FromTwilio::Other`].
    pub fn read(text: &str) -> Result<Self, StreamMessageError> {
        let event = kind(text)?;
        match event.as_str() {
            "connected" => Wire::read(text).map(|wire| {
                Self::Connected(Connected {
                    protocol: wire.protocol,
                    version: wire.version,
                })
            }),
            "start" => start(Wire::read(text)?).map(Self::Start),
            "media" => media(Wire::read(text)?).map(Self::Media),
            "dtmf" => dtmf(Wire::read(text)?).map(Self::Dtmf),
            "mark" => mark(Wire::read(text)?).map(Self::Mark),
            "stop" => stop(Wire::read(text)?).map(Self::Stop),
            _ => Ok(Self::Other(OtherEvent::new(event, text))),
        }
    }

    /// The text message, as Twilio writes it.
    #[must_use]
    pub fn to_json(&self) -> String {
        match self {
            Self::Connected(connected) => Wire {
                event: "connected".to_owned(),
                protocol: connected.protocol.clone(),
                version: connected.version.clone(),
                ..Wire::default()
            }
            .write(),
            Self::Start(start) => Wire {
                start: Some(WireStart {
                    account_sid: start.account_sid.as_ref().map(ToString::to_string),
                    call_sid: Some(start.call_sid.to_string()),
                    tracks: start.tracks.iter().map(ToString::to_string).collect(),
                    media_format: start.media_format.as_ref().map(|format| WireMediaFormat {
                        encoding: format.encoding.clone(),
                        sample_rate: format.sample_rate_hz,
                        channels: format.channels,
                    }),
                    custom_parameters: start
                        .custom_parameters
                        .iter()
                        .map(|(name, value)| (name.clone(), value.to_string()))
                        .collect(),
                }),
                ..numbered("start", start.sequence_number, &start.stream_sid)
            }
            .write(),
            Self::Media(media) => Wire {
                media: Some(WireMedia {
                    track: media.track.as_ref().map(ToString::to_string),
                    chunk: media.chunk.map(Number),
                    timestamp: media.timestamp_ms.map(Number),
                    payload: media.audio.to_payload(),
                }),
                ..numbered("media", media.sequence_number, &media.stream_sid)
            }
            .write(),
            Self::Dtmf(dtmf) => Wire {
                dtmf: Some(WireDtmf {
                    track: dtmf.track.as_ref().map(|track| format!("{track}_track")),
                    digit: dtmf.digit.to_string(),
                }),
                ..numbered("dtmf", dtmf.sequence_number, &dtmf.stream_sid)
            }
            .write(),
            Self::Mark(mark) => Wire {
                mark: Some(WireMark {
                    name: mark.name.clone(),
                }),
                ..numbered("mark", mark.sequence_number, &mark.stream_sid)
            }
            .write(),
            Self::Stop(stop) => Wire {
                stop: Some(WireStop {
                    account_sid: stop.account_sid.as_ref().map(ToString::to_string),
                    call_sid: stop.call_sid.as_ref().map(ToString::to_string),
                }),
                ..numbered("stop", stop.sequence_number, &stop.stream_sid)
            }
            .write(),
            Self::Other(other) => other.json().to_owned(),
        }
    }
}

fn numbered(event: &str, sequence_number: Option<u64>, stream_sid: &StreamSid) -> Wire {
    Wire {
        event: event.to_owned(),
        sequence_number: sequence_number.map(Number),
        stream_sid: Some(stream_sid.to_string()),
        ..Wire::default()
    }
}

fn start(wire: Wire) -> Result<Start, StreamMessageError> {
    let start = required(wire.start, "start")?;
    Ok(Start {
        sequence_number: wire.sequence_number.map(|number| number.0),
        stream_sid: required_sid(wire.stream_sid, "streamSid")?,
        call_sid: required_sid(start.call_sid, "callSid")?,
        account_sid: start.account_sid.and_then(|sid| sid.parse().ok()),
        tracks: start.tracks.iter().map(|word| track(word)).collect(),
        media_format: start.media_format.map(|format| MediaFormat {
            encoding: format.encoding,
            sample_rate_hz: format.sample_rate,
            channels: format.channels,
        }),
        custom_parameters: start
            .custom_parameters
            .into_iter()
            .map(|(name, value)| (name, value.into()))
            .collect(),
    })
}

fn media(wire: Wire) -> Result<Media, StreamMessageError> {
    let media = required(wire.media, "media")?;
    Ok(Media {
        sequence_number: wire.sequence_number.map(|number| number.0),
        stream_sid: required_sid(wire.stream_sid, "streamSid")?,
        track: media.track.as_deref().map(track),
        chunk: media.chunk.map(|number| number.0),
        timestamp_ms: media.timestamp.map(|number| number.0),
        audio: MulawAudio::from_payload(&media.payload)?,
    })
}

fn dtmf(wire: Wire) -> Result<Dtmf, StreamMessageError> {
    let dtmf = required(wire.dtmf, "dtmf")?;
    Ok(Dtmf {
        sequence_number: wire.sequence_number.map(|number| number.0),
        stream_sid: required_sid(wire.stream_sid, "streamSid")?,
        track: dtmf.track.as_deref().map(track),
        digit: dtmf.digit.into(),
    })
}

fn mark(wire: Wire) -> Result<Mark, StreamMessageError> {
    Ok(Mark {
        sequence_number: wire.sequence_number.map(|number| number.0),
        stream_sid: required_sid(wire.stream_sid, "streamSid")?,
        name: required(wire.mark, "mark")?.name,
    })
}

fn stop(wire: Wire) -> Result<Stop, StreamMessageError> {
    let stop = required(wire.stop, "stop")?;
    Ok(Stop {
        sequence_number: wire.sequence_number.map(|number| number.0),
        stream_sid: required_sid(wire.stream_sid, "streamSid")?,
        account_sid: stop.account_sid.and_then(|sid| sid.parse().ok()),
        call_sid: stop.call_sid.and_then(|sid| sid.parse().ok()),
    })
}

/// A track, which `dtmf` calls `inbound_track`.
fn track(word: &str) -> StreamTrack {
    StreamTrack::from(word.strip_suffix("_track").unwrap_or(word))
}
