//! `POST /notifications/call/twiml`

use actix_web::{HttpResponse, web};
use atlas_application::{ApplicationError, NotificationAnswer};
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{CallSid, DialReference};
use atlas_twilio::adapter::{Untranslatable, answered_sid};
use atlas_twilio::webhook::{Form, FromForm as _, VoiceRequest};

use super::documents::Documents;
use crate::CallbackUrls;
use crate::error::ApiError;
use crate::state::ApiState;
use crate::twilio_webhooks::{SignedForm, in_time, xml};

/// Says what somebody who answered is to hear about the task. The same request gets the same
/// document.
#[utoipa::path(
    post,
    path = "/notifications/call/twiml",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The notification."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
        ("tries" = Option<u32>, Query, nullable = false,
            description = "How often Twilio was asked to come again."),
        ("answered_by" = Option<String>, Query, nullable = false,
            description = "`AnsweredBy` of the first request, when Twilio comes again."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `CallStatus`, `AnsweredBy` and others \
            (https://www.twilio.com/docs/voice/twiml#request-parameters)."),
    responses((status = 200, description = "TwiML.", body = String,
        content_type = "application/xml",
        example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather \
            action=\"https://calls.example.com/notifications/call/gather?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&amp;dial=1&amp;ask=1\" \
            method=\"POST\" timeout=\"10\" numDigits=\"1\"><Say voice=\"alice\" \
            language=\"en-US\">Hi! This is Flux. You have a critical task: Restart the pump. Press \
            1 to acknowledge.</Say></Gather><Say voice=\"alice\" language=\"en-US\">No \
            acknowledgment received. Goodbye.</Say><Hangup/></Response>"))
)]
pub(crate) async fn answer_notification(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    // Twilio tells the verdict with the first request only; our own URL brings it back.
    let told = request.form.get("AnsweredBy");
    let told = told.or_else(|| request.query.get("answered_by"));
    let answered_by = told.and_then(AnsweredBy::from_word);
    let application = state.application().clone();
    let find = |named, sid| async move {
        application
            .answer_notification(named, sid, answered_by)
            .await
    };
    let again = |urls: &CallbackUrls, dial: &DialReference, tries| {
        urls.notification(dial, answered_by, tries)
    };
    words_for_leg(request, &state, find, again).await
}

/// The answer to a leg that asks what it is to hear. Twilio comes again to the URL that `again`
/// makes when that cannot be found out in time.
pub(super) async fn words_for_leg<Finding>(
    request: SignedForm,
    state: &ApiState,
    find: impl FnOnce(Option<DialReference>, CallSid) -> Finding,
    again: impl FnOnce(&CallbackUrls, &DialReference, u32) -> String,
) -> Result<HttpResponse, ApiError>
where
    Finding: Future<Output = Result<NotificationAnswer, ApplicationError>> + Send + 'static,
{
    let SignedForm {
        form,
        named,
        earlier_tries,
        ..
    } = request;
    let answer = match sid_of(form) {
        Ok(sid) => in_time(state, find(named, sid)).await,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a request for what a leg of a notification is to hear names no call"
            );
            Some(NotificationAnswer::Unknown)
        }
    };
    let documents = Documents::new(state.settings());
    xml(match answer {
        Some(answer) => documents.answer(&answer),
        None => documents.come_again(named.as_ref(), earlier_tries, again),
    })
}

/// The SID of the leg that asks.
pub(super) fn sid_of(form: Form) -> Result<CallSid, Untranslatable> {
    answered_sid(&VoiceRequest::from_form(form)?)
}
