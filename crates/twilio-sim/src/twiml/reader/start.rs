//! Start and Stop: what runs beside the call.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{StartNoun, StartRecording, StopNoun};
use super::record::read_record_callback;
use crate::recording::{RecordingChannels, RecordingTrack, parse_trim};

/// Reads a Start. Source: Twilio, TwiML Voice, `<Recording>`.
pub(super) fn read_start(node: Node<'_, '_>) -> Vec<StartNoun> {
    recordings_in(node)
        .map(|child| StartNoun::Recording(read_recording(child)))
        .collect()
}

/// Reads a Stop.
pub(super) fn read_stop(node: Node<'_, '_>) -> Vec<StopNoun> {
    recordings_in(node)
        .map(|child| StopNoun::Recording {
            name: Attributes::new(child).text("name"),
        })
        .collect()
}

fn recordings_in<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children()
        .filter(|child| child.has_tag_name("Recording"))
}

fn read_recording(node: Node<'_, '_>) -> StartRecording {
    let attributes = Attributes::new(node);
    StartRecording {
        name: attributes.text("name"),
        channels: attributes.value(
            "channels",
            RecordingChannels::Dual,
            RecordingChannels::parse,
        ),
        track: attributes.value("track", RecordingTrack::Both, RecordingTrack::parse),
        trim_silence: attributes.value("trim", true, parse_trim),
        status_callback: read_record_callback(&attributes),
    }
}
