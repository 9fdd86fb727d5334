//! TwiML: the documents that tell Twilio what to do with a call, built so that an invalid one cannot be
//! written, and read as Twilio reads them.
//!
//! Which verb may stand where is in the types: a [`Gather`] holds only a [`Prompt`], a [`Record`] always has
//! an action. Limits are checked where a value enters; rules about several values when the document is
//! written. Whatever text comes in, what goes out is well-formed XML: markup is escaped, characters that XML
//! 1.0 forbids are left out.
//!
//! Rules and limits are those of <https://www.twilio.com/docs/voice/twiml>.
//!
//! ```
//! use atlas_twilio::twiml::{Hangup, Record, Response, Say};
//!
//! let document = Response::new()
//!     .with(Say::new("Please speak after the tone.")?.voice("alice")?.language("en-US")?)
//!     .with(Record::new("https://example.com/recorded")?.max_length_seconds(119)?)
//!     .with(Hangup::new())
//!     .to_xml()?;
//! assert!(document.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Say "));
//! # Ok::<(), atlas_twilio::twiml::TwimlError>(())
//! ```
//!
//! # What there is
//!
//! | document | verbs |
//! |---|---|
//! | [`Response`] | [`Say`] with SSML, [`Play`], [`PlayDigits`], [`Pause`], [`Gather`], [`Record`], [`Dial`], [`Enqueue`], [`Leave`], [`Refer`], [`Start`], [`Stop`], [`Connect`], [`Pay`], [`Sms`], [`Echo`], [`Redirect`], [`Hangup`], [`Reject`] |
//! | [`MessagingResponse`] | [`Message`], [`Redirect`] |
//!
//! [`Response::to_xml`] writes a document that Twilio fetches, [`Response::to_xml_at`] one whose own URL is
//! known, [`Response::to_twiml_parameter`] one that goes along with a request.
//!
//! # Reading
//!
//! [`Response::read`] takes any document and never fails because of something Twilio goes on with: what
//! Twilio ignores is left out and reported as a [`Warning`] with Twilio's number. What Twilio runs although
//! the builder refuses it, such as a `<Record>` without action, is kept and reported; only writing it
//! again is an error. The fields of an element are therefore all optional, also those its constructor
//! asks for. Reading takes time and memory in proportion to the document, which is limited to
//! [`MAX_DOCUMENT_BYTES`] and [`MAX_DEPTH`]; entities are never expanded.

mod connect;
mod dial;
mod document;
mod element;
mod enqueue;
mod findings;
mod gather;
mod hangup;
mod message;
mod messaging_response;
mod parameter;
mod pause;
mod pay;
mod play;
mod problem;
mod read;
mod record;
mod redirect;
mod refer;
mod response;
#[cfg(test)]
mod sample;
mod say;
mod sms;
mod start;
mod stream;
mod transcription;
mod values;
mod write;

pub use connect::{
    AgentPart, AiSession, Connect, ConnectTarget, Conversation, ConversationCallEvent,
    ConversationRelay, ConversationRelayPart, ConversationRelaySession, InterruptSensitivity,
    Interruptible, RelayLanguage, Room, VirtualAgent,
};
pub use dial::{
    Application, ApplicationPart, ApplicationSidNoun, CallProgressEvent, Client, ClientPart,
    Conference, ConferenceBeep, ConferenceEvent, ConferenceRecord, Dial, DialRecord, Header,
    HeaderPart, Headers, Identity, JitterBufferSize, MachineDetection, Noun, Number, Queue,
    RecordingTrack, Sim, Sip, SipPart, Uri, WhatsApp,
};
pub use document::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_PARAMETER_CHARACTERS};
pub use enqueue::{Enqueue, EnqueuePart, Leave, Task};
pub use gather::{Gather, GatherInput, Prompt, SpeechModel, SpeechTimeout};
pub use hangup::{Hangup, HangupPart, Reject, RejectReason};
pub use message::{Body, Media, Message, MessagePart, MessageText};
pub use messaging_response::{MessagingResponse, MessagingVerb};
pub use parameter::{Config, Parameter};
pub use pause::Pause;
pub use pay::{
    BankAccountType, CardType, Pay, PayInput, PayPart, PayPrompt, PayPromptPart, PayStep,
    PaymentMethod, TokenType,
};
pub use play::{Play, PlayDigits};
pub use problem::{Problem, TwimlError};
pub use read::{Consequence, MalformedXml, Read, ReadError, Warning};
pub use record::{Record, RecordingEvent, Trim};
pub use redirect::Redirect;
pub use refer::{Refer, ReferSip, ReferTarget};
pub use response::{Response, Verb};
pub use say::ssml::{
    Break, BreakStrength, Emphasis, EmphasisLevel, InterpretAs, Lang, Paragraph, Phoneme,
    PhonemeAlphabet, PhrasePart, Prosody, SayAs, Sentence, SentencePart, Speech, Sub, Word,
    WordPart,
};
pub use say::{MAX_SAY_CHARACTERS, Say, Spoken};
pub use sms::{Echo, Sms};
pub use start::{Recording, RecordingChannels, Service, Start, Stop, StoppedService};
pub use stream::{Siprec, Stream, StreamPart, StreamTrack};
pub use transcription::{Transcription, TranscriptionPart};
pub use values::{
    Address, Auto, BreakTime, FinishOnKey, Hints, Key, Keys, Language, Loops, PhoneNumber,
    RelayUrl, SipUri, StreamUrl, Text, Tones, Url, Voice, WaitUrl, WebSocketUrl, Whole, Words,
};
