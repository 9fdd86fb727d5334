//! The verbs, with every attribute read and checked.

mod conference;
mod dial;
mod queue;

use url::Url;

pub(crate) use conference::{
    ConferenceCallback, ConferenceEvent, ConferenceRecord, DialConference,
};
pub(crate) use dial::{
    Callee, CalleeCallback, CalleeDetection, Dial, DialParty, DialRecord, RecordFrom,
};
pub(crate) use queue::{DialQueue, Enqueue, Wait};

use crate::callbacks::HttpMethod;
use crate::recording::{RecordingChannels, RecordingEvents, RecordingTrack};

/// A document ready to run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Document {
    pub(crate) verbs: Vec<Verb>,
    pub(crate) warnings: Vec<Warning>,
}

impl Document {
    /// What Twilio makes of an answer in plain text.
    pub(crate) fn saying(text: &str) -> Self {
        let say = Say {
            text: text.trim().to_owned(),
            voice: None,
            language: None,
            times: 1,
            pauses_ms: 0,
        };
        Self {
            verbs: vec![Verb::Say(say)],
            warnings: Vec::new(),
        }
    }

    /// What Twilio makes of an answer that is sound.
    pub(crate) fn playing(url: &str) -> Self {
        Self {
            verbs: vec![Verb::Play(Play::File {
                url: url.to_owned(),
                times: 1,
            })],
            warnings: Vec::new(),
        }
    }
}

/// Something odd in a document that the call survives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// What the URLs in a document are relative to.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    /// The document's own URL.
    Url(Url),
    /// Nothing: the document was given as `Twiml`.
    Nothing,
}

/// The verbs that run here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Say(Say),
    Play(Play),
    Pause { seconds: u64 },
    Gather(Gather),
    Record(Record),
    Dial(Dial),
    Start(Vec<StartNoun>),
    Stop(Vec<StopNoun>),
    Enqueue(Enqueue),
    Leave,
    Sms(Sms),
    Redirect { url: String, method: HttpMethod },
    Hangup,
    Reject,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Say {
    pub(crate) text: String,
    pub(crate) voice: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) times: u32,
    /// How long the pauses in it take.
    pub(crate) pauses_ms: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Play {
    File { url: String, times: u32 },
    Digits { digits: String, times: u32 },
}

/// Where a verb sends its result; no URL means the current document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    pub(crate) url: Option<String>,
    pub(crate) method: HttpMethod,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gather {
    pub(crate) keys: bool,
    pub(crate) speech: bool,
    pub(crate) action: Action,
    pub(crate) timeout_seconds: u64,
    pub(crate) finish_on_key: Option<char>,
    pub(crate) num_digits: Option<usize>,
    pub(crate) action_on_empty_result: bool,
    /// Silence that ends what is said.
    pub(crate) speech_timeout_seconds: u64,
    /// How long somebody may speak.
    pub(crate) max_speech_seconds: u64,
    /// Whether words spoken by the callee end the prompts; keys always do.
    pub(crate) barge_in: bool,
    /// Where what is understood is posted while somebody still speaks.
    pub(crate) partial_results: Option<(String, HttpMethod)>,
    /// Only Say, Play and Pause.
    pub(crate) prompts: Vec<Verb>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) action: Action,
    /// Silence that ends it; 0 means none does.
    pub(crate) timeout_seconds: u64,
    pub(crate) finish_on_key: String,
    pub(crate) max_length_seconds: u64,
    pub(crate) play_beep: bool,
    pub(crate) trim_silence: bool,
    pub(crate) status_callback: Option<RecordCallback>,
    pub(crate) transcribe: bool,
    pub(crate) transcribe_callback: Option<String>,
}

/// A message to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sms {
    /// No number means the callee.
    pub(crate) to: Option<String>,
    /// No number means the caller.
    pub(crate) from: Option<String>,
    pub(crate) body: String,
    /// No URL means the next verb.
    pub(crate) action: Action,
    pub(crate) status_callback: Option<String>,
}

/// What begins beside the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StartNoun {
    Recording(StartRecording),
    Stream(StartStream),
}

/// What ends beside the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StopNoun {
    /// The recording with this name, or all of them.
    Recording { name: Option<String> },
    /// The stream with this name, or all of them.
    Stream { name: Option<String> },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartStream {
    pub(crate) name: Option<String>,
    pub(crate) url: String,
    pub(crate) track: String,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) callback: Option<(String, HttpMethod)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StartRecording {
    pub(crate) name: Option<String>,
    pub(crate) channels: RecordingChannels,
    pub(crate) track: RecordingTrack,
    pub(crate) trim_silence: bool,
    pub(crate) status_callback: Option<RecordCallback>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RecordCallback {
    pub(crate) url: String,
    pub(crate) method: HttpMethod,
    pub(crate) events: RecordingEvents,
}
