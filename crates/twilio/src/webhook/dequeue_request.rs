//! What somebody hears who leaves a queue for a `<Dial><Queue url>`
//! (<https://www.twilio.com/docs/voice/twiml/queue#attributes-url>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::{CallSid, QueueSid};

/// A request for the TwiML that a waiting call hears before it is connected.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DequeueRequest {
    /// The call that waited.
    pub call: CallParameters,
    /// `QueueSid`
    pub queue_sid: Option<QueueSid>,
    /// `QueueTime`: how long it waited, in seconds.
    pub queue_time_seconds: Option<u32>,
    /// `DequeingCallSid`, which is how Twilio spells it: the call that takes it out.
    pub dequeuing_call_sid: Option<CallSid>,
    form: Form,
}

keeps_form!(DequeueRequest);

impl FromForm for DequeueRequest {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            queue_sid: form.parsed("QueueSid"),
            queue_time_seconds: form.parsed("QueueTime"),
            dequeuing_call_sid: form.parsed("DequeingCallSid"),
            form,
        })
    }
}
