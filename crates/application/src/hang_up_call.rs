//! Ending a call: nothing more is dialled, and what rings or talks is ended.

use std::time::Duration;

use atlas_domain::call::{Call, CallEvent, DueWork, Effect, Work, next_dial_work};
use atlas_domain::{CallSid, DialNo, TenantId};
use tokio::time::timeout;

use crate::{Application, ApplicationError, CallReference};

/// How long somebody who reports something of a call waits while a dial of it is ended.
const END_TIMEOUT: Duration = Duration::from_secs(2);

impl Application {
    /// Stores that nothing more is to be dialled, then asks the carrier to end what rings or
    /// talks. What the carrier cannot be told now is told as soon as it can be.
    ///
    /// # Errors
    /// * [`ApplicationError::CallNotFound`] when there is no such call;
    /// * [`ApplicationError::MoveRefused`] when it is finished.
    #[tracing::instrument(skip_all, fields(call.id))]
    pub async fn hang_up_call(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<Call, ApplicationError> {
        let call_id = self.find_call(tenant, reference).await?.call_id;
        tracing::Span::current().record("call.id", tracing::field::display(call_id));
        let applied = self
            .apply_to_call(tenant, call_id, &CallEvent::HangUpRequested)
            .await?;
        if let Effect::Refused(why) = applied.effect {
            return Err(ApplicationError::MoveRefused(why));
        }
        self.end_what_goes_on(tenant, applied.call).await
    }

    /// Asks the carrier to end the dial of a call that nobody wants any more, if it can be ended
    /// yet; the rest is left to the worker.
    pub(crate) async fn end_what_goes_on(
        &self,
        tenant: &TenantId,
        call: Call,
    ) -> Result<Call, ApplicationError> {
        let call = match next_dial_work(&call) {
            Some(DueWork {
                work: Work::HangUp { dial_no },
                ..
            }) => self.end_dial(tenant, call, dial_no).await?,
            Some(DueWork {
                work:
                    Work::Redial { .. }
                    | Work::Place { .. }
                    | Work::Lookup { .. }
                    | Work::Poll { .. }
                    | Work::Deliver,
                ..
            })
            | None => call,
        };
        self.announce_work_of(&call);
        Ok(call)
    }

    /// Asks the carrier to end a dial that it has just taken when nobody wants it any more: while it
    /// was asked for the dial, somebody may have acknowledged, or called off.
    pub(crate) async fn end_if_unwanted(
        &self,
        tenant: &TenantId,
        call: Call,
        dial_no: DialNo,
    ) -> Call {
        let unwanted = next_dial_work(&call).map(|due| due.work) == Some(Work::HangUp { dial_no });
        if !unwanted {
            return call;
        }
        match self.end_dial(tenant, call.clone(), dial_no).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(call.id = %call.call_id, dial.no = %dial_no,
                    error = &error as &dyn std::error::Error,
                    "that a dial was to be ended could not be stored; it will be ended again");
                call
            }
        }
    }

    /// Asks the carrier to end a dial of this call, if one is to be ended by now, and tells the worker
    /// what else is due. The worker may be kept from the call for as long as a lease lasts, by a
    /// delivery or by a process that was killed, and meanwhile a phone would ring for nothing.
    pub(crate) async fn end_what_is_due(&self, tenant: &TenantId, call: Call) -> Call {
        let now = self.now();
        let due = next_dial_work(&call).filter(|due| due.at <= now);
        let call = match due.map(|due| due.work) {
            Some(Work::HangUp { dial_no }) => {
                let ending = self.end_if_unwanted(tenant, call.clone(), dial_no);
                // What takes longer is left to the worker.
                timeout(END_TIMEOUT, ending).await.unwrap_or(call)
            }
            Some(
                Work::Redial { .. }
                | Work::Place { .. }
                | Work::Lookup { .. }
                | Work::Poll { .. }
                | Work::Deliver,
            )
            | None => call,
        };
        self.announce_work_of(&call);
        call
    }

    /// Asks the carrier to end a dial, and stores what it says.
    pub(crate) async fn end_dial(
        &self,
        tenant: &TenantId,
        call: Call,
        dial_no: DialNo,
    ) -> Result<Call, ApplicationError> {
        let Some(sid) = call.dial(dial_no).and_then(|dial| dial.sid.clone()) else {
            return Ok(call);
        };
        let known = self.tell_carrier_to_end(tenant, &call, &sid).await?;
        let tried = CallEvent::HangUpTried { dial_no, known };
        Ok(self.apply_to_call(tenant, call.call_id, &tried).await?.call)
    }

    /// Returns whether the carrier knows the dial; one that could not be asked may.
    async fn tell_carrier_to_end(
        &self,
        tenant: &TenantId,
        call: &Call,
        sid: &CallSid,
    ) -> Result<bool, ApplicationError> {
        match self.ports.carrier.hang_up(sid).await {
            Ok(Some(record)) => {
                self.apply_to_call(tenant, call.call_id, &CallEvent::Polled(record))
                    .await?;
                Ok(true)
            }
            Ok(None) => Ok(false),
            Err(error) => {
                tracing::warn!(call.id = %call.call_id, %sid,
                    error = &error as &dyn std::error::Error,
                    "the carrier could not be told to end a dial; it will be told again");
                Ok(true)
            }
        }
    }
}
