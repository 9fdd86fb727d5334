//! Placing a notification: a call that reads a task aloud and asks for a key press.

use atlas_domain::call::{CallPurpose, NewCall};
use atlas_domain::{CallId, Notification, PhoneNumber, TaskId, TaskTitle, TenantId};

use crate::{Application, ApplicationError, DialAnswer};

/// A notification to be placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceNotification {
    /// The id it is to have; the same id twice is the same notification, dialled once.
    pub call_id: CallId,
    /// Whom to ring.
    pub to_number: PhoneNumber,
    /// The id another system knows the task by.
    pub task_id: Option<TaskId>,
    /// What is to be done, as it is read aloud.
    pub task_title: TaskTitle,
}

impl Application {
    /// Stores a notification with its first dial as an intent, asks the carrier, and stores the
    /// answer. It is rung again under [`NotificationDefaults::retry_plan`] until somebody
    /// acknowledges it.
    ///
    /// # Errors
    /// * [`ApplicationError::Carrier`] when the carrier refused or was not reached: the
    ///   notification is stored as failed and never rings afterwards;
    /// * [`ApplicationError::Storage`] when the intent could not be stored: nothing was dialled.
    ///
    /// [`NotificationDefaults::retry_plan`]: crate::NotificationDefaults::retry_plan
    #[tracing::instrument(skip_all, fields(call.id = %request.call_id))]
    pub async fn place_notification(
        &self,
        tenant: &TenantId,
        request: PlaceNotification,
    ) -> Result<DialAnswer, ApplicationError> {
        let notification = Notification::new(request.task_id, request.task_title);
        let new = NewCall {
            call_id: request.call_id,
            user_id: None,
            user_external_id: None,
            to_number: request.to_number,
            from_number: self.shown_number()?,
            purpose: CallPurpose::Notification(notification),
            script: None,
            recording_enabled: false,
            retry_plan: self.defaults.notification.retry_plan,
        };
        self.place_new_call(tenant, new).await
    }
}
