//! The attributes of Gather and what may stand in it.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{Gather, Verb};
use super::{is_key, read_verb};

/// How much silence `speechTimeout="auto"` is taken to be.
const AUTO_SPEECH_TIMEOUT_SECONDS: u64 = 1;
/// The longest speech that is recognised, in seconds. Source: Twilio, Gather, "maxSpeechTime".
const SPEECH_SECONDS_AT_MOST: u64 = 60;

/// Reads a Gather. Source: Twilio, Gather, attributes; error numbers 13310 to 13320.
pub(super) fn read(node: Node<'_, '_>) -> Gather {
    let attributes = Attributes::new(node);
    let (keys, speech) = attributes.value("input", (true, false), read_input);
    let action = attributes.action();
    let timeout_seconds = attributes.value("timeout", 5, |text| text.parse().ok());
    let finish_on_key = attributes.value("finishOnKey", Some('#'), |text| {
        let mut keys = text.chars();
        match (keys.next(), keys.next()) {
            (None, _) => Some(None),
            (Some(key), None) if is_key(key) => Some(Some(key)),
            (Some(_), _) => None,
        }
    });
    let num_digits = attributes.value("numDigits", None, |text| {
        text.parse().ok().filter(|count| *count > 0).map(Some)
    });
    let action_on_empty_result = attributes.flag("actionOnEmptyResult", false);
    let speech_timeout_seconds =
        attributes.value("speechTimeout", timeout_seconds, |text| match text {
            "auto" => Some(AUTO_SPEECH_TIMEOUT_SECONDS),
            seconds => seconds.parse().ok(),
        });
    let max_speech_seconds = attributes.value("maxSpeechTime", SPEECH_SECONDS_AT_MOST, |text| {
        text.parse()
            .ok()
            .filter(|seconds| (1..=SPEECH_SECONDS_AT_MOST).contains(seconds))
    });
    let barge_in = attributes.flag("bargeIn", true);
    let method = attributes.method("partialResultCallbackMethod");
    let partial_results = attributes
        .url("partialResultCallback")
        .map(|url| (url, method));
    let prompts = read_prompts(node);
    Gather {
        keys,
        speech,
        action,
        timeout_seconds,
        finish_on_key,
        num_digits,
        action_on_empty_result,
        speech_timeout_seconds,
        max_speech_seconds,
        barge_in,
        partial_results,
        prompts,
    }
}

fn read_prompts(node: Node<'_, '_>) -> Vec<Verb> {
    let elements = node.children().filter(Node::is_element);
    let prompts =
        elements.filter(|child| matches!(child.tag_name().name(), "Say" | "Play" | "Pause"));
    prompts.filter_map(read_verb).collect()
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
