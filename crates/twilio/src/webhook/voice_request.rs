//! Twilio asks what to do with a call (<https://www.twilio.com/docs/voice/twiml#request-parameters>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::private_text::PrivateText;

/// A request for TwiML: of an answered call, of an inbound one that rings, of a `<Redirect>`, or of the
/// `url` of a `<Number>`, `<Client>` or `<Sip>`, whose leg then has a parent.
///
/// Twilio may send the same one again and use the last answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VoiceRequest {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `CallToken`, which lets a call made for this one show the same caller.
    pub call_token: Option<PrivateText>,
    /// `MachineDetectionDuration`, in milliseconds; with answering machine detection.
    pub machine_detection_duration_ms: Option<u32>,
    /// `StirVerstat`: how far the caller's number was attested, such as `TN-Validation-Passed-A`.
    pub stir_verstat: Option<String>,
    /// `SipDomain`, of a call from a SIP domain.
    pub sip_domain: Option<String>,
    form: Form,
}

keeps_form!(VoiceRequest);

impl FromForm for VoiceRequest {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            call_token: form.private("CallToken"),
            machine_detection_duration_ms: form.parsed("MachineDetectionDuration"),
            stir_verstat: form.owned("StirVerstat"),
            sip_domain: form.owned("SipDomain"),
            form,
        })
    }
}
