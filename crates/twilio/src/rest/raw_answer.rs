//! What an answer means, without the request that it answers: pure functions from status, headers and body.

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::exchange::{self, Accepted, Answer, Exchange};
use super::fields::{Resource, parse_resource};
use super::page::{ListedResource, Page, parse_page};
use super::{AnswerInfo, Failure, MalformedResource, ReadError, UnknownOutcome, WriteError};

/// An answer of Twilio that came in another way than through a [`Client`](super::Client): out of a record,
/// or by another HTTP client. It means the same here as there.
///
/// ```
/// use atlas_twilio::rest::{Call, RawAnswer, WriteError};
///
/// let headers = [("Twilio-Request-Id", "RQ0123456789abcdef0123456789abcdef")];
/// let body = br#"{"code":21211,"message":"no such number","status":400}"#;
/// let answer = RawAnswer::new(400, headers, body.to_vec());
/// let Err(WriteError::Refused(refusal)) = answer.written::<Call>() else {
///     return Err("not refused".into());
/// };
/// assert_eq!(refusal.code, Some(21211));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct RawAnswer {
    http_status: u16,
    info: AnswerInfo,
    body: Vec<u8>,
}

impl RawAnswer {
    /// Takes the parts of an answer that came whole; headers that HTTP does not allow are left out.
    pub fn new<Name: AsRef<[u8]>, Value: AsRef<[u8]>>(
        http_status: u16,
        headers: impl IntoIterator<Item = (Name, Value)>,
        body: Vec<u8>,
    ) -> Self {
        let headers: HeaderMap = headers
            .into_iter()
            .filter_map(|(name, value)| {
                let name = HeaderName::from_bytes(name.as_ref()).ok()?;
                Some((name, HeaderValue::from_bytes(value.as_ref()).ok()?))
            })
            .collect();
        Self {
            http_status,
            info: AnswerInfo::read(&headers),
            body,
        }
    }

    /// How the request failed, as [`RetryPolicy`](super::RetryPolicy) wants to know it; none when Twilio
    /// said yes.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        self.exchange().failure()
    }

    /// What the answer to a GET of one resource means; `None` when there is no such resource.
    ///
    /// # Errors
    /// [`ReadError`] as of a client.
    pub fn read<R: ListedResource>(&self) -> Result<Option<R>, ReadError> {
        read_one(self.exchange())
    }

    /// What the answer to a GET of a list means.
    ///
    /// # Errors
    /// [`ReadError`] as of a client.
    pub fn read_page<R: ListedResource>(&self) -> Result<Page<R>, ReadError> {
        read_page(self.exchange())
    }

    /// What the answer to a POST means.
    ///
    /// # Errors
    /// [`WriteError`] as of a client.
    pub fn written<R: ListedResource>(&self) -> Result<R, WriteError> {
        written_one(self.exchange())
    }

    fn exchange(&self) -> Exchange {
        Exchange::Answered(Answer {
            http_status: self.http_status,
            info: self.info.clone(),
            body: Ok(self.body.clone()),
        })
    }
}

impl std::fmt::Debug for RawAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RawAnswer")
            .field("http_status", &self.http_status)
            .field("info", &self.info)
            .field("body_bytes", &self.body.len())
            .finish()
    }
}

/// What came of reading a resource.
pub(super) fn read_one<R: Resource>(exchange: Exchange) -> Result<Option<R>, ReadError> {
    exchange::read(exchange)?
        .map(|Accepted { body, info, .. }| {
            parse_resource(&body, &info).map_err(|error| unreadable(error, info))
        })
        .transpose()
}

/// What came of reading what always exists.
pub(super) fn read_existing<R: Resource>(exchange: Exchange) -> Result<R, ReadError> {
    let Accepted { body, info, .. } = exchange::read_existing(exchange)?;
    parse_resource(&body, &info).map_err(|error| unreadable(error, info))
}

/// What came of reading a list.
pub(super) fn read_page<R: ListedResource>(exchange: Exchange) -> Result<Page<R>, ReadError> {
    let Accepted { body, info, .. } = exchange::read_existing(exchange)?;
    parse_page(&body, &info).map_err(|error| unreadable(error, info))
}

/// What came of changing a resource.
pub(super) fn written_one<R: Resource>(exchange: Exchange) -> Result<R, WriteError> {
    let Accepted {
        http_status,
        info,
        body,
    } = exchange::written(exchange)?;
    parse_resource(&body, &info).map_err(|error| {
        WriteError::Unknown(UnknownOutcome::Unreadable {
            http_status,
            answer: info,
            source: Box::new(error),
        })
    })
}

fn unreadable(error: MalformedResource, answer: AnswerInfo) -> ReadError {
    ReadError::Unreadable {
        answer,
        source: Box::new(error),
    }
}
