//! What a call is for.

use crate::{Notification, TwimlUrl};

/// What a call is for, and so what whoever answers hears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallPurpose {
    /// To speak its script.
    Script,
    /// To play a document that another server serves.
    Document(TwimlUrl),
    /// To notify of a critical task.
    Notification(Notification),
}

impl CallPurpose {
    /// The word for it in the API and in storage.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Script => "script",
            Self::Document(_) => "document",
            Self::Notification(_) => "notification",
        }
    }
}
