//! The example programs that can be held to something.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on has failed"
)]

mod program;
mod webhook_receivers;
