//! Twilio asks what to do with a call (<https://www.twilio.com/docs/voice/twiml#request-parameters>).

use super::{CallParameters, Form, FormError, FromForm};

/// A request for TwiML: of an answered call, or of an inbound one that rings.
///
/// Twilio may send the same one again and use the last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VoiceRequest {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `ErrorCode`, of a request to a fallback URL: what went wrong before.
    pub error_code: Option<u32>,
    form: Form,
}

impl VoiceRequest {
    /// Every parameter, also those this type does not name.
    #[must_use]
    pub const fn form(&self) -> &Form {
        &self.form
    }
}

impl FromForm for VoiceRequest {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            error_code: form.parsed("ErrorCode"),
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::CallStatus;

    #[test]
    fn empty_parameters_count_as_absent_and_numbers_stay_private() {
        let body = b"CallSid=CAfedcba9876543210fedcba9876543210&CallStatus=in-progress\
            &From=%2B14155550100&To=%2B14155550123&CallerName=&FromCity=";
        let request = VoiceRequest::from_form(Form::parse(body)).unwrap();
        assert_eq!(request.call.call_status, Some(CallStatus::InProgress));
        assert_eq!(request.call.to.as_deref(), Some("+14155550123"));
        assert_eq!(request.call.caller_name, None);
        assert!(!format!("{request:?}").contains("1415"));
    }
}
