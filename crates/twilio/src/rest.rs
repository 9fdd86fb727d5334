//! Twilio's REST API, version 2010-04-01: calls, recordings, the account.
//!
//! What matters most about a request that rings a phone is whether it may have been carried out. A POST
//! therefore ends in one of four ways: an answer, or a [`WriteError`] that says *refused* (Twilio said
//! no), *not sent* (nothing reached Twilio), or *unknown* (it may have been carried out). Nothing is sent
//! again by itself, and no redirect is followed, except for one, without credentials, to where
//! audio is kept.
//!
//! ```no_run
//! use atlas_twilio::rest::{CallInstructions, Client, ClientConfig, CreateCall, Credentials, WriteError};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let account_sid = "AC0123456789abcdef0123456789abcdef".parse()?;
//! let credentials = Credentials::AuthToken("the auth token".into());
//! let client = Client::new(ClientConfig::new(account_sid, credentials))?;
//!
//! let order = CreateCall::builder(
//!     "+14155550123",
//!     "+14155550100",
//!     CallInstructions::Url { url: "https://example.com/voice".to_owned(), method: None },
//! )
//! .timeout_seconds(30)
//! .build()?;
//! match client.calls().create(&order).await {
//!     Ok(call) => println!("{} is {}", call.sid, call.status),
//!     Err(WriteError::Refused(refusal)) => println!("refused with code {:?}", refusal.code),
//!     Err(WriteError::NotSent { .. }) => println!("nothing rings; it may be tried again"),
//!     Err(WriteError::Unknown(_)) => println!("it may ring; look for the call before trying again"),
//! }
//! # Ok(())
//! # }
//! ```

mod account;
mod call;
mod call_options;
mod calls;
mod client;
mod config;
mod create_call;
mod error;
mod exchange;
mod fields;
mod list_calls;
mod media;
mod page;
mod parameter;
mod recording;
mod recordings;
mod refusal;
mod update_call;

pub use account::Account;
pub use call::Call;
pub use call_options::{
    CallInstructions, MachineDetection, RecordingChannels, StatusCallbackEvent,
};
pub use calls::{Calls, HangUp};
pub use client::Client;
pub use config::{ClientConfig, ConfigError, Credentials, DEFAULT_BASE_URL};
pub use create_call::{CreateCall, CreateCallBuilder};
pub use error::{BoxError, ReadError, UnknownOutcome, WriteError};
pub use fields::MalformedResource;
pub use list_calls::{DateFilter, ListCalls};
pub use media::{Media, MediaBody, MediaFormat, MediaStatus};
pub use page::{ListedResource, Page};
pub use parameter::ParameterError;
pub use recording::Recording;
pub use recordings::Recordings;
pub use refusal::Refusal;
pub use update_call::UpdateCall;
