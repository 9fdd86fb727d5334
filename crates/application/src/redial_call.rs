//! Redialling a call by hand, and giving up the redials that are left.

use atlas_domain::TenantId;
use atlas_domain::call::{Call, CallEvent, Effect};

use crate::{Application, ApplicationError, CallReference, DialAnswer};

impl Application {
    /// Dials a call again, now.
    ///
    /// # Errors
    /// * [`ApplicationError::CallNotFound`] when there is no such call;
    /// * [`ApplicationError::MoveRefused`] while a dial is under way or after somebody answered;
    /// * [`ApplicationError::Carrier`] when the carrier refused or was not reached: this dial
    ///   never rings afterwards.
    #[tracing::instrument(skip_all, fields(call.id))]
    pub async fn redial_call(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<DialAnswer, ApplicationError> {
        let call_id = self.find_call(tenant, reference).await?.call_id;
        tracing::Span::current().record("call.id", tracing::field::display(call_id));
        self.shown_number()?;
        let applied = self
            .apply_to_call(tenant, call_id, &CallEvent::RedialRequested)
            .await?;
        if let Effect::Refused(why) = applied.effect {
            return Err(ApplicationError::MoveRefused(why));
        }
        match applied.call.newest_dial().map(|dial| dial.dial_no) {
            Some(dial_no) => self.place_for_caller(tenant, applied.call, dial_no).await,
            None => Err(ApplicationError::CallNotFound(reference.clone())),
        }
    }

    /// Gives up the redials that are left; what rings goes on.
    ///
    /// # Errors
    /// [`ApplicationError::CallNotFound`] when there is no such call.
    pub async fn give_up_redials(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<Call, ApplicationError> {
        let call_id = self.find_call(tenant, reference).await?.call_id;
        Ok(self
            .apply_to_call(tenant, call_id, &CallEvent::RedialsGivenUp)
            .await?
            .call)
    }
}
