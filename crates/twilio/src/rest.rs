//! Twilio's REST API, version 2010-04-01: calls, recordings, transcriptions, messages, the account; and
//! Lookup, version 2.
//!
//! What matters most about a request that rings a phone is whether it may have been carried out. A POST
//! therefore ends in one of four ways: an answer, or a [`WriteError`] that says *refused* (Twilio said
//! no), *not sent* (nothing reached Twilio), or *unknown* (it may have been carried out); a wrong parameter
//! is found before. By itself the client sends again what only reads, what does no harm twice, and what was
//! provably not processed, as the [`RetryPolicy`] says; a request that may have rung a phone or sent a
//! message never. No redirect is followed, except to where audio is kept, and there without credentials.
//!
//! Each request is a span `twilio.request` with method, path, status, error code, request id and duration;
//! neither credentials nor numbers nor texts are in it.
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
//!     Err(WriteError::Parameter(error)) => println!("nothing was sent: {error}"),
//!     Err(WriteError::Refused(refusal)) => println!("refused with code {:?}", refusal.code),
//!     Err(WriteError::NotSent { .. }) => println!("nothing rings; it may be tried again"),
//!     Err(WriteError::Unknown(_)) => println!("it may ring; look for the call before trying again"),
//! }
//! # Ok(())
//! # }
//! ```

mod account;
mod address;
mod answer_info;
mod answering_machine;
mod call;
mod call_history;
mod call_options;
mod call_recording;
mod calls;
mod client;
mod config;
mod create_call;
mod create_call_builder;
mod create_message;
mod date_filter;
mod error;
mod exchange;
mod fields;
mod form;
mod list_calls;
mod list_recordings;
mod lookups;
mod media;
mod message;
mod message_options;
mod messages;
mod page;
mod parameter;
mod phone_number;
mod raw_answer;
mod received;
mod recording;
mod recordings;
mod refusal;
mod request;
mod retry;
mod transcription;
mod transcriptions;
mod transport;
mod update_call;
mod webhook_url;

pub use account::Account;
pub use address::{Edge, InvalidPlace, Region};
pub use answer_info::AnswerInfo;
pub use answering_machine::{AnsweringMachineDetection, AsyncAmd, MachineDetection};
pub use call::Call;
pub use call_history::{CallEvent, CallNotification, ListNotifications};
pub use call_options::{CallInstructions, StatusCallbackEvent};
pub use call_recording::{
    CallRecording, RecordingChannels, RecordingStatusCallbackEvent, RecordingTrack, RecordingTrim,
};
pub use calls::{Calls, HangUp};
pub use client::{Client, Deletion};
pub use config::{ClientConfig, ConfigError, Credentials};
pub use create_call::CreateCall;
pub use create_call_builder::CreateCallBuilder;
pub use create_message::CreateMessage;
pub use date_filter::DateFilter;
pub use error::{BoxError, ReadError, UnknownOutcome, WriteError};
pub use fields::MalformedResource;
pub use list_calls::ListCalls;
pub use list_recordings::{ListCallRecordings, ListRecordings};
pub use lookups::{LookupNumber, Lookups};
pub use media::{Media, MediaBody, MediaChannels, MediaFormat, MediaRequest, MediaStatus};
pub use message::Message;
pub use message_options::{
    AddressRetention, ContentRetention, MessageContent, MessageOptions, MessageSender, RiskCheck,
};
pub use messages::{ListMessages, Messages};
pub use page::{ListedResource, Page};
pub use parameter::ParameterError;
pub use phone_number::PhoneNumber;
pub use raw_answer::RawAnswer;
pub use received::Received;
pub use recording::Recording;
pub use recordings::{LiveRecording, PauseBehavior, RecordingControl, Recordings};
pub use refusal::Refusal;
pub use retry::{Failure, Jitter, RequestKind, RetryPolicy, SendAgain};
pub use transcription::Transcription;
pub use transcriptions::Transcriptions;
pub use update_call::{CallSettings, UpdateCall};

/// The version of the API, the first segment of its paths.
const API_VERSION: &str = "2010-04-01";
