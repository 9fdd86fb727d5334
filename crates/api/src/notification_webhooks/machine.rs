//! `POST /notifications/call/machine`

use actix_web::{HttpResponse, web};

use super::twiml::words_for_leg;
use crate::CallbackUrls;
use crate::error::ApiError;
use crate::state::ApiState;
use crate::twilio_webhooks::SignedForm;

/// Says what a machine is to hear, once it records. The same request gets the same document.
#[utoipa::path(
    post,
    path = "/notifications/call/machine",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The notification."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
        ("tries" = Option<u32>, Query, nullable = false,
            description = "How often Twilio was asked to come again."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `CallStatus` and others \
            (https://www.twilio.com/docs/voice/twiml#request-parameters)."),
    responses((status = 200, description = "TwiML.", body = String,
        content_type = "application/xml",
        example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Gather \
            action=\"https://calls.example.com/notifications/call/gather?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&amp;dial=1&amp;ask=2\" \
            method=\"POST\" timeout=\"10\" numDigits=\"1\"><Say voice=\"alice\" \
            language=\"en-US\">Hi! This is Flux. You have a critical task: Restart the pump. \
            Please call your operations desk.</Say></Gather><Hangup/></Response>"))
)]
pub(crate) async fn answer_machine(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    let application = state.application().clone();
    let find = |named, sid| async move { application.answer_machine(named, sid).await };
    words_for_leg(request, &state, find, CallbackUrls::notification_machine).await
}
