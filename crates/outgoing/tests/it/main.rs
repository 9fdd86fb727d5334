//! The public face of the crate.
#![cfg_attr(
    feature = "sink",
    expect(
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test that cannot go on has failed"
    )
)]

#[cfg(feature = "sink")]
mod delivering;
#[cfg(feature = "sink")]
mod private_receivers;
#[cfg(feature = "sink")]
mod support;
#[cfg(feature = "sink")]
mod unwilling_receivers;
mod vectors;
