//! One thing to be delivered: its attempts, and the HTTP requests each of them takes.

use reqwest::{StatusCode, header};
use url::Url;

use super::cache::Found;
use super::cookies::Session;
use super::demo;
use super::overrides::Overrides;
use super::receive::{Received, asks_for_password, failure, receive};
use super::{Answer, HttpMethod, Outgoing, SendError, public_text, without_fragment};
use crate::journal::{Entry, outcome_words, without_dates};
use crate::record::{DeliveryKind, DeliveryOutcome, DeliveryReport};
use crate::signature;
use crate::world::{Params, Shared};

/// The most redirects followed (error 11215).
pub(super) const REDIRECTS_AT_MOST: usize = 10;

/// A request with everything that stays the same over its attempts.
#[derive(Debug)]
pub(crate) struct Delivery {
    outgoing: Outgoing,
    overrides: Overrides,
    session: Session,
    idempotency_token: String,
    forged: bool,
}

/// One HTTP request, ready to be sent.
struct Prepared {
    method: HttpMethod,
    /// Without the parameters of a GET.
    address: String,
    /// With the parameters of a GET, without fragment.
    url: Url,
    form: Params,
    signature: String,
}

impl Delivery {
    pub(super) fn new(shared: &Shared, outgoing: Outgoing) -> Self {
        let overrides = Overrides::read(outgoing.url.fragment());
        let session = Session::of(&outgoing, &shared.world().messages);
        let idempotency_token = shared.new_id_of(&outgoing.call_sid, "request");
        Self {
            outgoing,
            overrides,
            session,
            idempotency_token,
            forged: false,
        }
    }

    /// The same with a signature that is wrong.
    pub(super) fn forged(self) -> Self {
        Self {
            forged: true,
            ..self
        }
    }

    pub(super) const fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub(super) fn idempotency_token(&self) -> &str {
        &self.idempotency_token
    }

    /// Puts the delivery on record as one that was never sent.
    pub(super) fn keep_as_dropped(&self, shared: &Shared) {
        let prepared = self.prepare(
            shared,
            self.outgoing.method,
            &without_fragment(&self.outgoing.url),
        );
        self.keep(shared, &prepared, 1, DeliveryOutcome::Dropped);
    }

    /// Makes attempts until one is final or the time for all of them is over.
    pub(super) async fn send(&self, shared: &Shared) -> Result<Answer, SendError> {
        let give_up = tokio::time::Instant::now() + self.overrides.total_timeout;
        let mut attempt = 1;
        loop {
            let outcome = self.attempt(shared, attempt, give_up).await;
            shared.timeline.exchange_closed();
            if attempt > self.overrides.retry_count
                || !self.overrides.retries(&outcome)
                || tokio::time::Instant::now() >= give_up
            {
                return outcome;
            }
            attempt += 1;
        }
    }

    /// Makes one attempt, redirects included.
    async fn attempt(
        &self,
        shared: &Shared,
        attempt: u32,
        give_up: tokio::time::Instant,
    ) -> Result<Answer, SendError> {
        let mut url = without_fragment(&self.outgoing.url);
        let mut method = self.outgoing.method;
        for _ in 0..=REDIRECTS_AT_MOST {
            let prepared = self.prepare(shared, method, &url);
            let received = match demo::answer(&url) {
                Some(received) => Ok(received),
                None => self.exchange_before(shared, &prepared, give_up).await,
            };
            if let Some(outcome) = outcome_of(&received) {
                self.keep(shared, &prepared, attempt, outcome);
            }
            let received = received?;
            let target = received.target(&url)?;
            let answer = received.answer;
            let Some(target) = target else {
                return Ok(Answer { url, ..answer });
            };
            url = without_fragment(&target);
            if answer.status <= 303 {
                // As user agents do for 301, 302 and 303 (RFC 9110, section 15.4).
                method = HttpMethod::Get;
            }
        }
        Err(SendError::TooManyRedirects)
    }

    fn prepare(&self, shared: &Shared, method: HttpMethod, url: &Url) -> Prepared {
        let mut url = url.clone();
        let address = public_text(&url);
        let form = match method {
            HttpMethod::Get => {
                url.query_pairs_mut().extend_pairs(&self.outgoing.params);
                Vec::new()
            }
            HttpMethod::Post => self.outgoing.params.clone(),
        };
        let key = if self.forged {
            "the token of somebody else"
        } else {
            shared.auth_token()
        };
        let signature = signature::sign(key, &signature::signed_url(&url), &form);
        Prepared {
            method,
            address,
            url,
            form,
            signature,
        }
    }

    async fn exchange_before(
        &self,
        shared: &Shared,
        prepared: &Prepared,
        give_up: tokio::time::Instant,
    ) -> Result<Received, SendError> {
        let exchange = self.exchange(shared, prepared);
        match tokio::time::timeout_at(give_up, exchange).await {
            Ok(received) => received,
            Err(_) => Err(SendError::Timeout),
        }
    }

    /// Sends one request; credentials in the URL are sent only when they are asked for.
    ///
    /// Source: Twilio, "Security", HTTP authentication.
    async fn exchange(&self, shared: &Shared, prepared: &Prepared) -> Result<Received, SendError> {
        let mut url = prepared.url.clone();
        // Neither can fail for a URL that has a host.
        let _cleared = url.set_username("").and_then(|()| url.set_password(None));
        let has_credentials = url != prepared.url;
        let mut request = self.request(shared, prepared, url)?;
        let may_be_kept = self.may_be_kept(prepared.method);
        let mut is_conditional = false;
        if may_be_kept {
            match shared.cache.look_up(&request, shared.now().into()) {
                Found::Nothing => {}
                Found::Fresh(received) => return Ok(received),
                Found::Stale(headers) => {
                    *request.headers_mut() = headers;
                    is_conditional = true;
                }
            }
        }
        let (address, mut asked) = (request.url().clone(), request.headers().clone());
        let mut response = self.ask(shared, prepared, request).await?;
        if has_credentials && asks_for_password(&response) {
            // The HTTP library makes the header of what stands in the URL.
            let again = self.request(shared, prepared, prepared.url.clone())?;
            is_conditional = false;
            asked = again.headers().clone();
            response = self.ask(shared, prepared, again).await?;
        }
        if !may_be_kept {
            return receive(response, &prepared.url).await;
        }
        let headers = response.headers().clone();
        let now = shared.now().into();
        if is_conditional
            && response.status() == StatusCode::NOT_MODIFIED
            && let Some(received) = shared.cache.refresh(&address, &asked, &headers, now)
        {
            return Ok(received);
        }
        let received = receive(response, &prepared.url).await?;
        (shared.cache).keep(&address, &asked, &headers, &received, now);
        Ok(received)
    }

    /// Whether a copy of the answer may be kept: of documents and sound that are requested with GET.
    const fn may_be_kept(&self, method: HttpMethod) -> bool {
        match (method, self.outgoing.kind) {
            (HttpMethod::Get, DeliveryKind::Twiml | DeliveryKind::Action) => true,
            (HttpMethod::Post, _)
            | (
                HttpMethod::Get,
                DeliveryKind::CallStatus
                | DeliveryKind::RecordingStatus
                | DeliveryKind::PartialResult
                | DeliveryKind::StreamStatus
                | DeliveryKind::ConferenceStatus
                | DeliveryKind::Transcription
                | DeliveryKind::MessageStatus
                | DeliveryKind::InboundMessage
                | DeliveryKind::AsyncAmd,
            ) => false,
        }
    }

    /// Sends a request and keeps the cookies in the answer.
    async fn ask(
        &self,
        shared: &Shared,
        prepared: &Prepared,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, SendError> {
        let client = self.client(shared);
        let response = client.execute(request).await.map_err(failure)?;
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            if let Ok(cookie) = cookie.to_str() {
                let mut world = shared.world();
                (world.cookies).set(&self.session, &prepared.url, cookie, shared.now());
            }
        }
        Ok(response)
    }

    fn client(&self, shared: &Shared) -> reqwest::Client {
        let timeout = self.overrides.connect_timeout;
        shared.http.with_connect_timeout(timeout)
    }

    /// A request with the cookies of the session.
    fn request(
        &self,
        shared: &Shared,
        prepared: &Prepared,
        url: Url,
    ) -> Result<reqwest::Request, SendError> {
        let client = self.client(shared);
        let cookies = {
            let world = shared.world();
            (world.cookies).header(&self.session, &prepared.url, shared.now())
        };
        let request = match prepared.method {
            HttpMethod::Get => client.get(url),
            HttpMethod::Post => {
                let mut body = form_urlencoded::Serializer::new(String::new());
                body.extend_pairs(&prepared.form);
                client
                    .post(url)
                    .header(
                        "Content-Type",
                        "application/x-www-form-urlencoded; charset=UTF-8",
                    )
                    .body(body.finish())
            }
        };
        let request = match cookies {
            Some(cookies) => request.header(header::COOKIE, cookies),
            None => request,
        };
        request
            .header("Accept", "*/*")
            .header("X-Twilio-Signature", &prepared.signature)
            .header("I-Twilio-Idempotency-Token", &self.idempotency_token)
            .timeout(self.overrides.read_timeout)
            .build()
            .map_err(failure)
    }

    fn keep(&self, shared: &Shared, prepared: &Prepared, attempt: u32, outcome: DeliveryOutcome) {
        let outgoing = &self.outgoing;
        tracing::debug!(call.sid = outgoing.call_sid, kind = ?outgoing.kind, attempt, "request made");
        let report = DeliveryReport {
            at: shared.now(),
            kind: outgoing.kind,
            call_sid: outgoing.call_sid.clone(),
            method: prepared.method.as_str().to_owned(),
            url: public_text(&prepared.url),
            params: outgoing.params.clone(),
            signature: prepared.signature.clone(),
            idempotency_token: self.idempotency_token.clone(),
            attempt,
            outcome,
        };
        let (answer, failed) = outcome_words(&report.outcome);
        let entry = Entry::Sent {
            kind: report.kind,
            method: &report.method,
            url: &prepared.address,
            params: without_dates(&report.params),
            attempt,
            answer,
            failed,
        };
        let mut world = shared.world();
        shared.write_in(&mut world, Some(&report.call_sid), entry);
        world.deliveries.push(report);
    }
}

/// What to put on record; nothing when the service was not asked.
fn outcome_of(received: &Result<Received, SendError>) -> Option<DeliveryOutcome> {
    let received = match received {
        Ok(received) => received,
        Err(error) => {
            return Some(DeliveryOutcome::Failed {
                error: error.to_string(),
            });
        }
    };
    let status = received.answered?;
    // What was kept before did not come with this answer.
    let came = Some(&received.answer.body).filter(|_| status == received.answer.status);
    let body = came.map_or_else(String::new, |body| {
        String::from_utf8_lossy(body).into_owned()
    });
    Some(DeliveryOutcome::Answered { status, body })
}
