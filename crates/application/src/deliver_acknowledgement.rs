//! Telling the outside that a notification was acknowledged.

use std::time::Duration;

use atlas_domain::TenantId;
use atlas_domain::call::{Call, CallEvent, Effect};
use atlas_domain::notification::{AcknowledgementEvent, DeliveryOutcome, DeliveryState};

use crate::{Application, ApplicationError};

/// How long one delivery may take: less than a lease.
const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);

impl Application {
    /// Hands the acknowledgement of this call to the sink, and stores what came of it.
    #[tracing::instrument(skip_all, fields(call.id = %call.call_id))]
    pub(crate) async fn deliver_acknowledgement(
        &self,
        tenant: &TenantId,
        call: &Call,
    ) -> Result<(), ApplicationError> {
        let Some(event) = AcknowledgementEvent::of(tenant, call) else {
            return Ok(());
        };
        let delivering = self.ports.sink.deliver(&event);
        let outcome = match tokio::time::timeout(DELIVERY_TIMEOUT, delivering).await {
            Ok(outcome) => outcome,
            Err(_) => DeliveryOutcome::Failed {
                reason: "no answer in time".to_owned(),
                retry_after: None,
            },
        };
        match &outcome {
            DeliveryOutcome::Delivered => tracing::info!("acknowledgement delivered"),
            DeliveryOutcome::Failed { reason, .. } => {
                tracing::warn!(reason, "an acknowledgement was not delivered");
            }
        }
        let tried = CallEvent::DeliveryTried { outcome };
        let applied = self.apply_to_call(tenant, call.call_id, &tried).await?;
        if applied.effect == Effect::Changed && is_given_up(&applied.call) {
            tracing::error!(
                "an acknowledgement is not delivered any more: nobody took it for a day"
            );
        }
        self.announce_work_of(&applied.call);
        Ok(())
    }
}

fn is_given_up(call: &Call) -> bool {
    let delivery = call.acknowledgement().and_then(|one| one.delivery.as_ref());
    delivery.is_some_and(|delivery| matches!(delivery.state, DeliveryState::Dead { .. }))
}
