//! What a `<Dial>` asks when it is done (<https://www.twilio.com/docs/voice/twiml/dial#action>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::{CallSid, RecordingSid};
use crate::vocabulary::DialCallStatus;

/// A `<Dial>` ended: its legs are over, or nobody answered.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DialAction {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `DialCallStatus`: how the leg ended.
    pub dial_call_status: Option<DialCallStatus>,
    /// `DialCallSid`: the leg that was made; none for a conference or a queue.
    pub dial_call_sid: Option<CallSid>,
    /// `DialCallDuration`, in seconds; none for a conference.
    pub dial_call_duration_seconds: Option<u32>,
    /// `DialBridged`: whether the two were connected.
    pub dial_bridged: Option<bool>,
    /// `RecordingSid`, or else the last part of the recording's URL.
    pub recording_sid: Option<RecordingSid>,
    /// `RecordingUrl`, with `record`.
    pub recording_url: Option<String>,
    form: Form,
}

keeps_form!(DialAction);

impl FromForm for DialAction {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            dial_call_status: form.word("DialCallStatus"),
            dial_call_sid: form.parsed("DialCallSid"),
            dial_call_duration_seconds: form.parsed("DialCallDuration"),
            dial_bridged: form.parsed("DialBridged"),
            recording_sid: form.recording_sid(),
            recording_url: form.owned("RecordingUrl"),
            form,
        })
    }
}
