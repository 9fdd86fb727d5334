//! What a request to place a notification asks for.

use atlas_application::storage::RequestDigest;
use atlas_application::{Application, DialAnswer, PlaceNotification};
use atlas_domain::{CallId, PhoneNumber, TaskId, TaskTitle, TenantId};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::placed::PlacedNotificationView;
use crate::error::ApiError;
use crate::fields::{Fields, text};
use crate::placing::Order;

/// A notification to be placed.
#[derive(Debug, ToSchema)]
pub(crate) struct NotificationRequest {
    /// Whom to ring, in E.164.
    #[schema(value_type = String, pattern = r"^\+[1-9][0-9]{1,14}$", example = "+15550100701")]
    phone_number: PhoneNumber,
    /// What is read aloud. It may hold any character; those that XML cannot carry are not spoken.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "Restart the pump")]
    task_title: TaskTitle,
    /// The id another system knows the task by.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 128, example = "ops-4711")]
    task_id: Option<TaskId>,
}

impl NotificationRequest {
    /// Reads a body.
    pub(super) fn read(fields: &mut Fields) -> impl FnOnce() -> Option<Self> + use<> {
        let phone_number = fields.required("phone_number", text);
        let task_title = fields.required("task_title", text);
        let task_id = fields.optional("task_id", text);
        move || {
            Some(Self {
                phone_number: phone_number?,
                task_title: task_title?,
                task_id,
            })
        }
    }
}

impl Order for NotificationRequest {
    const ROUTE: &'static str = "POST /notifications/call";
    const COLLECTION: &'static str = "/notifications";

    fn digest(&self) -> RequestDigest {
        let canonical = json!({
            "phone_number": self.phone_number.as_str(),
            "task_id": self.task_id.as_ref().map(TaskId::as_str),
            "task_title": self.task_title.as_str(),
        });
        RequestDigest(Sha256::digest(canonical.to_string()).into())
    }

    async fn place(
        self,
        application: &Application,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<DialAnswer, ApiError> {
        let request = PlaceNotification {
            call_id,
            to_number: self.phone_number,
            task_id: self.task_id,
            task_title: self.task_title,
        };
        application
            .place_notification(tenant, request)
            .await
            .map_err(ApiError::NotificationNotPlaced)
    }

    fn view(answer: &DialAnswer) -> impl Serialize {
        PlacedNotificationView::from(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn read(body: &Value) -> Result<NotificationRequest, Vec<String>> {
        let mut fields = Fields::of_object(body.as_object().unwrap().clone());
        let build = NotificationRequest::read(&mut fields);
        match fields.finish(build) {
            Ok(request) => Ok(request),
            Err(ApiError::Invalid(errors)) => {
                Err(errors.into_iter().map(|error| error.pointer).collect())
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn everything_wrong_is_told_at_once() {
        for (body, pointers) in [
            (json!({}), vec!["/phone_number", "/task_title"]),
            (
                json!({"phone_number": "0", "task_title": "", "task_id": ""}),
                vec!["/phone_number", "/task_title", "/task_id"],
            ),
            (
                json!({"phone_number": "+15550100701", "task_title": "x".repeat(501),
                    "task_id": "x".repeat(129)}),
                vec!["/task_title", "/task_id"],
            ),
            (
                json!({"phone_number": "+15550100701", "task_title": 1, "task_id": 1}),
                vec!["/task_title", "/task_id"],
            ),
        ] {
            assert_eq!(read(&body).unwrap_err(), pointers, "{body}");
        }
        let longest = json!({"phone_number": "+15550100701", "task_title": "é".repeat(500),
            "task_id": "é".repeat(128)});
        assert!(read(&longest).is_ok());
    }

    #[test]
    fn the_same_request_has_the_same_digest_however_it_is_written() {
        let digest = |body: &Value| read(body).unwrap().digest();
        let plain = json!({"phone_number": "+15550100701", "task_title": "a"});
        let other_words = json!({"task_title": "a", "task_id": null, "new_field": 1,
            "phone_number": "+15550100701"});
        assert_eq!(digest(&plain), digest(&other_words));
        for other in [
            json!({"phone_number": "+15550100702", "task_title": "a"}),
            json!({"phone_number": "+15550100701", "task_title": "b"}),
            json!({"phone_number": "+15550100701", "task_title": "a", "task_id": "a"}),
        ] {
            assert_ne!(digest(&plain), digest(&other), "{other}");
        }
    }
}
