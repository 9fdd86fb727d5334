//! Where Atlas keeps things: the repository traits, and behind features what implements them.
//!
//! | feature | brings |
//! |---|---|
//! | (none) | the traits, and no driver |
//! | `sqlite` | [`sqlite`]: one file on disk, the default of the server |
//! | `mongo` | [`mongo`]: a MongoDB replica set, for any number of servers |
//! | `mocks` | mocks of every trait, for unit tests |
//! | `contract-tests` | [`contract`]: what every back end must pass |
//!
//! # The traits
//! Every repository call carries a `TenantId`, so that a query that forgot it does not compile.
//! The one exception is [`Directory`], which finds out whose a dial, a SID or due work is.
//!
//! | trait | keeps |
//! |---|---|
//! | [`CallRepository`] | calls with their dials, attempts, due work, feedback and notification, each call changed as one |
//! | [`UserRepository`] | users |
//! | [`RecordingRepository`] | recordings |
//! | [`IdempotencyRepository`] | the answers that a repeated request gets again |
//! | [`Directory`] | whose a dial or SID is; which work is due |
//! | [`Store`] | whether it can be written to |
//! | [`House`] | all of it, row by row, so that another store can take it over |
//!
//! A back end never decides anything about a call: it loads it, asks
//! [`atlas_domain::call::apply`], and writes what comes out, in one atomic step.
//!
//! # Adding a back end
//! Add `src/<name>.rs` with its folder behind a feature of that name, and
//! `tests/it/<name>.rs` that names it to the contract.

mod archive;
#[cfg(feature = "contract-tests")]
pub mod contract;
mod error;
#[cfg(feature = "mongo")]
pub mod mongo;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod traits;

pub use archive::{
    Archive, CallRecord, DueWork, Exported, House, IdempotencyRecord, Imported, OtherFields,
    Position, Record, RecordKey, RecordingRecord, Refused, UserRecord,
};
pub use error::{StorageError, Unique};
pub use traits::*;
