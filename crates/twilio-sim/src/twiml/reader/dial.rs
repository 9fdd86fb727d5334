//! The attributes of Dial and of the nouns in it.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{
    Callee, CalleeCallback, Dial, DialParty, DialRecord, RecordFrom, Warning,
};
use super::record::read_record_callback;
use super::{conference, queue, text_of};
use crate::call::StatusEvent;
use crate::config::is_e164;
use crate::recording::{RecordingChannels, RecordingTrack, parse_trim};

/// The most callees one Dial rings. Source: Twilio, Dial, "Number".
const CALLEES_AT_MOST: usize = 10;
/// The longest SIP URI, in characters. Source: Twilio, Sip.
const SIP_CHARACTERS_AT_MOST: usize = 255;
/// How long the parties may talk unless said otherwise. Source: Twilio, Dial, "timeLimit".
const TIME_LIMIT_SECONDS: u32 = 14_400;

/// Reads a Dial; one with nobody to dial is a warning and dials nobody. Source: Twilio, Dial, attributes.
pub(super) fn read(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Dial {
    const ALLOWED: [&str; 21] = [
        "action",
        "method",
        "timeout",
        "timeLimit",
        "callerId",
        "record",
        "recordingTrack",
        "recordingStatusCallback",
        "recordingStatusCallbackMethod",
        "recordingStatusCallbackEvent",
        "recordingConfigurationId",
        "trim",
        "answerOnBridge",
        "hangupOnStar",
        "sequential",
        "ringTone",
        "callReason",
        "referUrl",
        "referMethod",
        "events",
        "passports",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let action = attributes.action(SCHEMA_WARNING);
    let timeout_seconds = attributes.value("timeout", SCHEMA_WARNING, 30, |text| {
        text.parse()
            .ok()
            .filter(|seconds| (5..=600).contains(seconds))
    });
    let time_limit_seconds =
        attributes.value("timeLimit", SCHEMA_WARNING, TIME_LIMIT_SECONDS, |text| {
            text.parse().ok().filter(|seconds| *seconds > 0)
        });
    let caller_id = attributes.text("callerId");
    let hangup_on_star = attributes.flag("hangupOnStar", SCHEMA_WARNING, false);
    let sequential = attributes.flag("sequential", SCHEMA_WARNING, false);
    let record = read_record(&mut attributes);
    let party = read_party(node, warnings);
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
fn read_record(attributes: &mut Attributes<'_, '_>) -> Option<DialRecord> {
    use RecordFrom::{Answer, Ringing};
    use RecordingChannels::{Dual, Mono};
    let asked = attributes.value("record", SCHEMA_WARNING, None, |text| match text {
        "do-not-record" | "false" => Some(None),
        "record-from-answer" | "true" => Some(Some((Answer, Mono))),
        "record-from-ringing" => Some(Some((Ringing, Mono))),
        "record-from-answer-dual" => Some(Some((Answer, Dual))),
        "record-from-ringing-dual" => Some(Some((Ringing, Dual))),
        _ => None,
    });
    let track = attributes.value(
        "recordingTrack",
        SCHEMA_WARNING,
        RecordingTrack::Both,
        RecordingTrack::parse,
    );
    let trim_silence = attributes.value("trim", SCHEMA_WARNING, false, parse_trim);
    let callback = read_record_callback(attributes);
    asked.map(|(from, channels)| DialRecord {
        from,
        channels,
        track,
        trim_silence,
        callback,
    })
}

fn read_party(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> DialParty {
    let mut callees = Vec::new();
    let mut party = None;
    let nouns: Vec<Node<'_, '_>> = node.children().filter(Node::is_element).collect();
    for noun in &nouns {
        match noun.tag_name().name() {
            "Number" => callees.extend(read_number(*noun, warnings)),
            "Client" => callees.push(read_client(*noun, warnings)),
            "Sip" => callees.extend(read_sip(*noun, warnings)),
            "Queue" => party = queue::read_queue(*noun, warnings).map(DialParty::Queue),
            "Conference" => party = conference::read(*noun, warnings).map(DialParty::Conference),
            unknown => warnings.push(Warning {
                code: SCHEMA_WARNING,
                message: format!("element '{unknown}' in Dial is not one this Twilio knows"),
            }),
        }
    }
    if nouns.is_empty() {
        callees.extend(number(&text_of(node), warnings).map(|address| Callee {
            address,
            send_digits: String::new(),
            whisper: None,
            status_callback: None,
        }));
    }
    if callees.len() > CALLEES_AT_MOST {
        let message = format!("Dial has more than {CALLEES_AT_MOST} callees; the rest is left out");
        callees.truncate(CALLEES_AT_MOST);
        warnings.push(Warning {
            code: SCHEMA_WARNING,
            message,
        });
    }
    party.unwrap_or(DialParty::Callees(callees))
}

/// Source: Twilio, Number, attributes.
fn read_number(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Callee> {
    const ALLOWED: [&str; 15] = [
        "sendDigits",
        "url",
        "method",
        "statusCallback",
        "statusCallbackMethod",
        "statusCallbackEvent",
        "byoc",
        "machineDetection",
        "machineDetectionTimeout",
        "machineDetectionSpeechThreshold",
        "machineDetectionSpeechEndThreshold",
        "machineDetectionSilenceTimeout",
        "amdStatusCallback",
        "amdStatusCallbackMethod",
        "phoneNumberSid",
    ];
    let address = number(&text_of(node), warnings);
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let send_digits = attributes.value("sendDigits", SCHEMA_WARNING, String::new(), |text| {
        text.chars()
            .all(|key| "0123456789ABCD#*wW".contains(key))
            .then(|| text.to_owned())
    });
    address.map(|address| read_callee(address, send_digits, &mut attributes))
}

/// Source: Twilio, Client, attributes; the identity is the text or the element Identity.
fn read_client(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Callee {
    const ALLOWED: [&str; 5] = [
        "url",
        "method",
        "statusCallback",
        "statusCallbackMethod",
        "statusCallbackEvent",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let identity = node
        .children()
        .find(|child| child.has_tag_name("Identity"))
        .map_or_else(|| text_of(node), text_of);
    read_callee(format!("client:{identity}"), String::new(), &mut attributes)
}

/// Source: Twilio, Sip, attributes.
fn read_sip(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Callee> {
    const ALLOWED: [&str; 14] = [
        "username",
        "password",
        "url",
        "method",
        "statusCallback",
        "statusCallbackMethod",
        "statusCallbackEvent",
        "machineDetection",
        "machineDetectionTimeout",
        "machineDetectionSpeechThreshold",
        "machineDetectionSpeechEndThreshold",
        "machineDetectionSilenceTimeout",
        "amdStatusCallback",
        "amdStatusCallbackMethod",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let uri = text_of(node);
    // Headers to send travel in the query; they are no part of the address.
    let address = uri.split('?').next().unwrap_or_default();
    let is_sip = address.starts_with("sip:") || address.starts_with("sips:");
    if !is_sip || !address.contains('@') || address.chars().count() > SIP_CHARACTERS_AT_MOST {
        attributes.warn(13223, "Sip is not a SIP URI of at most 255 characters");
        return None;
    }
    let callee = read_callee(address.to_owned(), String::new(), &mut attributes);
    Some(callee)
}

fn read_callee(
    address: String,
    send_digits: String,
    attributes: &mut Attributes<'_, '_>,
) -> Callee {
    let method = attributes.method("method", SCHEMA_WARNING);
    let whisper = attributes.url("url").map(|url| (url, method));
    let method = attributes.method("statusCallbackMethod", SCHEMA_WARNING);
    let events = attributes.value(
        "statusCallbackEvent",
        SCHEMA_WARNING,
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
    }
}

/// Reads a phone number as people write it; a US number may lack its `+1`.
fn number(text: &str, warnings: &mut Vec<Warning>) -> Option<String> {
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
    if is_e164(&number) {
        return Some(number);
    }
    warnings.push(Warning {
        code: 13223,
        message: "Dial: invalid phone number format".to_owned(),
    });
    None
}
