//! The table of elements: verbs, nouns and speech markup.
//!
//! Names are those of Twilio's pages and of its helper library for Python, version 9.13.0.

use super::SCHEMA_WARNING;
use super::value::Value;
use super::value::Value::{
    Flag, Hints, Key, Keys, Label, Language, Method, Number, NumberOrAuto, SpeechModel, Text,
    Tones, Word, Words,
};

/// An element and what belongs to it.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    pub(super) attributes: &'static [Attribute],
    /// The elements that may stand in it.
    pub(super) children: &'static [&'static str],
    pub(super) content: Content,
    /// What is reported for an element that may not stand in it.
    pub(super) nesting_code: u32,
}

/// Whether words may stand in an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Text,
    Elements,
}

/// An attribute, its values, and what is reported for others.
#[derive(Debug)]
pub(super) struct Attribute {
    pub(super) name: &'static str,
    pub(super) value: Value,
    pub(super) code: u32,
}

/// The element with this name.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.iter().find(|element| element.name == name)
}

const fn of(name: &'static str, value: Value) -> Attribute {
    coded(name, value, SCHEMA_WARNING)
}

const fn coded(name: &'static str, value: Value, code: u32) -> Attribute {
    Attribute { name, value, code }
}

const fn holding(
    name: &'static str,
    attributes: &'static [Attribute],
    children: &'static [&'static str],
) -> Element {
    Element {
        name,
        attributes,
        children,
        content: Content::Elements,
        nesting_code: SCHEMA_WARNING,
    }
}

const fn text(name: &'static str, attributes: &'static [Attribute]) -> Element {
    mixed(name, attributes, &[])
}

const fn mixed(
    name: &'static str,
    attributes: &'static [Attribute],
    children: &'static [&'static str],
) -> Element {
    Element {
        content: Content::Text,
        ..holding(name, attributes, children)
    }
}

const VERBS: &[&str] = &[
    "Say", "Play", "Pause", "Gather", "Record", "Dial", "Enqueue", "Leave", "Redirect", "Hangup",
    "Reject", "Refer", "Start", "Stop", "Connect", "Sms", "Pay", "Prompt", "Echo", "Queue",
];
const SPEECH: &[&str] = &[
    "break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w",
];
const STREAMS: &[&str] = &["Stream", "Siprec", "Recording", "Transcription"];
const CONNECTIONS: &[&str] = &[
    "Stream",
    "ConversationRelay",
    "Room",
    "Conversation",
    "VirtualAgent",
    "AiSession",
    "Autopilot",
];
const CALLEES: &[&str] = &[
    "Number",
    "Client",
    "Sip",
    "Conference",
    "Queue",
    "Sim",
    "Application",
    "WhatsApp",
];

const WHOLE: Value = Number(0, u64::MAX);
const CALL_EVENTS: Value = Words(&["initiated", "ringing", "answered", "completed"]);
const RECORDING_EVENTS: Value = Words(&["in-progress", "completed", "absent"]);
const RECORDING_TRACK: Value = Word(&["inbound", "outbound", "both"]);
const TRIM: Value = Word(&["trim-silence", "do-not-trim"]);
const TRACK: Value = Word(&["inbound_track", "outbound_track", "both_tracks"]);

static ELEMENTS: [Element; 45] = [
    holding("Response", &[], VERBS),
    mixed(
        "Say",
        &[
            of("voice", Text),
            of("language", Text),
            coded("loop", Number(0, 1000), 13510),
        ],
        SPEECH,
    ),
    text("Play", &[of("loop", Number(0, 1000)), of("digits", Tones)]),
    holding("Pause", &[coded("length", Number(1, u64::MAX), 13910)], &[]),
    Element {
        nesting_code: 13320,
        ..holding("Gather", GATHER, &["Say", "Play", "Pause"])
    },
    holding("Record", RECORD, &[]),
    mixed("Dial", DIAL, CALLEES),
    text("Number", NUMBER),
    mixed("Client", CLIENT, &["Identity", "Parameter"]),
    text("Identity", &[]),
    holding("Parameter", &[of("name", Text), of("value", Text)], &[]),
    text("Sip", SIP),
    text("Conference", CONFERENCE),
    text("Queue", QUEUE),
    text("Sim", &[]),
    mixed("Application", CLIENT, &["ApplicationSid", "Parameter"]),
    text("ApplicationSid", &[]),
    text("WhatsApp", CLIENT),
    mixed("Enqueue", ENQUEUE, &["Task"]),
    text("Task", &[of("priority", WHOLE), of("timeout", WHOLE)]),
    holding("Leave", &[], &[]),
    text("Redirect", &[coded("method", Method, 13710)]),
    holding("Hangup", &[], &[]),
    holding(
        "Reject",
        &[of("reason", Word(&["rejected", "busy"]))],
        &["Parameter"],
    ),
    mixed("Refer", ACTION, &["Sip", "ReferSip"]),
    text("ReferSip", &[]),
    holding("Start", ACTION, STREAMS),
    holding("Stop", &[], STREAMS),
    holding("Connect", ACTION, CONNECTIONS),
    holding("Stream", STREAM, &["Parameter"]),
    holding("Siprec", STREAM, &["Parameter"]),
    holding("Recording", RECORDING, &[]),
    holding("Transcription", TRANSCRIPTION, &["Config"]),
    text("Sms", SMS),
    holding("Echo", &[], &[]),
    text(
        "break",
        &[
            of(
                "strength",
                Word(&["none", "x-weak", "weak", "medium", "strong", "x-strong"]),
            ),
            of("time", Text),
        ],
    ),
    mixed(
        "emphasis",
        &[of("level", Word(&["strong", "moderate", "reduced"]))],
        SPEECH,
    ),
    mixed("lang", &[of("lang", Text)], SPEECH),
    mixed("p", &[], SPEECH),
    mixed("s", &[], SPEECH),
    text("phoneme", &[of("alphabet", Text), of("ph", Text)]),
    mixed(
        "prosody",
        &[of("volume", Text), of("rate", Text), of("pitch", Text)],
        SPEECH,
    ),
    text(
        "say-as",
        &[
            of("interpret-as", Text),
            of("format", Text),
            of("role", Text),
        ],
    ),
    text("sub", &[of("alias", Text)]),
    mixed("w", &[of("role", Text)], SPEECH),
];

const ACTION: &[Attribute] = &[of("action", Text), of("method", Method)];

const GATHER: &[Attribute] = &[
    of("input", Words(&["dtmf", "speech"])),
    of("action", Text),
    coded("method", Method, 13312),
    coded("timeout", WHOLE, 13313),
    coded("finishOnKey", Key, 13310),
    coded("numDigits", Number(1, u64::MAX), 13314),
    of("actionOnEmptyResult", Flag),
    of("speechTimeout", NumberOrAuto),
    of("maxSpeechTime", Number(1, u64::MAX)),
    of("speechEndThreshold", Text),
    coded("language", Language, 13331),
    coded("hints", Hints, 13330),
    coded("profanityFilter", Flag, 13333),
    coded("speechModel", SpeechModel, 13334),
    of("enhanced", Flag),
    coded("bargeIn", Flag, 13332),
    of("debug", Flag),
    of("partialResultCallback", Text),
    of("partialResultCallbackMethod", Method),
    of("providerConfig", Text),
];

const RECORD: &[Attribute] = &[
    of("action", Text),
    coded("method", Method, 13610),
    coded("timeout", WHOLE, 13611),
    coded("maxLength", Number(2, 14_400), 13612),
    coded("finishOnKey", Keys, 13613),
    coded("transcribe", Flag, 13614),
    of("transcribeCallback", Text),
    coded("playBeep", Flag, 13616),
    of("trim", TRIM),
    of("recordingStatusCallback", Text),
    of("recordingStatusCallbackMethod", Method),
    coded("recordingStatusCallbackEvent", RECORDING_EVENTS, 13621),
    of("recordingConfigurationId", Text),
];

const DIAL: &[Attribute] = &[
    of("action", Text),
    of("method", Method),
    of("timeout", Number(5, 600)),
    of("timeLimit", Number(1, u32::MAX as u64)),
    of("callerId", Text),
    of(
        "record",
        Word(&[
            "do-not-record",
            "record-from-answer",
            "record-from-ringing",
            "record-from-answer-dual",
            "record-from-ringing-dual",
            "true",
            "false",
        ]),
    ),
    of("recordingTrack", RECORDING_TRACK),
    of("recordingStatusCallback", Text),
    of("recordingStatusCallbackMethod", Method),
    of("recordingStatusCallbackEvent", RECORDING_EVENTS),
    of("recordingConfigurationId", Text),
    of("trim", TRIM),
    of("answerOnBridge", Flag),
    of("hangupOnStar", Flag),
    of("sequential", Flag),
    of("ringTone", Text),
    of("callReason", Text),
    of("referUrl", Text),
    of("referMethod", Method),
    of("events", Text),
    of("passports", Text),
];

const NUMBER: &[Attribute] = &[
    of("sendDigits", Tones),
    of("url", Text),
    of("method", Method),
    of("statusCallback", Text),
    of("statusCallbackMethod", Method),
    of("statusCallbackEvent", CALL_EVENTS),
    of("byoc", Text),
    of("phoneNumberSid", Text),
    of("machineDetection", Word(&["Enable", "DetectMessageEnd"])),
    of("machineDetectionTimeout", Number(3, 59)),
    of("machineDetectionSpeechThreshold", Number(1_000, 6_000)),
    of("machineDetectionSpeechEndThreshold", Number(500, 5_000)),
    of("machineDetectionSilenceTimeout", Number(2_000, 10_000)),
    of("amdStatusCallback", Text),
    of("amdStatusCallbackMethod", Method),
];

const CLIENT: &[Attribute] = &[
    of("url", Text),
    of("method", Method),
    of("statusCallback", Text),
    of("statusCallbackMethod", Method),
    of("statusCallbackEvent", CALL_EVENTS),
];

const SIP: &[Attribute] = &[
    of("username", Text),
    of("password", Text),
    of("url", Text),
    of("method", Method),
    of("statusCallback", Text),
    of("statusCallbackMethod", Method),
    of("statusCallbackEvent", CALL_EVENTS),
    of("machineDetection", Word(&["Enable", "DetectMessageEnd"])),
    of("machineDetectionTimeout", Number(3, 59)),
    of("machineDetectionSpeechThreshold", Number(1_000, 6_000)),
    of("machineDetectionSpeechEndThreshold", Number(500, 5_000)),
    of("machineDetectionSilenceTimeout", Number(2_000, 10_000)),
    of("amdStatusCallback", Text),
    of("amdStatusCallbackMethod", Method),
];

const CONFERENCE: &[Attribute] = &[
    of("muted", Flag),
    of("beep", Word(&["true", "false", "onEnter", "onExit"])),
    of("startConferenceOnEnter", Flag),
    of("endConferenceOnExit", Flag),
    of("waitUrl", Text),
    of("waitMethod", Method),
    of("maxParticipants", Number(2, 250)),
    of(
        "record",
        Word(&["do-not-record", "record-from-start", "true", "false"]),
    ),
    of("region", Text),
    of("coach", Text),
    of("trim", TRIM),
    of("participantLabel", Label),
    of(
        "jitterBufferSize",
        Word(&["off", "small", "medium", "large"]),
    ),
    of(
        "statusCallbackEvent",
        Words(&[
            "start",
            "end",
            "join",
            "leave",
            "mute",
            "hold",
            "modify",
            "speaker",
            "announcement",
        ]),
    ),
    of("statusCallback", Text),
    of("statusCallbackMethod", Method),
    of("recordingStatusCallback", Text),
    of("recordingStatusCallbackMethod", Method),
    of("recordingStatusCallbackEvent", RECORDING_EVENTS),
    of("recordingConfigurationId", Text),
    of("eventCallbackUrl", Text),
];

const QUEUE: &[Attribute] = &[
    of("url", Text),
    of("method", Method),
    of("reservationSid", Text),
    of("postWorkActivitySid", Text),
];

const ENQUEUE: &[Attribute] = &[
    of("action", Text),
    of("method", Method),
    of("maxQueueSize", Number(1, u32::MAX as u64)),
    of("waitUrl", Text),
    of("waitUrlMethod", Method),
    of("workflowSid", Text),
];

const STREAM: &[Attribute] = &[
    of("name", Text),
    of("connectorName", Text),
    of("url", Text),
    of("track", TRACK),
    of("statusCallback", Text),
    of("statusCallbackMethod", Method),
    of("audioFormat", Text),
    of("sampleRate", Text),
];

const RECORDING: &[Attribute] = &[
    of("name", Text),
    of("recordingStatusCallback", Text),
    of("recordingStatusCallbackMethod", Method),
    of("recordingStatusCallbackEvent", RECORDING_EVENTS),
    of("trim", TRIM),
    of("track", RECORDING_TRACK),
    of("channels", Word(&["mono", "dual"])),
];

const TRANSCRIPTION: &[Attribute] = &[
    of("name", Text),
    of("track", TRACK),
    of("statusCallbackUrl", Text),
    of("statusCallbackMethod", Method),
    of("languageCode", Text),
    of("transcriptionEngine", Text),
    of("speechModel", Text),
    of("partialResults", Flag),
    of("hints", Text),
    of("profanityFilter", Flag),
    of("inboundTrackLabel", Text),
    of("outboundTrackLabel", Text),
    of("enableAutomaticPunctuation", Flag),
    of("intelligenceService", Text),
];

const SMS: &[Attribute] = &[
    of("to", Text),
    of("from", Text),
    of("action", Text),
    of("method", Method),
    of("statusCallback", Text),
];
