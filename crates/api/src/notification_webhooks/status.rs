//! `POST /notifications/call/status`

use actix_web::web;

use super::{CallbackReceived, received};
use crate::error::ApiError;
use crate::state::ApiState;
use crate::twilio_webhooks::{SignedForm, status};

/// Takes a status update of a dial.
#[utoipa::path(
    post,
    path = "/notifications/call/status",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The notification."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `CallStatus`, `SequenceNumber`, `Timestamp` and others \
            (https://www.twilio.com/docs/voice/api/call-resource#statuscallback)."),
    responses((status = 200, description = "It is stored, or means nothing here.",
        body = CallbackReceived))
)]
pub(crate) async fn record_notification_status(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallbackReceived>, ApiError> {
    let sid = status::record(request, &state).await?;
    Ok(received(sid.as_ref()))
}
