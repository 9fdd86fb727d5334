//! The JSON of the messages, of both directions.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::StreamMessageError;
use crate::sid::InvalidSid;

/// The largest message that is read, in bytes: 1 MiB, about 98 seconds of audio. Twilio itself sends 20
/// milliseconds at a time.
pub const MAX_MESSAGE_BYTES: usize = 1024 * 1024;

/// What a message is; all that is read of one that is not known.
#[derive(Deserialize)]
pub(super) struct Kind {
    pub(super) event: String,
}

/// Every part any message has, in the order they are written.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Wire {
    pub(super) event: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sequence_number: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stream_sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start: Option<WireStart>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media: Option<WireMedia>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dtmf: Option<WireDtmf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mark: Option<WireMark>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stop: Option<WireStop>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireStart {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account_sid: Option<String>,
    pub(super) call_sid: Option<String>,
    #[serde(default)]
    pub(super) tracks: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) media_format: Option<WireMediaFormat>,
    #[serde(default)]
    pub(super) custom_parameters: BTreeMap<String, String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireMediaFormat {
    pub(super) encoding: String,
    pub(super) sample_rate: u32,
    pub(super) channels: u32,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireMedia {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) track: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) chunk: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<Number>,
    pub(super) payload: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireDtmf {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) track: Option<String>,
    pub(super) digit: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct WireMark {
    pub(super) name: String,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct WireStop {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account_sid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) call_sid: Option<String>,
}

/// A number, which Twilio writes as a text.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(try_from = "NumberOrText", into = "String")]
pub(super) struct Number(pub(super) u64);

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u64),
    Text(String),
}

impl TryFrom<NumberOrText> for Number {
    type Error = std::num::ParseIntError;

    fn try_from(written: NumberOrText) -> Result<Self, Self::Error> {
        match written {
            NumberOrText::Number(number) => Ok(Self(number)),
            NumberOrText::Text(text) => text.trim().parse().map(Self),
        }
    }
}

impl From<Number> for String {
    fn from(number: Number) -> Self {
        number.0.to_string()
    }
}

impl Wire {
    /// Reads a message of a known kind.
    pub(super) fn read(text: &str) -> Result<Self, StreamMessageError> {
        serde_json::from_str(text).map_err(StreamMessageError::Json)
    }

    /// The text of a message. There is nothing in one that JSON cannot say.
    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// Reads what a message is.
pub(super) fn kind(text: &str) -> Result<String, StreamMessageError> {
    if text.len() > MAX_MESSAGE_BYTES {
        return Err(StreamMessageError::TooLarge);
    }
    let kind: Kind = serde_json::from_str(text).map_err(StreamMessageError::Json)?;
    Ok(kind.event)
}

/// A part without which a message means nothing.
pub(super) fn required<T>(part: Option<T>, name: &'static str) -> Result<T, StreamMessageError> {
    part.ok_or(StreamMessageError::Missing { name })
}

/// A SID without which a message means nothing.
pub(super) fn required_sid<T: FromStr<Err = InvalidSid>>(
    part: Option<String>,
    name: &'static str,
) -> Result<T, StreamMessageError> {
    required(part, name)?
        .parse()
        .map_err(|source| StreamMessageError::InvalidSid { name, source })
}
