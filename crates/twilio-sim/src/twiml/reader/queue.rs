//! The attributes of Enqueue, and of Queue in a Dial.

use roxmltree::Node;

use super::super::attributes::Attributes;
use super::super::document::{DialQueue, Enqueue, Wait};
use super::text_of;

/// How many may wait unless said otherwise. Source: Twilio, Enqueue, "maxQueueSize".
const QUEUE_SIZE: usize = 1_000;
/// The longest name of a queue, in characters. Source: Twilio, Enqueue.
const NAME_CHARACTERS_AT_MOST: usize = 64;

/// Reads an Enqueue; none without a name that can be. Source: Twilio, Enqueue, attributes.
pub(super) fn read_enqueue(node: Node<'_, '_>) -> Option<Enqueue> {
    let attributes = Attributes::new(node);
    let action = attributes.action();
    let max_queue_size = attributes.value("maxQueueSize", QUEUE_SIZE, |text| {
        text.parse().ok().filter(|size| *size > 0)
    });
    let wait = read_wait(&attributes, "waitUrlMethod");
    if attributes.text("workflowSid").is_some() {
        return None;
    }
    let queue = read_name(node)?;
    Some(Enqueue {
        action,
        queue,
        max_queue_size,
        wait,
    })
}

/// Source: Twilio, Queue, attributes.
pub(super) fn read_queue(node: Node<'_, '_>) -> Option<DialQueue> {
    let attributes = Attributes::new(node);
    let method = attributes.method("method");
    let announcement = attributes.url("url").map(|url| (url, method));
    let queue = read_name(node)?;
    Some(DialQueue {
        queue,
        announcement,
    })
}

/// No attribute means music, an empty one silence.
pub(super) fn read_wait(attributes: &Attributes<'_, '_>, method: &str) -> Wait {
    let method = attributes.method(method);
    match attributes.text("waitUrl") {
        None => Wait::Music,
        Some(url) if url.trim().is_empty() => Wait::Silence,
        Some(url) => Wait::Document(url, method),
    }
}

fn read_name(node: Node<'_, '_>) -> Option<String> {
    Some(text_of(node)).filter(|name| is_queue_name(name))
}

pub(in crate::twiml) fn is_queue_name(name: &str) -> bool {
    !name.is_empty() && name.chars().count() <= NAME_CHARACTERS_AT_MOST
}
