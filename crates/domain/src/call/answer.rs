//! What is known of whoever answered a dial.

use crate::notification::AnsweredBy;
use crate::{Digits, Timestamp};

/// The carrier's verdict on who answered a dial; the first one stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Detection {
    /// The verdict.
    pub answered_by: AnsweredBy,
    /// When it arrived.
    pub at: Timestamp,
}

/// The first key press on a dial, whichever key it was.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPress {
    /// The keys.
    pub digits: Digits,
    /// When it arrived.
    pub pressed_at: Timestamp,
}
