//! Somebody sent a message (<https://www.twilio.com/docs/messaging/guides/webhook-request>).

use super::{Form, FormError, FromForm, Place};
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};
use crate::vocabulary::OptOut;

/// A message to one of your numbers. The answer may be TwiML with a `<Message>`, or nothing at all.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboundMessage {
    /// `MessageSid`; `SmsSid` and `SmsMessageSid` say the same.
    pub message_sid: MessageSid,
    /// `AccountSid`
    pub account_sid: Option<AccountSid>,
    /// `MessagingServiceSid`, of a number that belongs to one.
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// `From`
    pub from: Option<PrivateText>,
    /// `To`
    pub to: Option<PrivateText>,
    /// `Body`; absent when there are only media.
    pub body: Option<PrivateText>,
    /// `NumSegments`: how many parts the carrier sent it in.
    pub segments: Option<u32>,
    /// `MediaUrl0`, `MediaContentType0` and so on.
    pub media: Vec<InboundMedia>,
    /// `OptOutType`, with Advanced Opt-Out; then Twilio has answered already.
    pub opt_out: Option<OptOut>,
    /// `FromCity` and so on.
    pub from_place: Place,
    /// `ToCity` and so on.
    pub to_place: Place,
    /// `ApiVersion`
    pub api_version: Option<String>,
    form: Form,
}

/// A picture or another file of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InboundMedia {
    /// Where it is; it may ask for the credentials of the account.
    pub url: String,
    /// Its media type.
    pub content_type: Option<String>,
}

keeps_form!(InboundMessage);

impl FromForm for InboundMessage {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            message_sid: form.required_sid("MessageSid")?,
            account_sid: form.parsed("AccountSid"),
            messaging_service_sid: form.parsed("MessagingServiceSid"),
            from: form.private("From"),
            to: form.private("To"),
            body: form.private("Body"),
            segments: form.parsed("NumSegments"),
            media: media(&form),
            opt_out: form.word("OptOutType"),
            from_place: Place::of_from(&form),
            to_place: Place::of_to(&form),
            api_version: form.owned("ApiVersion"),
            form,
        })
    }
}

fn media(form: &Form) -> Vec<InboundMedia> {
    let count: u8 = form.parsed("NumMedia").unwrap_or(0);
    (0..count)
        .map_while(|index| {
            Some(InboundMedia {
                url: form.owned(&format!("MediaUrl{index}"))?,
                content_type: form.owned(&format!("MediaContentType{index}")),
            })
        })
        .collect()
}
