//! What can be wrong with a message.

use crate::sid::InvalidSid;

/// Why a text is not a message of a media stream.
#[derive(Debug, thiserror::Error)]
pub enum StreamMessageError {
    /// It is larger than anything that is read.
    #[error("the message has more than {} bytes", super::MAX_MESSAGE_BYTES)]
    TooLarge,
    /// It is no JSON, or its parts are of another type than they must be.
    #[error("the message is not JSON of the expected form")]
    Json(#[source] serde_json::Error),
    /// A part is absent without which the message means nothing.
    #[error("`{name}` is missing in the message")]
    Missing {
        /// The part.
        name: &'static str,
    },
    /// A SID is none.
    #[error("`{name}` is not a SID of its kind")]
    InvalidSid {
        /// The part.
        name: &'static str,
        /// What is wrong with it.
        source: InvalidSid,
    },
    /// The audio is not in base64 (RFC 4648, 4).
    #[error("the audio is not in base64")]
    Payload(#[source] base64::DecodeError),
}
