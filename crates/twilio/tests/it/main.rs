//! The public face of the crate, with all of its features.
#![cfg(all(feature = "client", feature = "twiml", feature = "webhook"))]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

#[cfg(feature = "actix")]
mod actix_extractor;
#[cfg(feature = "adapter")]
mod carrier;
#[cfg(feature = "media-streams")]
mod media_streams;
mod rest_answers;
mod rest_calls;
mod rest_create_call;
mod rest_history;
mod rest_live_recordings;
mod rest_lookups;
mod rest_messages;
mod rest_recordings;
mod rest_retries;
mod rest_spans;
mod server;
mod signature_vectors;
mod twiml_builder;
mod twiml_fixtures;
mod twiml_limits;
mod twiml_properties;
mod twiml_reading;
mod twiml_rules;
mod webhook_callbacks;
mod webhook_properties;
