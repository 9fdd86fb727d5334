//! The attributes of Dial and of the nouns in it.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{Callee, CalleeCallback, Dial, DialParty, DialRecord, RecordFrom};
use super::record::read_record_callback;
use super::{conference, detection, queue, text_of};
use crate::address::sip_address;
use crate::call::StatusEvent;
use crate::config::is_e164;
use crate::recording::{RecordingChannels, RecordingTrack, parse_trim};

/// The most callees one Dial rings. Source: Twilio, Dial, "Number".
pub(in crate::twiml) const CALLEES_AT_MOST: usize = 10;
/// How long the parties may talk unless said otherwise. Source: Twilio, Dial, "timeLimit".
const TIME_LIMIT_SECONDS: u32 = 14_400;

/// Reads a Dial; one with nobody to dial dials nobody. Source: Twilio, Dial, attributes.
pub(super) fn read(node: Node<'_, '_>) -> Dial {
    let attributes = Attributes::new(node);
    let action = attributes.action();
    let timeout_seconds = attributes.value("timeout", 30, |text| {
        text.parse()
            .ok()
            .filter(|seconds| (5..=600).contains(seconds))
    });
    let time_limit_seconds = attributes.value("timeLimit", TIME_LIMIT_SECONDS, |text| {
        text.parse().ok().filter(|seconds| *seconds > 0)
    });
    let caller_id = attributes.text("callerId");
    let hangup_on_star = attributes.flag("hangupOnStar", false);
    let sequential = attributes.flag("sequential", false);
    let record = read_record(&attributes);
    let party = read_party(node);
    Dial {
        action,
        timeout_seconds,
        time_limit_seconds,
        caller_id,
        hangup_on_star,
        sequential,
        record,
        party,
    }
}

/// Source: Twilio, Dial, "record"; `true` and `false` are older words for two of them.
fn read_record(attributes: &Attributes<'_, '_>) -> Option<DialRecord> {
    use RecordFrom::{Answer, Ringing};
    use RecordingChannels::{Dual, Mono};
    let asked = attributes.value("record", None, |text| match text {
        "do-not-record" | "false" => Some(None),
        "record-from-answer" | "true" => Some(Some((Answer, Mono))),
        "record-from-ringing" => Some(Some((Ringing, Mono))),
        "record-from-answer-dual" => Some(Some((Answer, Dual))),
        "record-from-ringing-dual" => Some(Some((Ringing, Dual))),
        _ => None,
    });
    let track = attributes.value(
        "recordingTrack",
        RecordingTrack::Both,
        RecordingTrack::parse,
    );
    let trim_silence = attributes.value("trim", false, parse_trim);
    let callback = read_record_callback(attributes);
    asked.map(|(from, channels)| DialRecord {
        from,
        channels,
        track,
        trim_silence,
        callback,
    })
}

fn read_party(node: Node<'_, '_>) -> DialParty {
    let mut callees = Vec::new();
    let mut party = None;
    let nouns: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    for noun in &nouns {
        match noun.tag_name().name() {
            "Number" => callees.extend(read_number(*noun)),
            "Client" => callees.push(read_client(*noun)),
            "Sip" => callees.extend(read_sip(*noun)),
            "Queue" => party = queue::read_queue(*noun).map(DialParty::Queue),
            "Conference" => party = conference::read(*noun).map(DialParty::Conference),
            _ => {}
        }
    }
    if nouns.is_empty() {
        callees.extend(number(&text_of(node)).map(|address| Callee {
            address,
            send_digits: String::new(),
            whisper: None,
            status_callback: None,
            detection: None,
        }));
    }
    callees.truncate(CALLEES_AT_MOST);
    party.unwrap_or(DialParty::Callees(callees))
}

/// Source: Twilio, Number, attributes.
fn read_number(node: Node<'_, '_>) -> Option<Callee> {
    let address = number(&text_of(node));
    let attributes = Attributes::new(node);
    let send_digits = attributes.value("sendDigits", String::new(), |text| {
        text.chars()
            .all(|key| "0123456789ABCD#*wW".contains(key))
            .then(|| text.to_owned())
    });
    address.map(|address| Callee {
        detection: detection::read(&attributes),
        ..read_callee(address, send_digits, &attributes)
    })
}

/// Source: Twilio, Client, attributes; the identity is the text or the element Identity.
fn read_client(node: Node<'_, '_>) -> Callee {
    let attributes = Attributes::new(node);
    let identity = node
        .children()
        .find(|child| child.has_tag_name("Identity"))
        .map_or_else(|| text_of(node), text_of);
    read_callee(format!("client:{identity}"), String::new(), &attributes)
}

/// Source: Twilio, Sip, attributes.
fn read_sip(node: Node<'_, '_>) -> Option<Callee> {
    let attributes = Attributes::new(node);
    let address = sip_address(&text_of(node))?;
    Some(Callee {
        detection: detection::read(&attributes),
        ..read_callee(address, String::new(), &attributes)
    })
}

fn read_callee(address: String, send_digits: String, attributes: &Attributes<'_, '_>) -> Callee {
    let method = attributes.method("method");
    let whisper = attributes.url("url").map(|url| (url, method));
    let method = attributes.method("statusCallbackMethod");
    let events = attributes.value(
        "statusCallbackEvent",
        vec![StatusEvent::Completed],
        |text| text.split_whitespace().map(StatusEvent::parse).collect(),
    );
    let status_callback = attributes.url("statusCallback").map(|url| CalleeCallback {
        url,
        method,
        events,
    });
    Callee {
        address,
        send_digits,
        whisper,
        status_callback,
        detection: None,
    }
}

/// Reads a phone number as people write it; a US number may lack its `+1`.
pub(in crate::twiml) fn number(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-' | '(' | ')' | '.'))
        .collect();
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = match digits.len() {
        10 if all_digits => format!("+1{digits}"),
        11 if all_digits && digits.starts_with('1') => format!("+{digits}"),
        _ => digits,
    };
    is_e164(&number).then_some(number)
}
