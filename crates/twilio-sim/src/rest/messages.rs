//! Messages as the REST API shows them. Source: Twilio, Message resource.

use serde_json::{Value, json};

use super::date_filter::DateFilter;
use super::paging::page_of;
use super::reply::{Reply, rfc2822};
use super::{Asked, param};
use crate::clock::millis_of;
use crate::messages::{Message, MessageStatus};
use crate::world::Shared;

/// `GET /Messages/{SM}.json`.
pub(super) fn fetch(shared: &Shared, sid: &str) -> Reply {
    let world = shared.world();
    match world.messages.get(sid).filter(|message| !message.deleted) {
        Some(message) => Reply::json(200, message_json(shared, message)),
        None => not_found(shared, sid),
    }
}

/// `GET /Messages.json`, newest first.
pub(super) fn list(shared: &Shared, asked: &Asked) -> Reply {
    let sent = match DateFilter::read(&asked.params, "DateSent") {
        Ok(sent) => sent,
        Err(reply) => return reply,
    };
    let (to, from) = (param(&asked.params, "To"), param(&asked.params, "From"));
    let world = shared.world();
    let entries = world.messages.all().rev().map(|message| {
        let fits = !message.deleted
            && to.is_none_or(|to| to == message.to)
            && from.is_none_or(|from| Some(from) == message.from.as_deref())
            && sent.fits(message.sent_ms);
        let row = || message_json(shared, message);
        (message.sid.clone(), fits.then_some(row))
    });
    page_of(
        &shared.path_of("Messages.json"),
        "messages",
        entries.collect(),
        asked,
    )
}

/// `POST /Messages/{SM}.json`: takes the text out, or calls a scheduled message off.
pub(super) fn update(shared: &Shared, sid: &str, asked: &Asked) -> Reply {
    let body = asked.params.iter().find(|(name, _)| name == "Body");
    let cancels = match param(&asked.params, "Status") {
        None => false,
        Some("canceled") => true,
        Some(_) => return Reply::error(400, 20001, "Status is not canceled"),
    };
    if body.is_some_and(|(_, text)| !text.is_empty()) {
        return Reply::error(400, 20001, "Body can only be made empty");
    }
    let task = {
        let mut world = shared.world();
        let found = world.messages.get_mut(sid);
        let Some(message) = found.filter(|message| !message.deleted) else {
            return not_found(shared, sid);
        };
        if cancels && message.status() != MessageStatus::Scheduled {
            return Reply::error(
                409,
                20409,
                "Message is not scheduled and cannot be canceled",
            );
        }
        if body.is_some() && !message.status().is_terminal() {
            return Reply::error(409, 20409, "Message is not finished and cannot be redacted");
        }
        if body.is_some() {
            message.body.clear();
        }
        let task = message.task.filter(|_| cancels);
        if cancels {
            shared.enter_message_in(&mut world, sid, MessageStatus::Canceled);
        }
        task
    };
    if let Some(task) = task {
        shared.timeline.poke(task);
    }
    fetch(shared, sid)
}

/// `DELETE /Messages/{SM}.json`. Source: Twilio, Message resource; error 20009.
pub(super) fn delete(shared: &Shared, sid: &str) -> Reply {
    let mut world = shared.world();
    let found = world.messages.get_mut(sid);
    match found.filter(|message| !message.deleted) {
        Some(message) if message.status().is_terminal() => {
            message.deleted = true;
            Reply::no_content()
        }
        Some(_) => Reply::error(409, 20009, "Message is not finished and cannot be deleted"),
        None => not_found(shared, sid),
    }
}

fn not_found(shared: &Shared, sid: &str) -> Reply {
    Reply::not_found(&shared.path_of(&format!("Messages/{sid}.json")))
}

/// The Message resource.
pub(super) fn message_json(shared: &Shared, message: &Message) -> Value {
    let uri = shared.path_of(&format!("Messages/{}", message.sid));
    let status = message.status();
    // A messaging service counts when it sends.
    let counted = message.service_sid.is_none() || message.sent_ms.is_some();
    let segments = if counted { message.segments } else { 0 };
    let updated_ms = message
        .history
        .last()
        .map_or(message.created_ms, |change| millis_of(change.at));
    json!({
        "sid": message.sid,
        "account_sid": shared.config.account_sid,
        "messaging_service_sid": message.service_sid,
        "api_version": "2010-04-01",
        "direction": message.direction.as_str(),
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "status": status.as_str(),
        "num_segments": segments.to_string(),
        "num_media": message.media.len().to_string(),
        "error_code": message.error_code,
        "error_message": message.error_code.map(error_message),
        "price": null,
        "price_unit": "USD",
        "date_created": rfc2822(message.created_ms),
        "date_updated": rfc2822(updated_ms),
        "date_sent": message.sent_ms.map_or(Value::Null, rfc2822),
        "uri": format!("{uri}.json"),
        "subresource_uris": {"media": format!("{uri}/Media.json")},
    })
}

/// Source: Twilio, "Error and Warning Dictionary", 30xxx.
const fn error_message(code: u32) -> &'static str {
    match code {
        30001 => "Queue overflow",
        30002 => "Account suspended",
        30003 => "Unreachable destination handset",
        30004 => "Message blocked",
        30005 => "Unknown destination handset",
        30006 => "Landline or unreachable carrier",
        30007 => "Carrier violation",
        30009 => "Missing segment",
        30010 => "Message price exceeds max price",
        _ => "Unknown error",
    }
}
