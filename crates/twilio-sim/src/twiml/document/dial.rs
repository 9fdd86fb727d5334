//! Dial and whom it can connect a call to.

use super::{Action, DialQueue};
use crate::call::StatusEvent;
use crate::callbacks::HttpMethod;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dial {
    /// No URL means the next verb.
    pub(crate) action: Action,
    /// How long the phones ring.
    pub(crate) timeout_seconds: u16,
    /// How long the parties may talk.
    pub(crate) time_limit_seconds: u32,
    pub(crate) caller_id: Option<String>,
    pub(crate) hangup_on_star: bool,
    pub(crate) sequential: bool,
    pub(crate) party: DialParty,
}

/// Who is at the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DialParty {
    Callees(Vec<Callee>),
    Queue(DialQueue),
}

/// A Number, Client or Sip, or the plain text of Dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Callee {
    /// E.164, `client:…` or `sip:…`.
    pub(crate) address: String,
    pub(crate) send_digits: String,
    /// The document run for the callee before it is connected.
    pub(crate) whisper: Option<(String, HttpMethod)>,
    pub(crate) status_callback: Option<CalleeCallback>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CalleeCallback {
    pub(crate) url: String,
    pub(crate) method: HttpMethod,
    pub(crate) events: Vec<StatusEvent>,
}
