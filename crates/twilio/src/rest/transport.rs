//! Sends requests: with credentials, within a bound, again where that does no harm, each in a span.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{RequestBuilder, Response, Url, redirect, retry};
use secrecy::ExposeSecret as _;
use tokio::sync::{Semaphore, SemaphorePermit};
use tracing::{Instrument as _, Span};

use super::address::{Addresses, masked_path};
use super::exchange::{Answer, Exchange};
use super::request::Request;
use super::{
    AnswerInfo, BoxError, ClientConfig, ConfigError, Credentials, Failure, RequestKind,
    RetryPolicy, SendAgain,
};
use crate::sid::AccountSid;

/// More than a page of a thousand calls takes.
const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;

/// The way to Twilio.
pub(super) struct Transport {
    http: reqwest::Client,
    account_sid: AccountSid,
    credentials: Credentials,
    addresses: Addresses,
    request_timeout: Duration,
    slots: Option<Semaphore>,
}

impl Transport {
    pub(super) fn new(config: &ClientConfig) -> Result<Self, ConfigError> {
        let addresses = match &config.base_url {
            Some(base_url) => Addresses::of_base_url(base_url)?,
            None => Addresses::of_twilio(config.edge.as_ref(), config.region.as_ref()),
        };
        if config.connect_timeout.is_zero() || config.connect_timeout >= config.request_timeout {
            return Err(ConfigError::Timeouts);
        }
        let slots = config
            .max_concurrent_requests
            .map(|most| Semaphore::new(most.get().min(Semaphore::MAX_PERMITS)));
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("atlas-twilio/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(config.connect_timeout)
            .read_timeout(config.request_timeout)
            .redirect(redirect::Policy::none())
            // A POST that is sent twice rings a phone twice: what is sent again is decided here alone.
            .retry(retry::never())
            .no_proxy();
        if let Some(proxy_url) = &config.proxy_url {
            // The cause is left out: it may repeat the URL with its credentials.
            let proxy =
                reqwest::Proxy::all(proxy_url.expose_secret()).map_err(|_| ConfigError::Proxy)?;
            builder = builder.proxy(proxy);
        }
        let http = builder
            .build()
            .map_err(|error| ConfigError::Http(Box::new(error)))?;
        Ok(Self {
            http,
            account_sid: config.account_sid.clone(),
            credentials: config.credentials.clone(),
            addresses,
            request_timeout: config.request_timeout,
            slots,
        })
    }

    pub(super) const fn account_sid(&self) -> &AccountSid {
        &self.account_sid
    }

    pub(super) const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Sends a request, again as often as the policy allows it for what it is.
    pub(super) async fn exchange(&self, policy: &RetryPolicy, request: &Request) -> Exchange {
        let url = match self.url(request) {
            Some(url) => url,
            None => return Exchange::NotSent("the address makes no URL".into()),
        };
        let mut attempt = 1;
        loop {
            let exchange = self.once(request, url.clone(), attempt).await;
            let again = match exchange.failure() {
                Some(failure) => {
                    let info = exchange.answer().map(|answer| &answer.info);
                    wait_before_another(policy, request.kind, failure, attempt, info).await
                }
                None => false,
            };
            if !again {
                return exchange;
            }
            attempt += 1;
        }
    }

    async fn once(&self, request: &Request, url: Url, attempt: u32) -> Exchange {
        let span = request_span(request.method.as_str(), Some(&masked_path(&url)), attempt);
        let started = tokio::time::Instant::now();
        let exchange = async {
            let _slot = self.slot().await;
            let sent = self.builder(request, url).send().await;
            match sent {
                Ok(response) => Exchange::Answered(read_answer(response).await),
                Err(error) => Exchange::from_error(error),
            }
        }
        .instrument(span.clone())
        .await;
        record_exchange(&span, &exchange);
        record_duration(&span, started.elapsed());
        exchange
    }

    /// Waits until there is room for another request.
    pub(super) async fn slot(&self) -> Option<SemaphorePermit<'_>> {
        // Nobody closes it, so that there is always a permit in the end.
        match &self.slots {
            Some(slots) => slots.acquire().await.ok(),
            None => None,
        }
    }

    /// A request for a stream, which takes as long as it takes; without credentials for other hosts.
    pub(super) fn streaming(&self, url: Url, is_foreign: bool) -> RequestBuilder {
        let request = self.http.get(url);
        if is_foreign {
            request
        } else {
            self.with_credentials(request)
        }
    }

    /// Reads the answer to a request for a stream that brought something else, such as an error.
    pub(super) async fn read_in_time(&self, response: Response) -> Exchange {
        tokio::time::timeout(self.request_timeout, read_answer(response))
            .await
            .map_or_else(|late| Exchange::NoAnswer(late.into()), Exchange::Answered)
    }

    fn url(&self, request: &Request) -> Option<Url> {
        let mut url = self.addresses.url(request.product, &request.path)?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        Some(url)
    }

    fn builder(&self, request: &Request, url: Url) -> RequestBuilder {
        let mut builder = self
            .http
            .request(request.method.clone(), url)
            .header(ACCEPT, "application/json");
        if let Some(form) = &request.form {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(form)
                .finish();
            builder = builder
                .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(body);
        }
        self.with_credentials(builder).timeout(self.request_timeout)
    }

    fn with_credentials(&self, request: RequestBuilder) -> RequestBuilder {
        match &self.credentials {
            Credentials::AuthToken(token) => {
                request.basic_auth(&self.account_sid, Some(token.expose_secret()))
            }
            Credentials::ApiKey { sid, secret } => {
                request.basic_auth(sid, Some(secret.expose_secret()))
            }
        }
    }
}

impl Exchange {
    pub(super) fn from_error(error: reqwest::Error) -> Self {
        // No connection came about, or no request.
        if error.is_connect() || error.is_builder() {
            Self::NotSent(describe(error))
        } else {
            Self::NoAnswer(describe(error))
        }
    }
}

/// Waits before a request is sent again; says whether it may be.
pub(super) async fn wait_before_another(
    policy: &RetryPolicy,
    kind: RequestKind,
    failure: Failure,
    attempt: u32,
    info: Option<&AnswerInfo>,
) -> bool {
    let retry_after = info.and_then(|info| info.retry_after);
    match policy.decide(kind, failure, attempt, retry_after, policy.jitter.next()) {
        SendAgain::Never | SendAgain::AfterLooking => false,
        SendAgain::After(wait) => {
            tracing::debug!(attempt, ?failure, ?wait, "a request is sent again");
            tokio::time::sleep(wait).await;
            true
        }
    }
}

/// The span of one request; without a path when it goes to another host.
pub(super) fn request_span(method: &str, masked_path: Option<&str>, attempt: u32) -> Span {
    tracing::info_span!(
        "twilio.request",
        http.request.method = method,
        url.path = masked_path,
        attempt,
        http.response.status_code = tracing::field::Empty,
        twilio.error_code = tracing::field::Empty,
        twilio.request_id = tracing::field::Empty,
        failure = tracing::field::Empty,
        duration_ms = tracing::field::Empty,
    )
}

pub(super) fn record_exchange(span: &Span, exchange: &Exchange) {
    match exchange {
        Exchange::NotSent(_) => {
            span.record("failure", "not_sent");
        }
        Exchange::NoAnswer(_) => {
            span.record("failure", "no_answer");
        }
        Exchange::Answered(answer) => {
            record_head(span, answer.http_status, &answer.info);
            if let Some(code) = answer.error_code() {
                span.record("twilio.error_code", code);
            }
        }
    }
}

pub(super) fn record_head(span: &Span, http_status: u16, info: &AnswerInfo) {
    span.record("http.response.status_code", http_status);
    if let Some(id) = &info.request_id {
        span.record("twilio.request_id", id);
    }
}

pub(super) fn record_duration(span: &Span, duration: Duration) {
    span.record(
        "duration_ms",
        u64::try_from(duration.as_millis()).unwrap_or(u64::MAX),
    );
}

/// The error without its URL, which may hold phone numbers.
pub(super) fn describe(error: reqwest::Error) -> BoxError {
    Box::new(error.without_url())
}

/// Reads the answer as far as it comes.
async fn read_answer(mut response: Response) -> Answer {
    let http_status = response.status().as_u16();
    let info = AnswerInfo::read(response.headers());
    let mut body = Vec::new();
    let body = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_BODY_BYTES => {
                break Err("the body is too large".into());
            }
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break Ok(body),
            Err(error) => break Err(describe(error)),
        }
    };
    Answer {
        http_status,
        info,
        body,
    }
}
