//! News of a media stream (<https://www.twilio.com/docs/voice/twiml/stream#statuscallback>).

use time::OffsetDateTime;

use super::{Form, FormError, FromForm};
use crate::sid::{AccountSid, CallSid, StreamSid};
use crate::vocabulary::StreamEvent;

/// A media stream began, ended or failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamStatusCallback {
    /// `CallSid`
    pub call_sid: CallSid,
    /// `AccountSid`
    pub account_sid: Option<AccountSid>,
    /// `StreamSid`
    pub stream_sid: Option<StreamSid>,
    /// `StreamName`
    pub stream_name: Option<String>,
    /// `StreamEvent`: what happened.
    pub event: Option<StreamEvent>,
    /// `StreamError`: why it failed, in words.
    pub error: Option<String>,
    /// `Timestamp`: when it happened.
    pub timestamp: Option<OffsetDateTime>,
    form: Form,
}

keeps_form!(StreamStatusCallback);

impl FromForm for StreamStatusCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call_sid: form.required_sid("CallSid")?,
            account_sid: form.parsed("AccountSid"),
            stream_sid: form.parsed("StreamSid"),
            stream_name: form.owned("StreamName"),
            event: form.word("StreamEvent"),
            error: form.owned("StreamError"),
            timestamp: form.timestamp("Timestamp"),
            form,
        })
    }
}
