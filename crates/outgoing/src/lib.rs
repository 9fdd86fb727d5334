//! Webhooks that can be believed.
//!
//! | module or type | does |
//! |---|---|
//! | [`standard_webhooks`] | signs and verifies messages as Standard Webhooks has it; for senders and for receivers, of Atlas's messages or anybody else's |

pub mod standard_webhooks;

/// Keeps the examples of the README compiling.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
