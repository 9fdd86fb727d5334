//! A Twilio library: REST client, TwiML builder, webhook verification and parsing.
//!
//! | feature | module | for |
//! |---|---|---|
//! | `client` | `rest` | calls, recordings, transcriptions, messages, the account and Lookup over Twilio's REST API |
//! | `twiml` | `twiml` | documents that tell Twilio what to do with a call |
//! | `webhook` | `webhook` | Twilio's requests: is the signature right, and what do they say |
//! | `media-streams` | `media_streams` | the messages of a `<Stream>`, both ways |
//! | `actix` | `actix` | extractors of verified webhooks for actix-web |
//! | `adapter` | `adapter` | the same in the words of `atlas-domain`; with `client`, its `Carrier` |
//!
//! No feature is on by default. Always there: [`sid`], the types of Twilio's identifiers, [`vocabulary`],
//! Twilio's words for states, and [`error_code`], what Twilio's error numbers mean.
//!
//! The library reads no environment, no wall clock and no configuration file: everything comes in as an
//! argument. Credentials are never printed; phone numbers and texts are [`PrivateText`], whose `Debug`
//! output shows nothing of them.

#[cfg(feature = "actix")]
pub mod actix;
#[cfg(feature = "adapter")]
pub mod adapter;
pub mod error_code;
pub mod http_method;
#[cfg(feature = "media-streams")]
pub mod media_streams;
mod private_text;
#[cfg(feature = "client")]
pub mod rest;
pub mod sid;
#[cfg(any(feature = "client", feature = "webhook"))]
pub mod timestamp;
#[cfg(feature = "twiml")]
pub mod twiml;
pub mod vocabulary;
#[cfg(feature = "webhook")]
pub mod webhook;

pub use private_text::PrivateText;

/// Keeps the examples of the README compiling.
#[cfg(all(doctest, feature = "twiml", feature = "client"))]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
