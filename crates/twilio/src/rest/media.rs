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
use reqwest::{Response, StatusCode, Url};
use tracing::Instrument as _;

use super::address::{Product, masked_path};
use super::client::Client;
use super::exchange::{self, Exchange};
use super::transport::{describe, record_exchange, record_head, request_span, wait_before_another};
use super::{AnswerInfo, ReadError, RequestKind};

/// How often the audio may be somewhere else.
const MAX_REDIRECTS: usize = 5;

/// A format Twilio keeps recordings in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFormat {
    /// `audio/x-wav`, 8 kHz, 16 bit, 128 kbit/s and channel.
    Wav,
    /// `audio/mpeg`, 32 kbit/s.
    Mp3,
}

/// Which audio to ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRequest<'range> {
    /// In which format.
    pub format: MediaFormat,
    /// With how many channels; as many as it has without. Two of a recording that has one are refused, one
    /// of two is a mix.
    pub channels: Option<MediaChannels>,
    /// The value of a `Range` header to pass on; one that no header can hold is left out, as a server leaves
    /// out one it does not understand (RFC 9110, section 14.2).
    pub range: Option<&'range str>,
}

/// With how many channels audio is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaChannels {
    /// Both sides in one.
    One,
    /// Each side in its own.
    Two,
}

impl MediaRequest<'_> {
    /// All of the audio in this format.
    #[must_use]
    pub const fn new(format: MediaFormat) -> Self {
        Self {
            format,
            channels: None,
            range: None,
        }
    }
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
    /// What else the head of the answer told.
    pub answer: AnswerInfo,
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

/// Opens the audio at a path of the API, again as often as the client's policy allows it.
pub(super) async fn open(
    client: &Client,
    path: &str,
    request: &MediaRequest<'_>,
) -> Result<Option<Media>, ReadError> {
    let Some(mut url) = client.transport().addresses().url(Product::Api, path) else {
        return Err(ReadError::NotSent {
            source: "the address makes no URL".into(),
        });
    };
    match request.channels {
        Some(MediaChannels::One) => url.set_query(Some("RequestedChannels=1")),
        Some(MediaChannels::Two) => url.set_query(Some("RequestedChannels=2")),
        None => {}
    }
    let range = request
        .range
        .and_then(|range| HeaderValue::from_str(range).ok());
    let mut attempt = 1;
    loop {
        let exchange = match follow(client, &url, range.as_ref(), attempt).await? {
            Opened::Audio(media) => return Ok(Some(*media)),
            Opened::Other(exchange) => exchange,
        };
        let again = match exchange.failure() {
            Some(failure) => {
                let info = exchange.answer().map(|answer| &answer.info);
                wait_before_another(client.retry(), RequestKind::Read, failure, attempt, info).await
            }
            None => false,
        };
        if !again {
            // A success without audio, such as 204, says nothing that belongs here.
            return match exchange::read(exchange)? {
                None => Ok(None),
                Some(accepted) => Err(ReadError::Unavailable {
                    http_status: accepted.http_status,
                    code: None,
                    answer: accepted.info,
                }),
            };
        }
        attempt += 1;
    }
}

/// What one try brought.
enum Opened {
    Audio(Box<Media>),
    Other(Exchange),
}

/// Asks for the audio and follows where it is kept.
async fn follow(
    client: &Client,
    start: &Url,
    range: Option<&HeaderValue>,
    attempt: u32,
) -> Result<Opened, ReadError> {
    let mut url = start.clone();
    let mut is_foreign = false;
    for _ in 0..=MAX_REDIRECTS {
        // Twilio keeps audio elsewhere; its credentials are none of that host's business, nor of where that
        // host leads to.
        is_foreign |= url.origin() != start.origin();
        let path = (!is_foreign).then(|| masked_path(&url));
        let span = request_span("GET", path.as_deref(), attempt);
        let sent = send(client, url.clone(), is_foreign, range)
            .instrument(span.clone())
            .await;
        let response = match sent {
            Ok(response) => response,
            Err(exchange) => {
                record_exchange(&span, &exchange);
                return Ok(Opened::Other(exchange));
            }
        };
        let info = AnswerInfo::read(response.headers());
        record_head(&span, response.status().as_u16(), &info);
        let status = match response.status() {
            StatusCode::OK => MediaStatus::Whole,
            StatusCode::PARTIAL_CONTENT => MediaStatus::Partial,
            StatusCode::RANGE_NOT_SATISFIABLE => MediaStatus::RangeNotSatisfiable,
            status if status.is_redirection() => {
                url = redirect_target(&url, &response)?;
                continue;
            }
            _ => {
                let exchange = client.transport().read_in_time(response).await;
                record_exchange(&span, &exchange);
                return Ok(Opened::Other(exchange));
            }
        };
        return Ok(Opened::Audio(Box::new(media(status, response))));
    }
    Err(unreadable("too many redirects"))
}

async fn send(
    client: &Client,
    url: Url,
    is_foreign: bool,
    range: Option<&HeaderValue>,
) -> Result<Response, Exchange> {
    let _slot = client.transport().slot().await;
    let mut request = client.transport().streaming(url, is_foreign);
    if let Some(range) = range {
        request = request.header(RANGE, range);
    }
    request.send().await.map_err(Exchange::from_error)
}

fn media(status: MediaStatus, response: Response) -> Media {
    let header = |name: HeaderName| {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Media {
        status,
        content_type: header(CONTENT_TYPE),
        content_length: header(CONTENT_LENGTH).and_then(|length| length.parse().ok()),
        content_range: header(CONTENT_RANGE),
        accept_ranges: header(ACCEPT_RANGES),
        answer: AnswerInfo::read(response.headers()),
        body: MediaBody(Box::pin(response.bytes_stream().map_err(|error| {
            ReadError::Unreadable {
                answer: AnswerInfo::default(),
                source: describe(error),
            }
        }))),
    }
}

/// Where the audio is; never somewhere less safe than where it was asked for.
fn redirect_target(url: &Url, response: &Response) -> Result<Url, ReadError> {
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

fn unreadable(reason: &str) -> ReadError {
    ReadError::Unreadable {
        answer: AnswerInfo::default(),
        source: reason.into(),
    }
}
