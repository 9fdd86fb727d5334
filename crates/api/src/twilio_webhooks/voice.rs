//! `POST /twilio/voice`

use actix_web::{HttpResponse, web};
use atlas_application::VoiceAnswer;
use atlas_domain::{CallSid, DialReference};
use atlas_twilio::adapter::{Untranslatable, answered_sid};
use atlas_twilio::twiml::{Response, TwimlError};
use atlas_twilio::webhook::{Form, FromForm as _, VoiceRequest};

use super::documents::{Documents, apology, come_again, hang_up, xml};
use super::{MAX_TRIES, SignedForm, in_time};
use crate::callback_urls;
use crate::error::ApiError;
use crate::state::ApiState;

/// Says what somebody who answered is to hear. The same request gets the same document.
#[utoipa::path(
    post,
    path = "/twilio/voice",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The call."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
        ("recording" = Option<bool>, Query, nullable = false,
            description = "Whether the call is recorded."),
        ("tries" = Option<u32>, Query, nullable = false,
            description = "How often Twilio was asked to come again."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `CallStatus` and others \
            (https://www.twilio.com/docs/voice/twiml#request-parameters)."),
    responses((status = 200, description = "TwiML.", body = String,
        content_type = "application/xml",
        example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say voice=\"alice\" \
            language=\"en-US\">Thank you for answering. Goodbye.</Say><Hangup/></Response>"))
)]
pub(crate) async fn answer_voice_request(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    let SignedForm {
        form,
        named,
        earlier_tries,
        query,
    } = request;
    let recording = query.get("recording").and_then(|word| word.parse().ok());
    let documents = Documents::new(state.settings());
    let answer = match sid_of(form) {
        Ok(sid) => find_answer(&state, named, sid).await,
        Err(error) => {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "a voice request names no call"
            );
            Some(VoiceAnswer::UnknownCall)
        }
    };
    let document = match answer {
        Some(answer) => document_of(&documents, answer, recording),
        None if earlier_tries < MAX_TRIES => {
            let urls = callback_urls(&state.settings().base_url);
            come_again(&urls.voice(named.as_ref(), recording, earlier_tries + 1))
        }
        None => apology(&state.settings().voice),
    };
    xml(document)
}

fn sid_of(form: Form) -> Result<CallSid, Untranslatable> {
    answered_sid(&VoiceRequest::from_form(form)?)
}

/// The answer, or `None` when the call cannot be read in time.
async fn find_answer(
    state: &ApiState,
    named: Option<DialReference>,
    sid: CallSid,
) -> Option<VoiceAnswer> {
    let application = state.application().clone();
    in_time(state, async move {
        application.answer_voice_request(named, sid).await
    })
    .await
}

fn document_of(
    documents: &Documents<'_>,
    answer: VoiceAnswer,
    recording: Option<bool>,
) -> Result<Response, TwimlError> {
    match answer {
        VoiceAnswer::Speak {
            script,
            recording_enabled,
            dial,
        } => documents.speak(Some(&dial), script.as_ref(), recording_enabled),
        VoiceAnswer::UnknownCall => documents.speak(None, None, recording.unwrap_or(true)),
        VoiceAnswer::HangUp => Ok(hang_up()),
    }
}
