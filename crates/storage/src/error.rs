//! What can go wrong in any back end.

use std::error::Error;

/// Why a repository could not do what was asked. Nothing was changed, unless it says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another row has this already.
    #[error("another row has the same {0}")]
    Duplicate(Unique),
    /// The store cannot be reached, is full, or did not answer in time. A write may still have
    /// happened; every write here is safe to repeat.
    #[error("the store is not available")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A stored row cannot be read as what it should be.
    #[error("a stored {what} cannot be read: {detail}")]
    Corrupt {
        /// What kind of row.
        what: &'static str,
        /// What is wrong with it, without its content.
        detail: String,
    },
}

/// What no two rows of one tenant may share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unique {
    /// A call's id.
    CallId,
    /// A dial's SID.
    CallSid,
    /// A user's email address, whatever its case.
    Email,
    /// A user's external id.
    ExternalId,
    /// A recording's SID.
    RecordingSid,
}

impl std::fmt::Display for Unique {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::CallId => "call id",
            Self::CallSid => "call SID",
            Self::Email => "email address",
            Self::ExternalId => "external id",
            Self::RecordingSid => "recording SID",
        })
    }
}
