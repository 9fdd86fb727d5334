//! The attributes of Record.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{Record, RecordCallback, Warning};
use super::is_key;
use crate::recording::{RecordingEvents, parse_trim};

/// The longest recording, in seconds. Source: Twilio, Record, "maxLength".
const RECORD_SECONDS_AT_MOST: u64 = 14_400;
/// The longest recording that is transcribed, in seconds (error 13615).
const TRANSCRIBED_SECONDS_AT_MOST: u64 = 120;

/// Reads a Record. Source: Twilio, Record, attributes; error numbers 13610 to 13621.
pub(super) fn read(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Record {
    const ALLOWED: [&str; 13] = [
        "action",
        "method",
        "timeout",
        "finishOnKey",
        "maxLength",
        "playBeep",
        "trim",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "transcribe",
        "transcribeCallback",
        "recordingConfigurationId",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let action = attributes.action(13610);
    let timeout_seconds = attributes.value("timeout", 13611, 5, |text| text.parse().ok());
    let transcribe_callback = attributes.url("transcribeCallback");
    let mut transcribe = attributes.flag("transcribe", 13614, false);
    let default_length = if transcribe {
        TRANSCRIBED_SECONDS_AT_MOST
    } else {
        3600
    };
    let max_length_seconds = attributes.value("maxLength", 13612, default_length, |text| {
        text.parse()
            .ok()
            .filter(|length| (2..=RECORD_SECONDS_AT_MOST).contains(length))
    });
    if transcribe && max_length_seconds > TRANSCRIBED_SECONDS_AT_MOST {
        attributes.warn(
            13615,
            "maxLength is too high for a transcription; nothing is transcribed",
        );
        transcribe = false;
    }
    let finish_on_key = attributes.value("finishOnKey", 13613, "1234567890*#".to_owned(), |text| {
        text.chars().all(is_key).then(|| text.to_owned())
    });
    let play_beep = attributes.flag("playBeep", 13616, true);
    let trim_silence = attributes.value("trim", SCHEMA_WARNING, true, parse_trim);
    let status_callback = read_record_callback(&mut attributes);
    Record {
        action,
        timeout_seconds,
        finish_on_key,
        max_length_seconds,
        play_beep,
        trim_silence,
        status_callback,
        transcribe,
        transcribe_callback,
    }
}

/// Reads the three attributes that ask for a recording status callback; an empty URL asks for none.
pub(super) fn read_record_callback(attributes: &mut Attributes<'_, '_>) -> Option<RecordCallback> {
    let method = attributes.method("recordingStatusCallbackMethod", SCHEMA_WARNING);
    let events = attributes.value(
        "recordingStatusCallbackEvent",
        13621,
        RecordingEvents::COMPLETED,
        |text| RecordingEvents::read(text.split_whitespace()),
    );
    let url = attributes.url("recordingStatusCallback")?;
    Some(RecordCallback {
        url,
        method,
        events,
    })
}
