//! `POST /notifications/call/gather`

use actix_web::{HttpResponse, web};
use atlas_application::{KeyPressRequest, NotificationAnswer, PressAnswer};
use atlas_domain::call::KeyPress;
use atlas_domain::{CallSid, DialReference, Digits, Timestamp};
use atlas_twilio::twiml::{Response, TwimlError};
use atlas_twilio::webhook::Form;

use super::documents::Documents;
use super::sentences;
use super::twiml::sid_of;
use crate::callback_urls::KeyQuestion;
use crate::error::ApiError;
use crate::state::ApiState;
use crate::twilio_webhooks::{SignedForm, hang_up, in_time, xml};

/// Takes a key press. `1` acknowledges: the thank-you is spoken only after that is stored.
///
/// The same request of the same call gets the same thank-you; another call hears that the task is
/// already acknowledged.
#[utoipa::path(
    post,
    path = "/notifications/call/gather",
    tag = "Twilio webhooks",
    params(
        ("call_id" = Option<String>, Query, format = Uuid, nullable = false, description = "The notification."),
        ("dial" = Option<u32>, Query, minimum = 1, nullable = false, description = "Its dial."),
        ("ask" = Option<u32>, Query, minimum = 1, nullable = false,
            description = "Which of the prompts was answered."),
        ("confirm" = Option<u32>, Query, minimum = 1, maximum = 1, nullable = false,
            description = "There when it was asked for once more, since a machine was thought to \
                have answered."),
        ("pressed" = Option<String>, Query, nullable = false,
            description = "The key press that is being confirmed, when Twilio comes again."),
        ("at" = Option<i64>, Query, nullable = false,
            description = "When that was, in milliseconds since 1970."),
        ("tries" = Option<u32>, Query, nullable = false,
            description = "How often Twilio was asked to come again."),
    ),
    request_body(content = Object, content_type = "application/x-www-form-urlencoded",
        description = "`CallSid`, `Digits` and others \
            (https://www.twilio.com/docs/voice/twiml/gather#action)."),
    responses((status = 200, description = "TwiML.", body = String,
        content_type = "application/xml",
        example = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say voice=\"alice\" \
            language=\"en-US\">Thank you. Task acknowledged. Goodbye.</Say><Hangup/></Response>"))
)]
pub(crate) async fn take_key_press(
    request: SignedForm,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    let SignedForm {
        form,
        named,
        earlier_tries,
        query,
    } = request;
    let documents = Documents::new(state.settings());
    let digits = pressed_keys(&form, &query);
    let (Some(dial), Ok(sid)) = (named, sid_of(form)) else {
        tracing::warn!("a key press names no call or no dial of ours");
        return xml(documents.goodbye(sentences::UNKNOWN));
    };
    let press = Press {
        documents,
        dial,
        sid,
        question: KeyQuestion::of(&query),
        earlier_tries,
    };
    let document = match digits {
        Some(digits) => press.take(&state, digits, held_since(&query)).await,
        None => press.take_no_key(&state).await,
    };
    xml(document)
}

/// The keys that were pressed, also where our own URL brings them back; `None` when there are none
/// or what no phone has.
fn pressed_keys(form: &Form, query: &Form) -> Option<Digits> {
    let keys = query.get("pressed").or_else(|| form.get("Digits"))?;
    keys.parse().ok()
}

/// When the keys were pressed that our own URL brings back.
fn held_since(query: &Form) -> Option<Timestamp> {
    let milliseconds = query.get("at")?.parse().ok()?;
    Timestamp::from_unix_millis(milliseconds).ok()
}

/// A press of a key in one call, and how often Twilio came with it.
struct Press<'settings> {
    documents: Documents<'settings>,
    dial: DialReference,
    sid: CallSid,
    question: KeyQuestion,
    earlier_tries: u32,
}

impl Press<'_> {
    async fn take(
        self,
        state: &ApiState,
        digits: Digits,
        held_since: Option<Timestamp>,
    ) -> Result<Response, TwimlError> {
        let application = state.application().clone();
        let request = KeyPressRequest {
            named: self.dial,
            sid: self.sid.clone(),
            digits: digits.clone(),
            confirmed: self.question == KeyQuestion::Machine,
            pressed_at: held_since,
        };
        let answer = state
            .run_to_end(async move { application.press_key(request).await })
            .await;
        match answer {
            Ok(PressAnswer::Acknowledged) => self.documents.goodbye(sentences::ACKNOWLEDGED),
            Ok(PressAnswer::AlreadyAcknowledged) => {
                self.documents.goodbye(sentences::ALREADY_ACKNOWLEDGED)
            }
            Ok(PressAnswer::WrongKey { title, dial }) => {
                self.documents.prompts(&dial, &title, self.next_prompt())
            }
            Ok(PressAnswer::ConfirmMachine { dial, .. }) => self.documents.ask_once_more(&dial),
            Ok(PressAnswer::Canceled) => self.documents.goodbye(sentences::CANCELED),
            Ok(PressAnswer::Unknown) => self.documents.goodbye(sentences::UNKNOWN),
            Ok(PressAnswer::HangUp) => Ok(hang_up()),
            Ok(PressAnswer::Held { pressed_at }) => self.hold(digits, pressed_at),
            Err(error) => {
                error.log();
                let pressed_at = held_since.unwrap_or_else(|| state.application().now());
                self.hold(digits, pressed_at)
            }
        }
    }

    /// A press without a key that a phone has: it counts as a wrong one.
    async fn take_no_key(self, state: &ApiState) -> Result<Response, TwimlError> {
        let (application, dial, sid) = (state.application().clone(), self.dial, self.sid.clone());
        let answer = in_time(state, async move {
            application.answer_notification(Some(dial), sid, None).await
        });
        match answer.await {
            Some(NotificationAnswer::Prompt { title, dial }) => {
                self.documents.prompts(&dial, &title, self.next_prompt())
            }
            Some(answer) => self.documents.answer(&answer),
            None => {
                let question = self.question;
                self.documents.come_again(
                    Some(&self.dial),
                    self.earlier_tries,
                    |urls, dial, tries| urls.notification_unread(dial, question, tries),
                )
            }
        }
    }

    /// What is heard while a press cannot be committed, or its notification not be read.
    fn hold(self, digits: Digits, pressed_at: Timestamp) -> Result<Response, TwimlError> {
        let (question, tries) = (self.question, self.earlier_tries);
        let acknowledges = digits.acknowledges();
        let press = KeyPress { digits, pressed_at };
        if acknowledges {
            return self.documents.hold(&self.dial, question, &press, tries);
        }
        self.documents
            .come_again(Some(&self.dial), tries, |urls, dial, tries| {
                urls.notification_held(dial, question, &press, tries)
            })
    }

    /// The prompt after the one that was answered; after the last one, and after the question for
    /// another press, there is none.
    const fn next_prompt(&self) -> u32 {
        match self.question {
            KeyQuestion::Prompt(ask) => ask.saturating_add(1),
            KeyQuestion::Machine => u32::MAX,
        }
    }
}
