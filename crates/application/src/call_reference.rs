//! How API users name a call: by its id, or by any of its SIDs.

use std::fmt;
use std::str::FromStr;

use atlas_domain::{CallId, CallSid, InvalidId};

/// A call, named by its id or by the SID of any of its dials.
///
/// ```
/// use atlas_application::CallReference;
///
/// let by_id: CallReference = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse()?;
/// assert!(matches!(by_id, CallReference::Id(_)));
/// let by_sid: CallReference = "CA0123456789abcdef0123456789abcdef".parse()?;
/// assert!(matches!(by_sid, CallReference::Sid(_)));
/// # Ok::<(), atlas_domain::InvalidId>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallReference {
    /// Its id.
    Id(CallId),
    /// The SID of one of its dials.
    Sid(CallSid),
}

impl FromStr for CallReference {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => text.parse().map(Self::Sid),
        }
    }
}

impl fmt::Display for CallReference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => id.fmt(formatter),
            Self::Sid(sid) => sid.fmt(formatter),
        }
    }
}
