//! Twilio asks the fallback URL, after the first one failed (<https://www.twilio.com/docs/voice/twiml>).

use super::{CallParameters, Form, FormError, FromForm};

/// A request for TwiML in place of one that went wrong. It has the parameters of that one, too.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FallbackRequest {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `ErrorCode`: what went wrong, such as 11200.
    pub error_code: Option<u32>,
    /// `ErrorUrl`: where it went wrong.
    pub error_url: Option<String>,
    form: Form,
}

keeps_form!(FallbackRequest);

impl FromForm for FallbackRequest {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            error_code: form.parsed("ErrorCode"),
            error_url: form.owned("ErrorUrl"),
            form,
        })
    }
}
