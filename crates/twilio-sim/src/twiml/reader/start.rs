//! Start and Stop: what runs beside the call.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{StartNoun, StartRecording, StartStream, StopNoun};
use super::record::read_record_callback;
use crate::recording::{RecordingChannels, RecordingTrack, parse_trim};

/// Reads a Start. Source: Twilio, TwiML Voice, `<Recording>` and `<Stream>`.
pub(super) fn read_start(node: Node<'_, '_>) -> Vec<StartNoun> {
    let nouns = node.children().filter(Node::is_element);
    nouns
        .filter_map(|noun| match noun.tag_name().name() {
            "Recording" => Some(StartNoun::Recording(read_recording(noun))),
            "Stream" => Some(StartNoun::Stream(read_stream(noun))),
            _ => None,
        })
        .collect()
}

/// Reads a Stop.
pub(super) fn read_stop(node: Node<'_, '_>) -> Vec<StopNoun> {
    let nouns = node.children().filter(Node::is_element);
    nouns
        .filter_map(|noun| {
            let name = Attributes::new(noun).text("name");
            match noun.tag_name().name() {
                "Recording" => Some(StopNoun::Recording { name }),
                "Stream" => Some(StopNoun::Stream { name }),
                _ => None,
            }
        })
        .collect()
}

/// Source: Twilio, Stream, attributes.
fn read_stream(node: Node<'_, '_>) -> StartStream {
    let attributes = Attributes::new(node);
    let parameters = node
        .children()
        .filter(|child| child.has_tag_name("Parameter"))
        .map(|child| {
            let parameter = Attributes::new(child);
            let text = |name: &str| parameter.text(name).unwrap_or_default();
            (text("name"), text("value"))
        });
    let method = attributes.method("statusCallbackMethod");
    let track = attributes.value("track", "inbound_track".to_owned(), |text| {
        let known = ["inbound_track", "outbound_track", "both_tracks"];
        known.contains(&text).then(|| text.to_owned())
    });
    StartStream {
        name: attributes.text("name"),
        url: attributes.text("url").unwrap_or_default(),
        track,
        parameters: parameters.collect(),
        callback: attributes.url("statusCallback").map(|url| (url, method)),
    }
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
