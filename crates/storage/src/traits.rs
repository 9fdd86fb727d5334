//! The repository traits.

mod calls;
mod directory;
mod idempotency;
mod recordings;
mod store;
mod users;

pub use calls::{CallFilter, CallRepository, NotificationFilter, UserCalls};
pub use directory::{Claim, ClaimedCall, Directory, DirectoryEntry, Lease, UnlinkedRecording};
pub use idempotency::{
    IdempotencyBegin, IdempotencyClaim, IdempotencyKey, IdempotencyRepository, RecordedResponse,
    RequestDigest,
};
pub use recordings::RecordingRepository;
pub use store::Store;
pub use users::UserRepository;

#[cfg(feature = "mocks")]
pub use calls::MockCallRepository;
#[cfg(feature = "mocks")]
pub use directory::MockDirectory;
#[cfg(feature = "mocks")]
pub use idempotency::MockIdempotencyRepository;
#[cfg(feature = "mocks")]
pub use recordings::MockRecordingRepository;
#[cfg(feature = "mocks")]
pub use store::MockStore;
#[cfg(feature = "mocks")]
pub use users::MockUserRepository;
