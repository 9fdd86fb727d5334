//! What somebody who waits is to hear (<https://www.twilio.com/docs/voice/twiml/enqueue#attributes-wait-url>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::sid::QueueSid;

/// A request for the TwiML of a `waitUrl`, again and again while a call waits.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct QueueWaitRequest {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `QueueSid`
    pub queue_sid: Option<QueueSid>,
    /// `QueuePosition`, from 1.
    pub queue_position: Option<u32>,
    /// `QueueTime`: how long this call has waited, in seconds.
    pub queue_time_seconds: Option<u32>,
    /// `AvgQueueTime`: how long those wait who are in the queue, in seconds.
    pub average_queue_time_seconds: Option<u32>,
    /// `CurrentQueueSize`, in calls.
    pub current_queue_size: Option<u32>,
    /// `MaxQueueSize`, in calls.
    pub max_queue_size: Option<u32>,
    form: Form,
}

keeps_form!(QueueWaitRequest);

impl FromForm for QueueWaitRequest {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            queue_sid: form.parsed("QueueSid"),
            queue_position: form.parsed("QueuePosition"),
            queue_time_seconds: form.parsed("QueueTime"),
            average_queue_time_seconds: form.parsed("AvgQueueTime"),
            current_queue_size: form.parsed("CurrentQueueSize"),
            max_queue_size: form.parsed("MaxQueueSize"),
            form,
        })
    }
}
