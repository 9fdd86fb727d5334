//! The contract, run against every back end, and what each promises beyond it.

#![expect(clippy::unwrap_used, reason = "tests panic when they fail")]

mod clauses;
mod sqlite;
