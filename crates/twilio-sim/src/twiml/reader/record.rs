//! The attributes of Record.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{Record, RecordCallback};
use super::is_key;
use crate::recording::{RecordingEvents, parse_trim};

/// The longest recording, in seconds. Source: Twilio, Record, "maxLength".
const RECORD_SECONDS_AT_MOST: u64 = 14_400;
/// The longest recording that is transcribed, in seconds (error 13615).
const TRANSCRIBED_SECONDS_AT_MOST: u64 = 120;

/// Reads a Record. Source: Twilio, Record, attributes; error numbers 13610 to 13621.
pub(super) fn read(node: Node<'_, '_>) -> Record {
    let attributes = Attributes::new(node);
    let action = attributes.action();
    let timeout_seconds = attributes.value("timeout", 5, |text| text.parse().ok());
    let transcribe_callback = attributes.url("transcribeCallback");
    let mut transcribe = attributes.flag("transcribe", false);
    let default_length = if transcribe {
        TRANSCRIBED_SECONDS_AT_MOST
    } else {
        3600
    };
    let max_length_seconds = attributes.value("maxLength", default_length, |text| {
        text.parse()
            .ok()
            .filter(|length| (2..=RECORD_SECONDS_AT_MOST).contains(length))
    });
    if transcribe && max_length_seconds > TRANSCRIBED_SECONDS_AT_MOST {
        transcribe = false;
    }
    let finish_on_key = attributes.value("finishOnKey", "1234567890*#".to_owned(), |text| {
        text.chars().all(is_key).then(|| text.to_owned())
    });
    let play_beep = attributes.flag("playBeep", true);
    let trim_silence = attributes.value("trim", true, parse_trim);
    let status_callback = read_record_callback(&attributes);
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
pub(super) fn read_record_callback(attributes: &Attributes<'_, '_>) -> Option<RecordCallback> {
    let method = attributes.method("recordingStatusCallbackMethod");
    let events = attributes.value(
        "recordingStatusCallbackEvent",
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
