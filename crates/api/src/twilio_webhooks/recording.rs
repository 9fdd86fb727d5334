//! `POST /twilio/recording`

use actix_web::web;
use atlas_twilio::adapter::recording_event;

use super::{CallbackTaken, SignedForm, taken};
use crate::error::ApiError;
use crate::state::ApiState;

/// Takes news of a recording, or its transcription.
#[utoipa::path(
    post,
    path = "/twilio/recording",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The call."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`RecordingSid` and `RecordingStatus`, or `TranscriptionSid`, \
            `TranscriptionStatus` and `TranscriptionText`, and others \
            (https://www.twilio.com/docs/voice/twiml/record)."),
    responses((status = 200, description = "It is stored, or means nothing here.",
        body = CallbackTaken))
)]
pub(crate) async fn store_recording(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallbackTaken>, ApiError> {
    let SignedForm { form, named, .. } = request;
    match recording_event(form) {
        Ok(event) => {
            let application = state.application().clone();
            state
                .run_to_end(async move { application.store_recording(named, &event).await })
                .await
                .map_err(|error| ApiError::NotStored(Box::new(error)))?;
        }
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a recording callback means nothing here"
            );
        }
    }
    Ok(taken())
}
