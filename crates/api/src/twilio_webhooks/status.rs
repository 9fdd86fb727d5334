//! `POST /twilio/status`

use actix_web::web;
use atlas_domain::CallSid;
use atlas_domain::call::StatusUpdate;
use atlas_twilio::adapter::{Untranslatable, status_update};
use atlas_twilio::webhook::{Form, FromForm as _, StatusCallback};

use super::{CallbackTaken, SignedForm, taken};
use crate::error::ApiError;
use crate::state::ApiState;

/// Takes a status update of a dial.
#[utoipa::path(
    post,
    path = "/twilio/status",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The call."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `CallStatus`, `SequenceNumber`, `Timestamp` and others \
            (https://www.twilio.com/docs/voice/api/call-resource#statuscallback)."),
    responses((status = 200, description = "It is stored, or means nothing here.",
        body = CallbackTaken))
)]
pub(crate) async fn record_status(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallbackTaken>, ApiError> {
    record(request, &state).await?;
    Ok(taken())
}

/// Stores a status update, unless it means nothing here; says which leg it was about.
pub(crate) async fn record(
    request: SignedForm,
    state: &ApiState,
) -> Result<Option<CallSid>, ApiError> {
    let SignedForm { form, named, .. } = request;
    let update = match update_of(form) {
        Ok(update) => update,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a status callback means nothing here"
            );
            return Ok(None);
        }
    };
    let (application, sid) = (state.application().clone(), update.sid.clone());
    state
        .run_to_end(async move { application.record_status(named, update).await })
        .await
        .map_err(|error| ApiError::NotStored(Box::new(error)))?;
    Ok(Some(sid))
}

fn update_of(form: Form) -> Result<StatusUpdate, Untranslatable> {
    status_update(&StatusCallback::from_form(form)?)
}
