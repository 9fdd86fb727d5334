//! The parameters most voice requests have in common
//! (<https://www.twilio.com/docs/voice/twiml#request-parameters>).

use super::{Form, FormError, Place};
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, ApplicationSid, CallSid};
use crate::vocabulary::{AnsweredBy, CallStatus, Direction};

/// Which call a request is about, and how that call stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallParameters {
    /// `CallSid`
    pub call_sid: CallSid,
    /// `AccountSid`
    pub account_sid: Option<AccountSid>,
    /// `ParentCallSid`, of a leg made by `<Dial>`.
    pub parent_call_sid: Option<CallSid>,
    /// `From`
    pub from: Option<PrivateText>,
    /// `To`
    pub to: Option<PrivateText>,
    /// `CallStatus`
    pub call_status: Option<CallStatus>,
    /// `Direction`
    pub direction: Option<Direction>,
    /// `AnsweredBy`, with answering machine detection.
    pub answered_by: Option<AnsweredBy>,
    /// `ForwardedFrom`
    pub forwarded_from: Option<PrivateText>,
    /// `CallerName`
    pub caller_name: Option<PrivateText>,
    /// `FromCity` and so on.
    pub from_place: Place,
    /// `ToCity` and so on.
    pub to_place: Place,
    /// `ApplicationSid`, of a call that a TwiML application answers.
    pub application_sid: Option<ApplicationSid>,
    /// `ApiVersion`
    pub api_version: Option<String>,
}

impl CallParameters {
    pub(super) fn read(form: &Form) -> Result<Self, FormError> {
        Ok(Self {
            call_sid: form.required_sid("CallSid")?,
            account_sid: form.parsed("AccountSid"),
            parent_call_sid: form.parsed("ParentCallSid"),
            from: form.private("From"),
            to: form.private("To"),
            call_status: form.word("CallStatus"),
            direction: form.word("Direction"),
            answered_by: form.word("AnsweredBy"),
            forwarded_from: form.private("ForwardedFrom"),
            caller_name: form.private("CallerName"),
            from_place: Place::of_from(form),
            to_place: Place::of_to(form),
            application_sid: form.parsed("ApplicationSid"),
            api_version: form.owned("ApiVersion"),
        })
    }
}
