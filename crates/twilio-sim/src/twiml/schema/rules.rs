//! What must hold between the parts of one element, beyond the table.

use roxmltree::Node;

use super::super::document::Warning;
use super::super::reader::{CALLEES_AT_MOST, is_queue_name, number, text_of};
use super::{SCHEMA_WARNING, warning};
use crate::address::sip_address;

/// The longest text of a Say, in characters (error 13521).
const SAY_CHARACTERS_AT_MOST: usize = 4096;
/// The longest recording that is transcribed, in seconds (error 13615).
const TRANSCRIBED_SECONDS_AT_MOST: u64 = 120;
/// What Twilio knows and the simulator skips.
const NOT_SIMULATED: [&str; 11] = [
    "Connect",
    "Refer",
    "Pay",
    "Prompt",
    "Echo",
    "Queue",
    "Siprec",
    "Transcription",
    "Sim",
    "Application",
    "WhatsApp",
];

/// Checks one element; what depends on its attributes only when these are as they must be.
pub(super) fn check(node: Node<'_, '_>, well_formed: bool, warnings: &mut Vec<Warning>) {
    let name = node.tag_name().name();
    let found = match name {
        "Say" => say(node),
        "Play" if well_formed => play(node),
        "Gather" if well_formed => gather(node),
        "Record" if well_formed => record(node),
        "Dial" => dial(node),
        "Number" if number(&text_of(node)).is_none() => Some(invalid_number()),
        "Sip" if sip_address(&text_of(node)).is_none() => {
            Some((13223, "Dial: invalid SIP URI".to_owned()))
        }
        "Enqueue" if node.has_attribute("workflowSid") => Some((
            SCHEMA_WARNING,
            "Enqueue to a workflow is not simulated; it is skipped".to_owned(),
        )),
        "Enqueue" | "Queue" if !is_queue_name(&text_of(node)) => Some((
            SCHEMA_WARNING,
            "name of the queue is not 1 to 64 characters".to_owned(),
        )),
        "Conference" if text_of(node).is_empty() => {
            Some((SCHEMA_WARNING, "Conference has no name".to_owned()))
        }
        "Reject" => Some((
            SCHEMA_WARNING,
            "Reject is only for incoming calls that are not answered yet".to_owned(),
        )),
        name if NOT_SIMULATED.contains(&name) && !is_in(node, "Dial", "Queue") => Some((
            SCHEMA_WARNING,
            format!("element '{name}' is not simulated; it is skipped"),
        )),
        _ => None,
    };
    warnings.extend(found.map(|(code, message)| warning(code, message)));
}

type Finding = Option<(u32, String)>;

/// Source: Twilio, errors 13520 and 13521.
fn say(node: Node<'_, '_>) -> Finding {
    match text_of(node).chars().count() {
        0 => Some((13520, "Say: Invalid text".to_owned())),
        length if length > SAY_CHARACTERS_AT_MOST => {
            Some((13521, "Say: Text is too long".to_owned()))
        }
        _ => None,
    }
}

fn play(node: Node<'_, '_>) -> Finding {
    let digits = node
        .attribute("digits")
        .is_some_and(|text| !text.is_empty());
    let message = if is_in(node, "Gather", "Play") && digits {
        "Play in Gather cannot play digits"
    } else if !digits && text_of(node).is_empty() {
        "Play has neither URL nor digits"
    } else {
        return None;
    };
    Some((SCHEMA_WARNING, message.to_owned()))
}

/// Source: Twilio, error 13335: a model and `auto` do not go together.
fn gather(node: Node<'_, '_>) -> Finding {
    let auto = node.attribute("speechTimeout") == Some("auto");
    (auto && node.has_attribute("speechModel")).then(|| {
        let message = "Gather: speechTimeout auto cannot be used with this speechModel";
        (13335, message.to_owned())
    })
}

/// Source: Twilio, error 13615.
fn record(node: Node<'_, '_>) -> Finding {
    let transcribed = node
        .attribute("transcribe")
        .is_some_and(|text| text.trim().eq_ignore_ascii_case("true"));
    let seconds = node.attribute("maxLength")?.trim().parse::<u64>().ok()?;
    (transcribed && seconds > TRANSCRIBED_SECONDS_AT_MOST).then(|| {
        let message = "Record: maxLength too high for transcription; nothing is transcribed";
        (13615, message.to_owned())
    })
}

fn dial(node: Node<'_, '_>) -> Finding {
    let callees = node.children().filter(Node::is_element).count();
    if callees > CALLEES_AT_MOST {
        let message = format!("Dial has more than {CALLEES_AT_MOST} callees; the rest is left out");
        return Some((SCHEMA_WARNING, message));
    }
    (callees == 0 && number(&text_of(node)).is_none()).then(invalid_number)
}

/// Source: Twilio, error 13223.
fn invalid_number() -> (u32, String) {
    (13223, "Dial: invalid phone number format".to_owned())
}

/// Whether this is an element with that name in one with this name.
fn is_in(node: Node<'_, '_>, parent: &str, name: &str) -> bool {
    let within = node.parent_element();
    node.has_tag_name(name) && within.is_some_and(|outer| outer.has_tag_name(parent))
}
