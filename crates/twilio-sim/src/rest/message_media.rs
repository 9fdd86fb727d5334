//! The media of a message. Source: Twilio, Media subresource.

use serde_json::{Value, json};

use super::Asked;
use super::date_filter::DateFilter;
use super::paging::page_of;
use super::reply::{Reply, rfc2822};
use crate::messages::{Media, Message};
use crate::world::{Shared, World};

/// `GET /Messages/{MM}/Media.json`.
pub(super) fn list(shared: &Shared, message_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Messages/{message_sid}/Media.json"));
    let created = match DateFilter::read(&asked.params, "DateCreated") {
        Ok(created) => created,
        Err(reply) => return reply,
    };
    let world = shared.world();
    let Some(message) = message(&world, message_sid) else {
        return Reply::not_found(&path);
    };
    let fits = created.fits(Some(message.created_ms));
    let entries = message.media.iter().map(|media| {
        let row = || media_json(shared, message, media);
        (media.sid.clone(), fits.then_some(row))
    });
    page_of(&path, "media_list", entries.collect(), asked)
}

/// `GET /Messages/{MM}/Media/{ME}`: as `.json` its description, without ending the way to its content.
pub(super) fn fetch(shared: &Shared, message_sid: &str, file: &str) -> Reply {
    let sid = file.strip_suffix(".json").unwrap_or(file);
    let world = shared.world();
    let message = message(&world, message_sid);
    let media = message.and_then(|message| find(message, sid));
    match (message, media) {
        (Some(message), Some(media)) if file.ends_with(".json") => {
            Reply::json(200, media_json(shared, message, media))
        }
        (Some(_), Some(media)) => Reply::media(307, media.content_type(), Vec::new())
            .header("Location", media.url.as_str()),
        (_, None) | (None, Some(_)) => not_found(shared, message_sid, file),
    }
}

/// `DELETE /Messages/{MM}/Media/{ME}.json`.
pub(super) fn delete(shared: &Shared, message_sid: &str, sid: &str) -> Reply {
    let mut world = shared.world();
    let found = world.messages.get_mut(message_sid);
    let Some(message) = found.filter(|message| !message.deleted && find(message, sid).is_some())
    else {
        return not_found(shared, message_sid, &format!("{sid}.json"));
    };
    message.media.retain(|media| media.sid != sid);
    Reply::no_content()
}

fn message<'a>(world: &'a World, sid: &str) -> Option<&'a Message> {
    world.messages.get(sid).filter(|message| !message.deleted)
}

fn find<'a>(message: &'a Message, sid: &str) -> Option<&'a Media> {
    message.media.iter().find(|media| media.sid == sid)
}

fn not_found(shared: &Shared, message_sid: &str, file: &str) -> Reply {
    Reply::not_found(&shared.path_of(&format!("Messages/{message_sid}/Media/{file}")))
}

fn media_json(shared: &Shared, message: &Message, media: &Media) -> Value {
    let at = rfc2822(message.created_ms);
    let tail = format!("Messages/{}/Media/{}.json", message.sid, media.sid);
    json!({
        "sid": media.sid,
        "account_sid": shared.config.account_sid,
        "parent_sid": message.sid,
        "content_type": media.content_type(),
        "date_created": at,
        "date_updated": at,
        "uri": shared.path_of(&tail),
    })
}
