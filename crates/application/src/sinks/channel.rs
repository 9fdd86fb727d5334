//! A sink for services that use this crate as a library.

use async_trait::async_trait;
use atlas_domain::AcknowledgementSink;
use atlas_domain::notification::{AcknowledgementEvent, DeliveryOutcome};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// Hands acknowledgements to a channel of this process.
///
/// An acknowledgement counts as delivered once it is in the channel; what the process does with it
/// is its own affair, and what is in the channel when it ends is gone. While the channel is full or
/// closed nothing is delivered, and it is tried again as for every other sink. Deliveries are due
/// work: they are made by the worker, or by
/// [`Application::do_due_work`](crate::Application::do_due_work).
///
/// ```
/// use atlas_application::sinks::ChannelSink;
/// use atlas_domain::AcknowledgementSink as _;
///
/// let (sink, mut acknowledgements) = ChannelSink::new(64);
/// assert!(sink.listens());
/// // `Ports::over(…).with_sink(Arc::new(sink))`, and then, in a task of your own:
/// # async fn listen(mut acknowledgements: tokio::sync::mpsc::Receiver<
/// #     atlas_domain::notification::AcknowledgementEvent>) {
/// while let Some(event) = acknowledgements.recv().await {
///     // The same `webhook_id` may come again.
///     println!("{}: {} is acknowledged", event.webhook_id, event.task_title.as_str());
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct ChannelSink {
    events: mpsc::Sender<AcknowledgementEvent>,
}

impl ChannelSink {
    /// A sink, and the channel that it fills, of at least one and at most `capacity`
    /// acknowledgements.
    #[must_use]
    pub fn new(capacity: u16) -> (Self, mpsc::Receiver<AcknowledgementEvent>) {
        let (events, received) = mpsc::channel(usize::from(capacity.max(1)));
        (Self { events }, received)
    }
}

#[async_trait]
impl AcknowledgementSink for ChannelSink {
    fn listens(&self) -> bool {
        true
    }

    async fn deliver(&self, event: &AcknowledgementEvent) -> DeliveryOutcome {
        let reason = match self.events.try_send(event.clone()) {
            Ok(()) => return DeliveryOutcome::Delivered,
            Err(TrySendError::Full(_)) => "the channel is full",
            Err(TrySendError::Closed(_)) => "nobody reads the channel any more",
        };
        DeliveryOutcome::Failed {
            reason: reason.to_owned(),
            retry_after: None,
        }
    }
}
