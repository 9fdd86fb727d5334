//! The webhook requests of a call and their answers. Source: Twilio, Call events subresource.

use serde_json::{Map, Value, json};

use super::Asked;
use super::paging::page;
use super::reply::{Reply, rfc2822};
use crate::clock::millis_of;
use crate::record::{DeliveryOutcome, DeliveryReport};
use crate::world::Shared;

/// How long after the end of a call its events can be had: 15 minutes.
const AVAILABLE_AFTER_MS: i64 = 15 * 60 * 1000;

/// `GET /Calls/{CA}/Events.json`, newest first; empty until 15 minutes after the call's end.
pub(super) fn list(shared: &Shared, call_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Calls/{call_sid}/Events.json"));
    let now_ms = shared.timeline.now_ms();
    let rows = {
        let world = shared.world();
        let Some(call) = world.call(call_sid).filter(|call| !call.deleted) else {
            return Reply::not_found(&path);
        };
        let available = call
            .ended_ms
            .is_some_and(|ended_ms| now_ms - ended_ms >= AVAILABLE_AFTER_MS);
        let deliveries = world
            .deliveries
            .iter()
            .enumerate()
            .rev()
            .filter(|(_, delivery)| available && delivery.call_sid == call_sid);
        deliveries
            // An event has no SID of its own; its place is as good a mark for a page.
            .map(|(place, delivery)| (place.to_string(), event_json(delivery)))
            .collect()
    };
    page(&path, "events", rows, asked)
}

fn event_json(delivery: &DeliveryReport) -> Value {
    let parameters: Map<String, Value> = delivery
        .params
        .iter()
        .map(|(name, value)| (snake_case(name), Value::String(value.clone())))
        .collect();
    let (code, body) = match &delivery.outcome {
        DeliveryOutcome::Answered { status, body } => (Some(*status), Some(body.as_str())),
        DeliveryOutcome::Failed { .. } | DeliveryOutcome::Dropped => (None, None),
    };
    json!({
        "request": {
            "method": delivery.method,
            "url": delivery.url,
            "parameters": parameters,
        },
        "response": {
            "response_code": code,
            "response_body": body,
            "content_type": null,
            "request_duration": 0,
            "date_created": rfc2822(millis_of(delivery.at)),
        },
    })
}

/// The name of a parameter as events write it: `CallSid` is `call_sid`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
