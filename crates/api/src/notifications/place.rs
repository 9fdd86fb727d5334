//! `POST /notifications/call`

use actix_web::{HttpRequest, HttpResponse, web};

use super::body::NotificationBody;
use super::order::NotificationRequest;
use super::placed::PlacedNotificationView;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::idempotency::IdempotencyKeyHeader;
use crate::placing::PlacingRequest;
use crate::request::RequestId;
use crate::state::ApiState;

/// Rings somebody about a critical task.
///
/// Stores the notification, asks Twilio to dial, and answers with what Twilio answered. Who answers
/// hears the task and is asked to press 1; while nobody does, it rings again. A request that is
/// answered with 4xx or 5xx never rings afterwards.
#[utoipa::path(
    post,
    path = "/notifications/call",
    tag = "Notifications",
    params(IdempotencyKeyHeader),
    request_body = NotificationRequest,
    responses(
        (status = 201, description = "Twilio has the call.", body = PlacedNotificationView,
            headers(
                ("location" = String, description = "Where the notification is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 202, description = "Twilio's answer was lost; it is being looked up.",
            body = PlacedNotificationView,
            headers(
                ("location" = String, description = "Where the notification is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 409, description = "The Idempotency-Key belongs to a request with another body, \
            or to one that is still running."),
        (status = 429, description = "Twilio takes no more requests at the moment."),
        (status = 500, description = "Twilio refused the number or a parameter: twilio_code says \
            why, and it never rings. Or something unforeseen happened."),
        (status = 503, description = "Twilio is not configured or cannot be used, or the database \
            cannot."),
    )
)]
pub(crate) async fn place_notification(
    caller: Caller,
    request_id: RequestId,
    request: HttpRequest,
    state: web::Data<ApiState>,
    body: NotificationBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.0;
    let placing = PlacingRequest::new::<NotificationRequest>(
        caller,
        request_id,
        &request,
        &state,
        &mut fields,
    );
    let order = NotificationRequest::read(&mut fields);
    let order = fields.finish(order).map_err(ApiError::unprocessable)?;
    placing.answer(order).await
}
