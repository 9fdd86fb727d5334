//! Settling a notification without a key press: canceling it, or acknowledging it by the API.

use atlas_domain::call::{Call, CallEvent, Effect, RefusedMove};
use atlas_domain::{CallId, TenantId, Who, Why};

use crate::{Application, ApplicationError};

impl Application {
    /// Stores that nobody is to be rung about this any more, then asks the carrier to end what
    /// rings or talks. What the carrier cannot be told now is told as soon as it can be.
    ///
    /// # Errors
    /// * [`ApplicationError::NotificationNotFound`] when there is no such notification;
    /// * [`ApplicationError::MoveRefused`] when it is acknowledged, or nothing more was to ring.
    #[tracing::instrument(skip_all, fields(call.id = %call_id))]
    pub async fn cancel_notification(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Call, ApplicationError> {
        let call = self
            .apply_to_notification(tenant, call_id, &CallEvent::NotificationCanceled)
            .await?;
        self.end_what_goes_on(tenant, call).await
    }

    /// Acknowledges a notification for somebody who did not press a key. What still rings is
    /// ended, and whoever answers hears that it is acknowledged. Again changes nothing.
    ///
    /// # Errors
    /// * [`ApplicationError::NotificationNotFound`] when there is no such notification;
    /// * [`ApplicationError::MoveRefused`] when it was canceled.
    #[tracing::instrument(skip_all, fields(call.id = %call_id))]
    pub async fn acknowledge_notification(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        who: Option<Who>,
        why: Option<Why>,
    ) -> Result<Call, ApplicationError> {
        let acknowledged = CallEvent::AcknowledgedByApi {
            who,
            why,
            deliver: self.ports.sink.listens(),
        };
        let call = self
            .apply_to_notification(tenant, call_id, &acknowledged)
            .await?;
        Ok(self.end_what_is_due(tenant, call).await)
    }

    async fn apply_to_notification(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
    ) -> Result<Call, ApplicationError> {
        let now = self.now();
        let not_found = ApplicationError::NotificationNotFound(call_id);
        match self.ports.calls.apply(tenant, call_id, event, now).await? {
            Some(applied) => match applied.effect {
                Effect::Changed | Effect::Unchanged => Ok(applied.call),
                Effect::Refused(RefusedMove::NotANotification) | Effect::Stray => Err(not_found),
                Effect::Refused(why) => Err(ApplicationError::MoveRefused(why)),
            },
            None => Err(not_found),
        }
    }
}
