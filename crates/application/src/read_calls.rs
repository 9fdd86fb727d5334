//! Everything that only reads calls.

use atlas_domain::call::{Applied, Call, CallEvent};
use atlas_domain::{CallId, Page, PageRequest, Recording, TenantId, UserId};
use atlas_storage::{CallFilter, UserCalls};

use crate::{Application, ApplicationError, CallReference};

impl Application {
    /// The call with this id, or with a dial that has this SID.
    ///
    /// # Errors
    /// [`ApplicationError::CallNotFound`] when there is none.
    pub async fn find_call(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<Call, ApplicationError> {
        let found = match reference {
            CallReference::Id(id) => self.ports.calls.find(tenant, *id).await?,
            CallReference::Sid(sid) => self.ports.calls.find_by_sid(tenant, sid).await?,
        };
        found.ok_or_else(|| ApplicationError::CallNotFound(reference.clone()))
    }

    /// Calls, newest first.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when they could not be read.
    pub async fn list_calls(
        &self,
        tenant: &TenantId,
        filter: &CallFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, ApplicationError> {
        Ok(self.ports.calls.list(tenant, filter, page).await?)
    }

    /// The calls of one user, newest first.
    ///
    /// # Errors
    /// [`ApplicationError::UserNotFound`] when there is no such user.
    pub async fn list_user_calls(
        &self,
        tenant: &TenantId,
        user_id: UserId,
        filter: CallFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, ApplicationError> {
        let user = self.find_user(tenant, user_id).await?;
        let user = UserCalls {
            user_id,
            external_id: user.external_id,
        };
        self.list_calls(
            tenant,
            &CallFilter {
                user: Some(user),
                ..filter
            },
            page,
        )
        .await
    }

    /// The recordings of a call, oldest first.
    ///
    /// # Errors
    /// [`ApplicationError::CallNotFound`] when there is no such call.
    pub async fn list_recordings(
        &self,
        tenant: &TenantId,
        reference: &CallReference,
    ) -> Result<Vec<Recording>, ApplicationError> {
        let call = self.find_call(tenant, reference).await?;
        Ok(self
            .ports
            .recordings
            .list_of_call(tenant, call.call_id)
            .await?)
    }

    /// Applies an event to a call that was just read.
    pub(crate) async fn apply_to_call(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
    ) -> Result<Applied, ApplicationError> {
        let applied = self
            .ports
            .calls
            .apply(tenant, call_id, event, self.now())
            .await?;
        applied.ok_or(ApplicationError::CallNotFound(CallReference::Id(call_id)))
    }
}
