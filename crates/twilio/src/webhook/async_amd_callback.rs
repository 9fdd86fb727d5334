//! The verdict of asynchronous answering machine detection
//! (<https://www.twilio.com/docs/voice/answering-machine-detection>).

use super::{CallParameters, Form, FormError, FromForm};

/// Who answered: see [`answered_by`](CallParameters::answered_by) of the call.
///
/// There is one for each call; a machine is told after its greeting with `DetectMessageEnd`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AsyncAmdCallback {
    /// Which call, and who answered it.
    pub call: CallParameters,
    /// `MachineDetectionDuration`, in milliseconds.
    pub machine_detection_duration_ms: Option<u32>,
    form: Form,
}

keeps_form!(AsyncAmdCallback);

impl FromForm for AsyncAmdCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            machine_detection_duration_ms: form.parsed("MachineDetectionDuration"),
            form,
        })
    }
}
