//! Start and Stop: what runs beside the call.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{StartNoun, StartRecording, StopNoun, Warning};
use super::record::read_record_callback;
use crate::recording::{RecordingChannels, RecordingTrack, parse_trim};

/// Reads a Start. Source: Twilio, TwiML Voice, `<Recording>`.
pub(super) fn read_start(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Vec<StartNoun> {
    Attributes::new(node, &["action", "method"], warnings);
    let mut nouns = Vec::new();
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "Recording" => nouns.push(StartNoun::Recording(read_recording(child, warnings))),
            unknown => warnings.push(not_simulated(unknown)),
        }
    }
    nouns
}

/// Reads a Stop.
pub(super) fn read_stop(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Vec<StopNoun> {
    Attributes::new(node, &[], warnings);
    let mut nouns = Vec::new();
    for child in node.children().filter(Node::is_element) {
        match child.tag_name().name() {
            "Recording" => nouns.push(StopNoun::Recording {
                name: Attributes::new(child, &["name"], warnings).text("name"),
            }),
            unknown => warnings.push(not_simulated(unknown)),
        }
    }
    nouns
}

fn read_recording(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> StartRecording {
    const ALLOWED: [&str; 7] = [
        "name",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "trim",
        "track",
        "channels",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    StartRecording {
        name: attributes.text("name"),
        channels: attributes.value(
            "channels",
            SCHEMA_WARNING,
            RecordingChannels::Dual,
            RecordingChannels::parse,
        ),
        track: attributes.value(
            "track",
            SCHEMA_WARNING,
            RecordingTrack::Both,
            RecordingTrack::parse,
        ),
        trim_silence: attributes.value("trim", SCHEMA_WARNING, true, parse_trim),
        status_callback: read_record_callback(&mut attributes),
    }
}

fn not_simulated(element: &str) -> Warning {
    Warning {
        code: SCHEMA_WARNING,
        message: format!("element '{element}' is not known here; it is skipped"),
    }
}
