//! The sender: one POST for each try.

mod body;
mod failure;
mod names;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::notification::{AcknowledgementEvent, AcknowledgementSink, DeliveryOutcome};
use atlas_domain::{Clock, Resolver};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, redirect, retry};

use self::names::Names;
use crate::WebhookUrl;
use crate::standard_webhooks::{
    SigningSecrets, WEBHOOK_ID, WEBHOOK_SIGNATURE, WEBHOOK_TIMESTAMP, sign,
};

/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long the receiver may take to answer, the connection included.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long and how much of what comes behind an answer's head is read, before it is dropped.
const BODY_TIMEOUT: Duration = Duration::from_secs(1);
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Sends each acknowledgement to one receiver, signed.
///
/// A try is a POST with a JSON body, the same bytes each time, and the headers of
/// [Standard Webhooks](crate::standard_webhooks). It succeeds when the receiver answers 2xx within
/// 10 s. Redirects are not followed, proxies of the environment are not asked, and a receiver in a
/// private network is not connected to unless its [`WebhookUrl`] may name one, however its name
/// resolves.
pub struct WebhookSink {
    http: reqwest::Client,
    url: WebhookUrl,
    secrets: SigningSecrets,
    clock: Arc<dyn Clock>,
}

/// The HTTP client cannot be made, for want of the system's certificates for instance.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client for webhooks cannot be made")]
pub struct NoHttpClient(#[source] reqwest::Error);

impl WebhookSink {
    /// A sender to `url` that signs with each of `secrets`.
    ///
    /// # Errors
    /// [`NoHttpClient`] when the HTTP client cannot be made.
    pub fn new(
        url: WebhookUrl,
        secrets: SigningSecrets,
        clock: Arc<dyn Clock>,
        resolver: Arc<dyn Resolver>,
    ) -> Result<Self, NoHttpClient> {
        let names = Names {
            resolver,
            private_hosts: url.private_hosts(),
        };
        let http = reqwest::Client::builder()
            .user_agent(concat!("atlas/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(redirect::Policy::none())
            // What is sent again is decided by whoever counts the tries.
            .retry(retry::never())
            .no_proxy()
            // A connection is made, and the receiver's name looked up, for each try.
            .pool_max_idle_per_host(0)
            .dns_resolver(names)
            .build()
            .map_err(NoHttpClient)?;
        Ok(Self {
            http,
            url,
            secrets,
            clock,
        })
    }

    async fn post(&self, event: &AcknowledgementEvent) -> Result<Response, String> {
        let body = body::body_of(event).map_err(|error| error.to_string())?;
        let id = event.webhook_id.to_string();
        let unix_seconds = self.clock.now().unix_millis().div_euclid(1000);
        let signatures = sign(&id, unix_seconds, &body, &self.secrets);
        let sending = self
            .http
            .post(self.url.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header(WEBHOOK_ID, id)
            .header(WEBHOOK_TIMESTAMP, unix_seconds)
            .header(WEBHOOK_SIGNATURE, signatures)
            .timeout(ANSWER_TIMEOUT)
            .body(body)
            .send();
        sending.await.map_err(|error| failure::not_answered(&error))
    }
}

#[async_trait]
impl AcknowledgementSink for WebhookSink {
    fn listens(&self) -> bool {
        true
    }

    async fn deliver(&self, event: &AcknowledgementEvent) -> DeliveryOutcome {
        let response = match self.post(event).await {
            Ok(response) => response,
            Err(reason) => {
                return DeliveryOutcome::Failed {
                    reason,
                    retry_after: None,
                };
            }
        };
        let outcome = if response.status().is_success() {
            DeliveryOutcome::Delivered
        } else {
            let retry_after = response.headers().get(RETRY_AFTER);
            DeliveryOutcome::Failed {
                reason: failure::answered(response.status()),
                retry_after: retry_after
                    .and_then(|value| value.to_str().ok())
                    .and_then(|value| failure::retry_after(value, self.clock.now())),
            }
        };
        drop_body(response).await;
        outcome
    }
}

/// Reads what is left of an answer, within bounds: a receiver that is cut off while it writes would
/// take that for a failure. It changes nothing any more.
async fn drop_body(mut response: Response) {
    let reading = async {
        let mut read = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > MAX_BODY_BYTES {
                break;
            }
        }
    };
    // Whether it came to an end does not matter.
    drop(tokio::time::timeout(BODY_TIMEOUT, reading).await);
}

impl fmt::Debug for WebhookSink {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("WebhookSink")
            .field("url", &self.url)
            .field("secrets", &self.secrets)
            .finish_non_exhaustive()
    }
}
