//! What is told of a call that rings.

use super::super::values::words;

words! {
    /// What a status callback tells of a call.
    CallProgressEvent {
        /// The call begins.
        Initiated = "initiated",
        /// It rings.
        Ringing = "ringing",
        /// Somebody answered.
        Answered = "answered",
        /// It is over, for whatever reason.
        Completed = "completed",
    }
}

words! {
    /// Whether Twilio finds out if a machine answered.
    MachineDetection {
        /// It does, and goes on at once.
        Enable = "Enable",
        /// It does, and goes on when the machine's greeting is over.
        DetectMessageEnd = "DetectMessageEnd",
    }
}
