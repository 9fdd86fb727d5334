//! `<Hangup>` and `<Reject>`: the end
//! (<https://www.twilio.com/docs/voice/twiml/hangup>, <https://www.twilio.com/docs/voice/twiml/reject>).

use super::element::{children, element};
use super::parameter::Parameter;
use super::values::words;

element! {
    /// Ends the call.
    Hangup = "Hangup" {}
    children {
        /// What the other side is told at the end.
        parameters: HangupPart
    }
}

element! {
    /// Does not answer an inbound call, which costs nothing.
    ///
    /// It works only as the first verb, and nothing after it is reached: [`Response::reject`] makes the
    /// document that holds it.
    ///
    /// [`Response::reject`]: crate::twiml::Response::reject
    Reject = "Reject" {
        /// What the caller hears; `rejected` without.
        "reason" set reason(RejectReason): RejectReason;
    }
    children {
        /// What the other side is told.
        parameters: HangupPart
    }
}

words! {
    /// Why an inbound call is not answered.
    RejectReason {
        /// The caller hears that the number is not in service; Twilio's default.
        Rejected = "rejected",
        /// The caller hears a busy signal.
        Busy = "busy",
    }
}

children! {
    /// What may stand in a [`Hangup`] and a [`Reject`].
    HangupPart {
        /// A named value.
        Parameter(Parameter),
    }
}

impl Hangup {
    /// Ends the call.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Hangup {
    fn default() -> Self {
        Self::new()
    }
}

impl Reject {
    /// Does not answer; the caller hears that the number is not in service.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Reject {
    fn default() -> Self {
        Self::new()
    }
}
