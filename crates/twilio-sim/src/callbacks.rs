//! The requests the simulator makes: signed, retried as asked for, and all of them on record.

mod cache;
mod clients;
mod cookies;
mod delivery;
mod demo;
mod faulted;
mod overrides;
mod receive;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;
use url::Url;

pub(crate) use cache::Cache;
pub(crate) use clients::HttpClients;
pub(crate) use cookies::Cookies;
pub(crate) use delivery::Delivery;
use delivery::REDIRECTS_AT_MOST;
pub use demo::DEMO_WORDS;
pub(crate) use faulted::Swapped;
use overrides::Overrides;

use crate::record::DeliveryKind;
use crate::world::{Params, Shared};

/// The methods Twilio uses for webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HttpMethod {
    /// Parameters travel in the query.
    Get,
    /// Parameters travel in the body, as a form.
    #[default]
    Post,
}

impl HttpMethod {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_uppercase().as_str() {
            "GET" => Some(Self::Get),
            "POST" => Some(Self::Post),
            _ => None,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request to be made; the fragment of the URL holds connection overrides.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) kind: DeliveryKind,
    pub(crate) call_sid: String,
    /// The number called, by which faults are chosen.
    pub(crate) to: String,
    pub(crate) method: HttpMethod,
    pub(crate) url: Url,
    pub(crate) params: Params,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    /// At most the 64 kB a document may have; nothing when it is sound.
    pub(crate) body: Vec<u8>,
    /// Whether it came in chunks (RFC 9112, section 7.1), of which there were none.
    pub(crate) without_chunks: bool,
    /// Whether there was more of the body.
    pub(crate) cut_off: bool,
    /// Where it came from in the end, without the parameters of a GET.
    pub(crate) url: Url,
}

impl Answer {
    /// The content type without its parameters, in small letters; empty when there is none.
    pub(crate) fn media_type(&self) -> String {
        let content_type = self.content_type.as_deref().unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default();
        media_type.trim().to_ascii_lowercase()
    }
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SendError {
    #[error("connection failed")]
    Connect(#[source] reqwest::Error),
    #[error("host name cannot be resolved")]
    HostName(#[source] reqwest::Error),
    #[error("TLS handshake failed")]
    Tls(#[source] reqwest::Error),
    #[error("no answer in time")]
    Timeout,
    #[error("connection broke before the answer was complete")]
    Broken(#[source] reqwest::Error),
    #[error("more than {REDIRECTS_AT_MOST} redirects")]
    TooManyRedirects,
    #[error("redirect to something that is no http or https address")]
    BadRedirect,
}

/// A URL as it appears in records and alerts: without fragment and password.
pub(crate) fn public_text(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    if url.password().is_some() && url.set_password(None).is_err() {
        return String::new();
    }
    url.into()
}

/// Delivers a callback, with the fault a test has set for it; its answer decides nothing.
pub(crate) async fn deliver(shared: &Arc<Shared>, outgoing: Outgoing) {
    faulted::deliver(shared, outgoing).await;
}

/// Makes a request and returns its answer, after the retries the URL's fragment asks for.
pub(crate) async fn send(shared: &Shared, outgoing: Outgoing) -> Result<Answer, SendError> {
    Delivery::new(shared, outgoing).send(shared).await
}

/// Makes the same request several times more and returns the last answer, as Twilio sometimes does.
pub(crate) async fn send_repeatedly(
    shared: &Shared,
    outgoing: Outgoing,
    times: u32,
) -> Result<Answer, SendError> {
    let delivery = Delivery::new(shared, outgoing);
    for _ in 0..times {
        // Only the last answer counts.
        drop(delivery.send(shared).await);
    }
    delivery.send(shared).await
}

/// How long an answer to this URL is waited for, in milliseconds.
pub(crate) fn patience_ms(url: &Url) -> u64 {
    let overrides = Overrides::read(url.fragment());
    let patience = overrides.total_timeout.min(overrides.read_timeout);
    u64::try_from(patience.as_millis()).unwrap_or(u64::MAX)
}

/// Sends a callback; what is wrong with its answer is an alert (errors 15003 and 11200).
async fn post(shared: &Shared, delivery: &Delivery) {
    let (code, message) = match delivery.send(shared).await {
        Ok(answer) if answer.status < 400 => return,
        Ok(answer) => (15003, format!("callback answered HTTP {}", answer.status)),
        Err(error) => (11200, format!("callback not delivered: {error}")),
    };
    let outgoing = delivery.outgoing();
    shared.alert(
        &outgoing.call_sid,
        code,
        message,
        Some(&public_text(&outgoing.url)),
    );
}

fn without_fragment(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_fragment(None);
    url
}
