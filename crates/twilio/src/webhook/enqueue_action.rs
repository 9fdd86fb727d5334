//! What an `<Enqueue>` asks when it is done (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::QueueSid;
use crate::vocabulary::QueueResult;

/// A call left its queue, or could not enter it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnqueueAction {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `QueueResult`: how it left.
    pub queue_result: Option<QueueResult>,
    /// `QueueSid`; none when there was no queue to enter.
    pub queue_sid: Option<QueueSid>,
    /// `QueueTime`: how long it waited, in seconds.
    pub queue_time_seconds: Option<u32>,
    form: Form,
}

keeps_form!(EnqueueAction);

impl FromForm for EnqueueAction {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            queue_result: form.word("QueueResult"),
            queue_sid: form.parsed("QueueSid"),
            queue_time_seconds: form.parsed("QueueTime"),
            form,
        })
    }
}
