//! What a use case can end in, besides what was wanted.

use atlas_domain::call::RefusedMove;
use atlas_domain::carrier::{CarrierError, Refusal};
use atlas_domain::{CallId, InvalidTwimlUrl, RecordingId, UserId};
use atlas_storage::StorageError;

use crate::CallReference;

/// Why a use case did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum ApplicationError {
    /// No such user.
    #[error("user {0} not found")]
    UserNotFound(UserId),
    /// No such call.
    #[error("call {0} not found")]
    CallNotFound(CallReference),
    /// No such notification.
    #[error("notification {0} not found")]
    NotificationNotFound(CallId),
    /// No such recording, or it has no audio.
    #[error("recording {0} not found")]
    RecordingNotFound(RecordingId),
    /// Nobody rated this call.
    #[error("no feedback for call {0}")]
    FeedbackNotFound(CallReference),
    /// The document of a call must not be fetched.
    #[error("the document of the call must not be fetched")]
    TwimlUrlRefused(#[from] InvalidTwimlUrl),
    /// The call does not allow this as it stands.
    #[error("the call does not allow this")]
    MoveRefused(#[source] RefusedMove),
    /// The carrier did not place, or could not be asked; `call_id` is that of a call that was
    /// stored all the same, as failed.
    #[error("the carrier did not do it")]
    Carrier {
        /// The call, where one was stored.
        call_id: Option<CallId>,
        /// What the trouble was.
        #[source]
        trouble: CarrierTrouble,
    },
    /// The store did not do it.
    #[error("the store did not do it")]
    Storage(#[from] StorageError),
}

/// Why the carrier did not do it.
#[derive(Debug, thiserror::Error)]
pub enum CarrierTrouble {
    /// No carrier, or no number to show, is configured.
    #[error("no carrier is configured")]
    NotConfigured,
    /// It said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be reached, or made no sense.
    #[error("the carrier could not be reached: {reason}")]
    NotReached {
        /// Why, in words for an operator.
        reason: String,
    },
}

impl From<CarrierError> for CarrierTrouble {
    fn from(error: CarrierError) -> Self {
        match error {
            CarrierError::NotConfigured => Self::NotConfigured,
            CarrierError::Refused(refusal) => Self::Refused(refusal),
            CarrierError::NotReached { reason } | CarrierError::Unreadable { reason } => {
                Self::NotReached { reason }
            }
        }
    }
}

impl From<CarrierError> for ApplicationError {
    fn from(error: CarrierError) -> Self {
        Self::Carrier {
            call_id: None,
            trouble: error.into(),
        }
    }
}
