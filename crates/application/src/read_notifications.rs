//! Reading notifications.

use atlas_domain::call::Call;
use atlas_domain::{CallId, Page, PageRequest, TenantId};
use atlas_storage::{CallFilter, NotificationFilter};

use crate::{Application, ApplicationError};

impl Application {
    /// The call that is the notification with this id.
    ///
    /// # Errors
    /// [`ApplicationError::NotificationNotFound`] when there is none.
    pub async fn find_notification(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Call, ApplicationError> {
        let found = self.ports.calls.find(tenant, call_id).await?;
        found
            .filter(|call| call.notification().is_some())
            .ok_or(ApplicationError::NotificationNotFound(call_id))
    }

    /// The calls that are notifications, newest first.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when they could not be read.
    pub async fn list_notifications(
        &self,
        tenant: &TenantId,
        filter: NotificationFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, ApplicationError> {
        let filter = CallFilter {
            notifications: Some(filter),
            ..CallFilter::default()
        };
        self.list_calls(tenant, &filter, page).await
    }
}
