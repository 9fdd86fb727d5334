//! A request that is refused.

use super::reply::Reply;

/// A refusal: HTTP status 400 with this code and message.
pub(crate) struct Refusal {
    pub(crate) code: u32,
    pub(crate) message: String,
}

impl Refusal {
    pub(super) fn new(code: u32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    pub(super) fn reply(&self) -> Reply {
        Reply::error(400, self.code, &self.message)
    }
}
