//! Documents and sound that were requested with GET, kept for as long as the service allows.
//!
//! Source: Twilio, "TwiML for Voice", caching: `ETag` and `Last-Modified` are honoured for GET, what is
//! requested with POST is never kept; RFC 9111. Copies grow old in the simulator's own time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use http_cache_semantics::{AfterResponse, BeforeRequest, CacheOptions, CachePolicy};
use reqwest::header::{self, HeaderMap};
use url::Url;

use super::Answer;
use super::receive::Received;

/// The most copies kept, each with a body of 64 kB at most; the oldest is dropped.
const COPIES_AT_MOST: usize = 256;
/// The greatest age an answer can say that it has already, in seconds: what RFC 9111, section 1.2.2, asks for.
const AGE_SECONDS_AT_MOST: u64 = 1 << 31;

/// The copies, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    copies: Mutex<VecDeque<Kept>>,
}

/// A GET request and the answer to it.
#[derive(Clone, Debug)]
struct Kept {
    url: Url,
    policy: CachePolicy,
    answer: Answer,
    location: Option<String>,
}

/// What there is for a request.
pub(super) enum Found {
    /// Nothing; the request is to be made as it is.
    Nothing,
    /// A copy that can be used as it is.
    Fresh(Received),
    /// A copy that is of use if the service says so when it is asked with these headers.
    Stale(HeaderMap),
}

impl Cache {
    /// Looks for a copy of what is requested.
    pub(super) fn look_up(&self, request: &reqwest::Request, now: SystemTime) -> Found {
        let copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(copy) = copies.iter().find(|copy| copy.url == *request.url()) else {
            return Found::Nothing;
        };
        match copy.policy.before_request(&head(request.headers()), now) {
            BeforeRequest::Fresh(_) => Found::Fresh(copy.received()),
            BeforeRequest::Stale {
                request,
                matches: true,
            } => Found::Stale(request.headers),
            BeforeRequest::Stale {
                request: _,
                matches: false,
            } => Found::Nothing,
        }
    }

    /// Takes the kept copy for an answer 304 (RFC 9111, section 4.3.4), if there still is one.
    pub(super) fn refresh(
        &self,
        url: &Url,
        asked: &HeaderMap,
        headers: &HeaderMap,
        now: SystemTime,
    ) -> Option<Received> {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        let copy = copies.iter_mut().find(|copy| copy.url == *url)?;
        let mut response = http::Response::new(());
        *response.status_mut() = http::StatusCode::NOT_MODIFIED;
        *response.headers_mut() = sound(headers);
        match (copy.policy).after_response(&head(asked), &response, now) {
            AfterResponse::NotModified(policy, _) => copy.policy = policy,
            // It names no validator; it is asked again next time.
            AfterResponse::Modified(..) => {}
        }
        Some(Received {
            answered: Some(http::StatusCode::NOT_MODIFIED.as_u16()),
            ..copy.received()
        })
    }

    /// Keeps a copy of an answer in the place of the one there was, if it may be kept.
    pub(super) fn keep(
        &self,
        url: &Url,
        asked: &HeaderMap,
        headers: &HeaderMap,
        received: &Received,
        now: SystemTime,
    ) {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        copies.retain(|copy| copy.url != *url);
        let mut response = http::Response::new(());
        *response.headers_mut() = sound(headers);
        let Ok(status) = http::StatusCode::from_u16(received.answer.status) else {
            return;
        };
        *response.status_mut() = status;
        let options = CacheOptions {
            // Without a word about it, an answer is not taken to be fresh for any time.
            cache_heuristic: 0.0,
            ignore_cargo_cult: false,
            ..CacheOptions::default()
        };
        let policy = CachePolicy::new_options(&head(asked), &response, now, options);
        let has_validator =
            headers.contains_key(header::ETAG) || headers.contains_key(header::LAST_MODIFIED);
        let is_of_use = has_validator || !policy.is_stale(now);
        if !received.answer.cut_off && policy.is_storable() && is_of_use {
            copies.push_back(Kept {
                url: url.clone(),
                policy,
                answer: received.answer.clone(),
                location: received.location.clone(),
            });
        }
        if copies.len() > COPIES_AT_MOST {
            copies.pop_front();
        }
    }

    /// Forgets all copies.
    pub(crate) fn clear(&self) {
        let mut copies = self.copies.lock().unwrap_or_else(PoisonError::into_inner);
        copies.clear();
    }
}

impl Kept {
    fn received(&self) -> Received {
        Received {
            answer: self.answer.clone(),
            location: self.location.clone(),
            answered: None,
        }
    }
}

/// A GET request with these headers; its URL is compared elsewhere.
fn head(headers: &HeaderMap) -> http::Request<()> {
    let mut request = http::Request::new(());
    headers.clone_into(request.headers_mut());
    request
}

/// The headers of an answer without an age that nothing can have.
fn sound(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    let age = headers.get(header::AGE).and_then(|age| age.to_str().ok());
    let possible = age.and_then(|age| age.parse::<u64>().ok());
    if possible.is_none_or(|seconds| seconds > AGE_SECONDS_AT_MOST) {
        headers.remove(header::AGE);
    }
    headers
}
