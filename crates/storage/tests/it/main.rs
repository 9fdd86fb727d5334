//! The contract, run against every back end, and what each promises beyond it.
//!
//! What needs a Mongo server is below `mongo::`, and fails without one. `scripts/with-mongo` gives
//! a command a server; `cargo test … -- --skip mongo::` does without.

#![expect(clippy::unwrap_used, reason = "tests panic when they fail")]

mod clauses;
mod histories;
mod instances;
#[cfg(feature = "mongo")]
mod mongo;
mod sqlite;
