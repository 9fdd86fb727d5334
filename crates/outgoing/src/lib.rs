//! Webhooks that can be believed: signed, verified, and sent.
//!
//! | module or type | does |
//! |---|---|
//! | [`standard_webhooks`] | signs and verifies messages as Standard Webhooks has it; for senders and receivers, of Atlas's messages or anybody else's |
//! | `WebhookSink` (feature `sink`) | sends each acknowledgement of a critical task to one receiver: the `AcknowledgementSink` of Atlas over HTTP |
//! | `WebhookUrl` (feature `sink`) | where to; keeps out of private networks |
//!
//! What a receiver has to know is in `docs/WEBHOOKS.md`; two whole ones are in `examples/receivers`.
//!
//! The sink sends once and says what came of it. When to try again is decided by the outbox entry
//! that is stored with the acknowledgement (`atlas_domain::notification::Delivery`); any number of
//! processes may try, and a receiver knows a repetition by its `webhook-id`.

pub mod standard_webhooks;
#[cfg(feature = "sink")]
mod webhook_sink;
#[cfg(feature = "sink")]
mod webhook_url;

#[cfg(feature = "sink")]
pub use webhook_sink::{NoHttpClient, WebhookSink};
#[cfg(feature = "sink")]
pub use webhook_url::{InvalidWebhookUrl, WebhookUrl};

/// Keeps the examples of the README compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
