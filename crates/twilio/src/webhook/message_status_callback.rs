//! News of a message (<https://www.twilio.com/docs/messaging/guides/track-outbound-message-status>).

use super::{Form, FormError, FromForm};
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};
use crate::vocabulary::MessageStatus;

/// A message changed its status. They may come in another order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct MessageStatusCallback {
    /// `MessageSid`
    pub message_sid: MessageSid,
    /// `AccountSid`
    pub account_sid: Option<AccountSid>,
    /// `MessagingServiceSid`, of a message sent through one.
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// `From`
    pub from: Option<PrivateText>,
    /// `To`
    pub to: Option<PrivateText>,
    /// `MessageStatus`
    pub message_status: Option<MessageStatus>,
    /// `ErrorCode`, of a message that failed or was not delivered, such as 30003.
    pub error_code: Option<u32>,
    /// `ErrorMessage`
    pub error_message: Option<String>,
    /// `RawDlrDoneDate`: when the carrier was done, as `YYMMDDhhmm` of an unknown zone.
    pub raw_dlr_done_date: Option<String>,
    form: Form,
}

keeps_form!(MessageStatusCallback);

impl FromForm for MessageStatusCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            message_sid: form.required_sid("MessageSid")?,
            account_sid: form.parsed("AccountSid"),
            messaging_service_sid: form.parsed("MessagingServiceSid"),
            from: form.private("From"),
            to: form.private("To"),
            message_status: form.word("MessageStatus"),
            error_code: form.error_code(),
            error_message: form.owned("ErrorMessage"),
            raw_dlr_done_date: form.owned("RawDlrDoneDate"),
            form,
        })
    }
}
