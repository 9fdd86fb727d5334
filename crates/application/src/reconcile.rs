//! Finding out what became of a dial whose answer was lost.

use atlas_domain::call::{AskedBy, Call, CallEvent, Dial, LookupResult, Placed};
use atlas_domain::carrier::{
    CARRIER_CLOCK_SKEW, CarrierCall, CarrierCallQuery, CarrierError, PLACEMENT_WINDOW,
};
use atlas_domain::{DialNo, PhoneNumber, TenantId};
use atlas_storage::{StorageError, Unique};

use crate::place_call::no_number_to_ring;
use crate::{Application, ApplicationError};

impl Application {
    /// Looks for a dial in the carrier's list, and stores what was found: adopted when exactly
    /// one fits, looked for again otherwise, held after ten minutes.
    #[tracing::instrument(skip_all, fields(call.id = %call.call_id, dial.no = %dial_no))]
    pub(crate) async fn look_up_dial(
        &self,
        tenant: &TenantId,
        call: &Call,
        dial_no: DialNo,
    ) -> Result<(), ApplicationError> {
        let Some(dial) = call.dial(dial_no) else {
            return Ok(());
        };
        let Some(numbers) = self.numbers_of(call) else {
            return self.refuse_unasked(tenant, call, dial_no).await;
        };
        let found = match self.fitting(dial, numbers).await? {
            Ok(fitting) => only(fitting).map_or(LookupResult::NotFound, LookupResult::Found),
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "the carrier's list could not be read"
                );
                LookupResult::Unreadable
            }
        };
        match &found {
            LookupResult::Found(record) => {
                tracing::info!(sid = %record.sid, "dial found at the carrier")
            }
            LookupResult::NotFound => tracing::info!("dial not found at the carrier"),
            LookupResult::Unreadable => {}
        }
        let event = CallEvent::LookedUp { dial_no, found };
        match self
            .ports
            .calls
            .apply(tenant, call.call_id, &event, self.now())
            .await
        {
            // Its owner was faster: then it is not ours.
            Err(StorageError::Duplicate(Unique::CallSid)) => {
                let missed = CallEvent::LookedUp {
                    dial_no,
                    found: LookupResult::NotFound,
                };
                self.ports
                    .calls
                    .apply(tenant, call.call_id, &missed, self.now())
                    .await?;
            }
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        Ok(())
    }

    /// Ends a dial to what is no number: the carrier was never asked for it.
    async fn refuse_unasked(
        &self,
        tenant: &TenantId,
        call: &Call,
        dial_no: DialNo,
    ) -> Result<(), ApplicationError> {
        let refused = CallEvent::Placed {
            dial_no,
            outcome: Placed::Refused(no_number_to_ring()),
            asked_by: AskedBy::Worker,
        };
        self.apply_to_call(tenant, call.call_id, &refused).await?;
        Ok(())
    }

    /// The dials in the carrier's list that this one may be, and that nobody owns.
    async fn fitting(
        &self,
        dial: &Dial,
        (to_number, from_number): (PhoneNumber, PhoneNumber),
    ) -> Result<Result<Vec<CarrierCall>, CarrierError>, StorageError> {
        let earliest = dial.asked_at.minus(CARRIER_CLOCK_SKEW);
        let latest = dial.asked_at.plus(PLACEMENT_WINDOW);
        let query = CarrierCallQuery {
            to_number,
            from_number,
            created_after: earliest,
        };
        let listed = match self.ports.carrier.list(&query).await {
            Ok(listed) => listed,
            Err(error) => return Ok(Err(error)),
        };
        let mut fitting = Vec::new();
        for record in listed {
            let in_window = record
                .created_at
                .is_some_and(|created_at| (earliest..=latest).contains(&created_at));
            if record.outbound_api
                && in_window
                && self
                    .ports
                    .directory
                    .locate_sid(&record.sid)
                    .await?
                    .is_none()
            {
                fitting.push(record);
            }
        }
        Ok(Ok(fitting))
    }
}

/// The one that is there, if exactly one is.
fn only(mut fitting: Vec<CarrierCall>) -> Option<CarrierCall> {
    match fitting.len() {
        1 => fitting.pop(),
        count => {
            if count > 1 {
                tracing::warn!(count, "several dials at the carrier fit; none is adopted");
            }
            None
        }
    }
}
