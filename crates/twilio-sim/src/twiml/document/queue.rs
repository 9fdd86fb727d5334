//! Waiting lines: entering one, and connecting to the first who waits.

use super::Action;
use crate::callbacks::HttpMethod;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Enqueue {
    /// No URL means the next verb.
    pub(crate) action: Action,
    pub(crate) queue: String,
    /// How many may wait.
    pub(crate) max_queue_size: usize,
    pub(crate) wait: Wait,
}

/// What is heard while waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wait {
    /// Twilio's own music.
    Music,
    /// Nothing.
    Silence,
    /// A document, again and again.
    Document(String, HttpMethod),
}

/// The Queue of a Dial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DialQueue {
    pub(crate) queue: String,
    /// The document run for the one who waited before the two are connected.
    pub(crate) announcement: Option<(String, HttpMethod)>,
}
