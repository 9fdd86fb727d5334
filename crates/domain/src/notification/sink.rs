//! The port to whoever wants to know of acknowledgements.

use async_trait::async_trait;

use super::{AcknowledgementEvent, DeliveryOutcome};

/// Whoever wants to know of acknowledgements.
#[async_trait]
pub trait AcknowledgementSink: Send + Sync {
    /// Whether anybody does: then each acknowledgement is stored with an entry of the outbox, and
    /// delivered until it is taken.
    fn listens(&self) -> bool;

    /// Delivers one acknowledgement, within a bounded time.
    ///
    /// It may be called more than once for one acknowledgement, always with an equal event; it
    /// MUST answer [`DeliveryOutcome::Delivered`] only when the receiver has it.
    async fn deliver(&self, event: &AcknowledgementEvent) -> DeliveryOutcome;
}

/// The sink of an installation where nobody wants to know.
///
/// ```
/// use atlas_domain::AcknowledgementSink;
/// use atlas_domain::notification::NoSink;
///
/// assert!(!NoSink.listens());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSink;

#[async_trait]
impl AcknowledgementSink for NoSink {
    fn listens(&self) -> bool {
        false
    }

    /// Fails, so that an entry that an earlier configuration left waits for a sink that listens.
    async fn deliver(&self, _event: &AcknowledgementEvent) -> DeliveryOutcome {
        DeliveryOutcome::Failed {
            reason: "no receiver is configured".to_owned(),
            retry_after: None,
        }
    }
}
