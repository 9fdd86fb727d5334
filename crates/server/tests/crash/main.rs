//! What survives a kill -9: the real binary on a real database (SQLite, or Mongo with
//! `TEST_STORE=mongo`), beside a simulated Twilio that goes on living.
//!
//! Every test is repeated `RUNS` times (2 by default).
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod callbacks;
mod front_door;
mod idempotency;
mod mixed;
mod placing;
mod redialling;
#[path = "../it/support/store.rs"]
mod store;
mod support;
