//! The attributes of Enqueue, and of Queue in a Dial.

use roxmltree::Node;

use super::super::attributes::{Attributes, SCHEMA_WARNING};
use super::super::document::{DialQueue, Enqueue, Wait, Warning};
use super::text_of;

/// How many may wait unless said otherwise. Source: Twilio, Enqueue, "maxQueueSize".
const QUEUE_SIZE: usize = 1_000;
/// The longest name of a queue, in characters. Source: Twilio, Enqueue.
const NAME_CHARACTERS_AT_MOST: usize = 64;

/// Reads an Enqueue; one without a name that can be is a warning. Source: Twilio, Enqueue, attributes.
pub(super) fn read_enqueue(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<Enqueue> {
    const ALLOWED: [&str; 6] = [
        "action",
        "method",
        "maxQueueSize",
        "waitUrl",
        "waitUrlMethod",
        "workflowSid",
    ];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let action = attributes.action(SCHEMA_WARNING);
    let max_queue_size = attributes.value("maxQueueSize", SCHEMA_WARNING, QUEUE_SIZE, |text| {
        text.parse().ok().filter(|size| *size > 0)
    });
    let wait = read_wait(&mut attributes, "waitUrlMethod");
    if attributes.text("workflowSid").is_some() {
        attributes.warn(
            SCHEMA_WARNING,
            "Enqueue to a workflow is not simulated; it is skipped",
        );
        return None;
    }
    let queue = read_name(node, &mut attributes)?;
    Some(Enqueue {
        action,
        queue,
        max_queue_size,
        wait,
    })
}

/// Source: Twilio, Queue, attributes.
pub(super) fn read_queue(node: Node<'_, '_>, warnings: &mut Vec<Warning>) -> Option<DialQueue> {
    const ALLOWED: [&str; 4] = ["url", "method", "reservationSid", "postWorkActivitySid"];
    let mut attributes = Attributes::new(node, &ALLOWED, warnings);
    let method = attributes.method("method", SCHEMA_WARNING);
    let announcement = attributes.url("url").map(|url| (url, method));
    let queue = read_name(node, &mut attributes)?;
    Some(DialQueue {
        queue,
        announcement,
    })
}

/// No attribute means music, an empty one silence.
pub(super) fn read_wait(attributes: &mut Attributes<'_, '_>, method: &str) -> Wait {
    let method = attributes.method(method, SCHEMA_WARNING);
    match attributes.text("waitUrl") {
        None => Wait::Music,
        Some(url) if url.trim().is_empty() => Wait::Silence,
        Some(url) => Wait::Document(url, method),
    }
}

fn read_name(node: Node<'_, '_>, attributes: &mut Attributes<'_, '_>) -> Option<String> {
    let name = text_of(node);
    if name.is_empty() || name.chars().count() > NAME_CHARACTERS_AT_MOST {
        attributes.warn(
            SCHEMA_WARNING,
            "name of the queue is not 1 to 64 characters",
        );
        return None;
    }
    Some(name)
}
