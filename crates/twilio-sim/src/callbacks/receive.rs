//! Reading an answer, within bounds, and saying why there is none.

use reqwest::header::{self, HeaderMap, HeaderName};
use url::Url;

use super::{Answer, SendError};

/// The most that is read of an answer; a larger document is of no use (error 11750).
const BODY_BYTES_AT_MOST: usize = 64 * 1024;

/// An answer, and where it redirects to.
pub(super) struct Received {
    pub(super) answer: Answer,
    pub(super) location: Option<String>,
    /// The status the service answered; `None` when it was not asked.
    pub(super) answered: Option<u16>,
}

impl Received {
    /// Where the answer redirects to, if it does.
    pub(super) fn target(&self, url: &Url) -> Result<Option<Url>, SendError> {
        let Some(location) = &self.location else {
            return Ok(None);
        };
        let target = url.join(location).ok();
        let target = target.filter(|target| matches!(target.scheme(), "http" | "https"));
        target.ok_or(SendError::BadRedirect).map(Some)
    }
}

/// Reads an answer; what is larger than a document may be is cut off, of sound nothing is kept.
pub(super) async fn receive(
    mut response: reqwest::Response,
    url: &Url,
) -> Result<Received, SendError> {
    let status = response.status().as_u16();
    let content_type = text_of(response.headers(), &header::CONTENT_TYPE);
    let location = text_of(response.headers(), &header::LOCATION)
        .filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308));
    let mut answer = Answer {
        status,
        content_type,
        body: Vec::new(),
        without_chunks: response.headers().contains_key(header::TRANSFER_ENCODING),
        cut_off: false,
        url: url.clone(),
    };
    let is_sound = answer.media_type().starts_with("audio/");
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        answer.without_chunks = false;
        if is_sound {
            continue;
        }
        let room = BODY_BYTES_AT_MOST.saturating_sub(answer.body.len());
        answer.body.extend(chunk.iter().take(room));
        if chunk.len() > room {
            answer.cut_off = true;
            break;
        }
    }
    Ok(Received {
        answer,
        location,
        answered: Some(status),
    })
}

/// Whether an answer asks for the user and the password of the Basic scheme (RFC 9110, section 11.6.1).
pub(super) fn asks_for_password(response: &reqwest::Response) -> bool {
    let challenges = response.headers().get_all(header::WWW_AUTHENTICATE);
    response.status().as_u16() == 401
        && challenges
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|challenge| challenge.split_whitespace().next())
            .any(|scheme| scheme.eq_ignore_ascii_case("basic"))
}

fn text_of(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

pub(super) fn failure(error: reqwest::Error) -> SendError {
    if error.is_connect() {
        connect_failure(error)
    } else if error.is_timeout() {
        SendError::Timeout
    } else {
        SendError::Broken(error)
    }
}

/// Tells apart why there is no connection, by what the HTTP library gives as the cause.
fn connect_failure(error: reqwest::Error) -> SendError {
    let mut cause = std::error::Error::source(&error);
    while let Some(reason) = cause {
        if reason.to_string() == "dns error" {
            return SendError::HostName(error);
        }
        if reason.downcast_ref().is_some_and(is_invalid_data) {
            return SendError::Tls(error);
        }
        cause = reason.source();
    }
    SendError::Connect(error)
}

/// What the TLS library has to say comes as invalid data, which may be wrapped.
fn is_invalid_data(error: &std::io::Error) -> bool {
    let wrapped = error.get_ref().and_then(|inner| inner.downcast_ref());
    error.kind() == std::io::ErrorKind::InvalidData || wrapped.is_some_and(is_invalid_data)
}
