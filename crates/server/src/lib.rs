//! The thin binary's parts: read settings, build the parts, run, stop politely.
//!
//! | module | does |
//! |---|---|
//! | [`settings`] | reads every variable once, and says what is wrong with one |
//! | [`wiring`] | builds store, carrier, use cases and API from settings |
//! | [`serve`] | runs the HTTP server and the worker until told to stop, then stops politely |
//! | [`health`] | asks the server on this machine how it is |
//! | [`cli`] | the command line |
//! | [`copy`] | copies everything from one store to another |
//! | [`demo`] | a whole story on the simulated Twilio (feature `simulator`) |
//!
//! The feature `simulator` (on by default, refused in production) brings the built-in simulated
//! Twilio, the demo, and a clock that follows a simulator.

pub mod cli;
pub mod copy;
#[cfg(feature = "simulator")]
pub mod demo;
pub mod health;
pub mod keys;
pub mod logs;
pub mod migrate;
pub mod serve;
pub mod settings;
#[cfg(feature = "simulator")]
pub mod simulation;
pub mod webhook_secret;
pub mod wiring;
