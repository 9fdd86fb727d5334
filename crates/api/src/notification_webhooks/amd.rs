//! `POST /notifications/call/amd`

use actix_web::web;
use atlas_domain::notification::AnsweredBy;

use super::twiml::sid_of;
use super::{CallbackReceived, received};
use crate::error::ApiError;
use crate::state::ApiState;
use crate::twilio_webhooks::SignedForm;

/// Takes the verdict of answering machine detection: the first one of a dial counts. When it was a
/// machine and nobody has pressed a key, the call goes on with the message for machines.
#[utoipa::path(
    post,
    path = "/notifications/call/amd",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The notification."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `AnsweredBy` and others \
            (https://www.twilio.com/docs/voice/answering-machine-detection)."),
    responses((status = 200, description = "It is stored, or means nothing here.",
        body = CallbackReceived))
)]
pub(crate) async fn record_machine_verdict(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallbackReceived>, ApiError> {
    let SignedForm { form, named, .. } = request;
    let answered_by = form.get("AnsweredBy").and_then(AnsweredBy::from_word);
    let (Ok(sid), Some(answered_by)) = (sid_of(form), answered_by) else {
        tracing::warn!("a verdict of answering machine detection means nothing here");
        return Ok(received(None));
    };
    let (application, heard_of) = (state.application().clone(), sid.clone());
    state
        .run_to_end(async move {
            application
                .report_machine(named, heard_of, answered_by)
                .await
        })
        .await
        .map_err(|error| ApiError::NotStored(Box::new(error)))?;
    Ok(received(Some(&sid)))
}
