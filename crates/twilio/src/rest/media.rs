//! The audio of a recording, streamed (<https://www.twilio.com/docs/voice/api/recording#fetch-a-recording-media-file>).

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::TryStreamExt as _;
use reqwest::header::{
    ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, HeaderName, HeaderValue, LOCATION,
    RANGE,
};
use reqwest::{RequestBuilder, Response, StatusCode, Url};

use super::ReadError;
use super::client::{Client, describe, read_answer, was_not_sent};
use super::exchange::{self, Exchange};

/// A format Twilio keeps recordings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFormat {
    /// `audio/x-wav`, 8 kHz, 16 bit, 128 kbit/s and channel.
    Wav,
    /// `audio/mpeg`, 32 kbit/s.
    Mp3,
}

/// How much of the audio an answer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaStatus {
    /// 200: all of it.
    Whole,
    /// 206: the part in [`Media::content_range`].
    Partial,
    /// 416: nothing, for the range lies outside.
    RangeNotSatisfiable,
}

/// An answer with audio; its body has yet to be read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Media {
    /// How much of the audio it is.
    pub status: MediaStatus,
    /// `Content-Type`
    pub content_type: Option<String>,
    /// `Content-Length`, in bytes
    pub content_length: Option<u64>,
    /// `Content-Range`
    pub content_range: Option<String>,
    /// `Accept-Ranges`
    pub accept_ranges: Option<String>,
    /// The bytes as they come.
    pub body: MediaBody,
}

/// Bytes as they come; never all of them in memory.
pub struct MediaBody(Pin<Box<dyn Stream<Item = Result<Bytes, ReadError>> + Send>>);

impl Stream for MediaBody {
    type Item = Result<Bytes, ReadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl fmt::Debug for MediaBody {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MediaBody")
    }
}

impl MediaFormat {
    /// How a URL of this format ends.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Mp3 => "mp3",
        }
    }

    /// The media type Twilio gives it.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/x-wav",
            Self::Mp3 => "audio/mpeg",
        }
    }
}

pub(super) async fn open(
    client: &Client,
    url: Url,
    range: Option<&str>,
) -> Result<Option<Media>, ReadError> {
    let range = range.and_then(|range| HeaderValue::from_str(range).ok());
    let mut response = send(client.streaming_request(url.clone()), range.as_ref()).await?;
    if response.status().is_redirection() {
        let target = redirect_target(&url, &response)?;
        // Twilio keeps audio elsewhere; its credentials are none of that host's business.
        let request = if target.origin() == url.origin() {
            client.streaming_request(target)
        } else {
            client.anonymous_request(target)
        };
        response = send(request, range.as_ref()).await?;
    }
    let status = match response.status() {
        StatusCode::OK => MediaStatus::Whole,
        StatusCode::PARTIAL_CONTENT => MediaStatus::Partial,
        StatusCode::RANGE_NOT_SATISFIABLE => MediaStatus::RangeNotSatisfiable,
        other => {
            let outcome = exchange::read(Exchange::Answered(read_answer(response).await))?;
            return match outcome {
                None => Ok(None),
                Some(_) => Err(ReadError::Unavailable {
                    http_status: other.as_u16(),
                    code: None,
                }),
            };
        }
    };
    let header = |name: HeaderName| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Ok(Some(Media {
        status,
        content_type: header(CONTENT_TYPE),
        content_length: header(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        content_range: header(CONTENT_RANGE),
        accept_ranges: header(ACCEPT_RANGES),
        body: MediaBody(Box::pin(response.bytes_stream().map_err(|error| {
            ReadError::Unreadable {
                source: describe(error),
            }
        }))),
    }))
}

async fn send(request: RequestBuilder, range: Option<&HeaderValue>) -> Result<Response, ReadError> {
    let request = match range {
        Some(range) => request.header(RANGE, range),
        None => request,
    };
    request.send().await.map_err(|error| {
        if was_not_sent(&error) {
            ReadError::NotSent {
                source: describe(error),
            }
        } else {
            ReadError::NoAnswer {
                source: describe(error),
            }
        }
    })
}

/// Where the audio is; never somewhere less safe than where it was asked for.
fn redirect_target(url: &Url, response: &Response) -> Result<Url, ReadError> {
    let unreadable = |reason: &str| ReadError::Unreadable {
        source: reason.into(),
    };
    let location = response
        .headers()
        .get(LOCATION)
        .and_then(|location| location.to_str().ok())
        .ok_or_else(|| unreadable("a redirect without a location"))?;
    let target = url
        .join(location)
        .map_err(|_| unreadable("a redirect to what is no URL"))?;
    let sound = target.has_host()
        && (target.scheme() == "https" || (target.scheme() == "http" && url.scheme() == "http"));
    if sound {
        Ok(target)
    } else {
        Err(unreadable("a redirect to an unsafe place"))
    }
}
