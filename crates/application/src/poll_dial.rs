//! Finding out what became of a dial that goes on for long.

use atlas_domain::call::{Call, CallEvent};
use atlas_domain::{DialNo, TenantId};

use crate::{Application, ApplicationError};

impl Application {
    /// Asks the carrier how a dial stands, and stores what it says. Returns whether it answered:
    /// else it is asked again when the lease of the work has run out.
    #[tracing::instrument(skip_all, fields(call.id = %call.call_id, dial.no = %dial_no))]
    pub(crate) async fn poll_dial(
        &self,
        tenant: &TenantId,
        call: &Call,
        dial_no: DialNo,
    ) -> Result<bool, ApplicationError> {
        let Some(sid) = call.dial(dial_no).and_then(|dial| dial.sid.as_ref()) else {
            return Ok(false);
        };
        let event = match self.ports.carrier.fetch(sid).await {
            Ok(Some(record)) => CallEvent::Polled(record),
            Ok(None) => CallEvent::NotKnown { dial_no },
            Err(error) => {
                tracing::warn!(%sid, error = &error as &dyn std::error::Error,
                    "the carrier could not be asked how a dial stands");
                return Ok(false);
            }
        };
        let applied = self.apply_to_call(tenant, call.call_id, &event).await?;
        if let Some(dial) = applied.call.dial(dial_no)
            && !dial.under_way()
        {
            tracing::warn!(%sid, status = dial.status().as_str(),
                "a dial had ended, and no callback said so");
        }
        self.announce_work_of(&applied.call);
        Ok(true)
    }
}
