//! The attributes of Gather and what may stand in it.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{Gather, Verb, Warning};
use super::{is_key, read_verb};

/// Reads a Gather. Source: Twilio, Gather, attributes; error numbers 13310 to 13320.
pub(super) fn read(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Gather {
    const ALLOWED: [&str; 20] = [
        "input",
        "action",
        "method",
        "timeout",
        "finishOnKey",
        "numDigits",
        "actionOnEmptyResult",
        "speechTimeout",
        "maxSpeechTime",
        "language",
        "hints",
        "profanityFilter",
        "speechModel",
        "enhanced",
        "bargeIn",
        "debug",
        "partialResultCallback",
        "partialResultCallbackMethod",
        "speechEndThreshold",
        "providerConfig",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let (keys, speech) = attributes.value("input", SCHEMA_WARNING, (true, false), read_input);
    let action = attributes.action(13312);
    let timeout_seconds = attributes.value("timeout", 13313, 5, |text| text.parse().ok());
    let finish_on_key = attributes.value("finishOnKey", 13310, Some('#'), |text| {
        let mut keys = text.chars();
        match (keys.next(), keys.next()) {
            (None, _) => Some(None),
            (Some(key), None) if is_key(key) => Some(Some(key)),
            (Some(_), _) => None,
        }
    });
    let num_digits = attributes.value("numDigits", 13314, None, |text| {
        text.parse().ok().filter(|count| *count > 0).map(Some)
    });
    let action_on_empty_result = attributes.flag("actionOnEmptyResult", SCHEMA_WARNING, false);
    let prompts = read_prompts(node, warnings);
    Gather {
        keys,
        speech,
        action,
        timeout_seconds,
        finish_on_key,
        num_digits,
        action_on_empty_result,
        prompts,
    }
}

fn read_prompts(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Vec<Verb> {
    let mut prompts = Vec::new();
    for child in node.children().filter(Node::is_element) {
        let name = child.tag_name().name();
        if matches!(name, "Say" | "Play" | "Pause") {
            prompts.extend(read_verb(child, warnings));
        } else {
            let message = format!("element '{name}' may not stand in Gather");
            warnings.push(Warning {
                code: 13320,
                message,
            });
        }
    }
    prompts
}

fn read_input(text: &str) -> Option<(bool, bool)> {
    let mut input = (false, false);
    for word in text.split_whitespace() {
        match word {
            "dtmf" => input.0 = true,
            "speech" => input.1 = true,
            _ => return None,
        }
    }
    (input.0 || input.1).then_some(input)
}
