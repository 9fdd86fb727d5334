//! `POST /twilio/recorded`

use actix_web::HttpResponse;

use super::SignedForm;
use super::documents::{hang_up, xml};
use crate::error::ApiError;

/// Ends a call after its recording.
///
/// It exists because Twilio would ask the document with the
/// `<Record>` again, for ever, without an action.
#[utoipa::path(
    post,
    path = "/twilio/recorded",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The call."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `RecordingSid`, `Digits` and others \
            (https://www.twilio.com/docs/voice/twiml/record#action)."),
    responses((status = 200, description = "TwiML.", body = String,
        content_type = "application/xml",
        example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Hangup/></Response>"))
)]
pub(crate) async fn end_after_recording(_request: SignedForm) -> Result<HttpResponse, ApiError> {
    xml(Ok(hang_up()))
}
