//! Recordings as the REST API shows them. Source: Twilio, Recordings resource.

use serde_json::{Map, Value, json};

use super::date_filter::DateFilter;
use super::paging::page;
use super::reply::{Reply, rfc2822};
use super::{Asked, param};
use crate::recording::{Recording, RecordingStatus};
use crate::world::Shared;

/// `GET` and `DELETE` of `/Recordings/{RE}.json`.
pub(super) fn item(shared: &Shared, sid: &str, asked: &Asked) -> Reply {
    match asked.method.as_str() {
        "GET" | "HEAD" => fetch(shared, sid, asked),
        "DELETE" => delete_one(shared, sid),
        _ => Reply::error(405, 20004, "Method not allowed"),
    }
}

fn fetch(shared: &Shared, sid: &str, asked: &Asked) -> Reply {
    let world = shared.world();
    let found = world
        .recording(sid)
        .filter(|recording| !recording.deleted || wants_deleted(asked));
    match found {
        Some(recording) => Reply::json(200, recording_json(shared, recording)),
        None => not_found(shared, sid),
    }
}

/// `GET /Recordings.json`, newest first.
pub(super) fn list(shared: &Shared, asked: &Asked) -> Reply {
    let params = &asked.params;
    let created = match DateFilter::read(params, "DateCreated") {
        Ok(created) => created,
        Err(reply) => return reply,
    };
    let call_sid = param(params, "CallSid");
    let conference_sid = param(params, "ConferenceSid");
    let rows = {
        let world = shared.world();
        let recordings = world.recordings.iter().rev().filter(|recording| {
            call_sid.is_none_or(|wanted| wanted == recording.call_sid)
                && conference_sid.is_none_or(|wanted| {
                    recording.options.conference_sid.as_deref() == Some(wanted)
                })
                && (!recording.deleted || wants_deleted(asked))
                && created.fits(Some(recording.started_ms))
        });
        recordings
            .map(|recording| (recording.sid.clone(), recording_json(shared, recording)))
            .collect()
    };
    page(
        &shared.path_of("Recordings.json"),
        "recordings",
        rows,
        asked,
    )
}

/// Deletes a recording: its media is gone at once, what it was is kept for those who ask for it.
///
/// Source: Twilio, Recordings resource, "Delete a recording".
pub(super) fn delete_one(shared: &Shared, sid: &str) -> Reply {
    let mut world = shared.world();
    match world.recording_mut(sid) {
        Some(recording) if recording.deleted => not_found(shared, sid),
        Some(recording) if recording.status.is_active() => {
            Reply::error(400, 20009, "Recording is in progress and cannot be deleted")
        }
        Some(recording) => {
            recording.deleted = true;
            Reply::no_content()
        }
        None => not_found(shared, sid),
    }
}

fn not_found(shared: &Shared, sid: &str) -> Reply {
    Reply::not_found(&shared.path_of(&format!("Recordings/{sid}.json")))
}

fn wants_deleted(asked: &Asked) -> bool {
    param(&asked.params, "IncludeSoftDeleted").is_some_and(|text| text.eq_ignore_ascii_case("true"))
}

/// The resource of the account.
fn recording_json(shared: &Shared, recording: &Recording) -> Value {
    let uri = shared.path_of(&format!("Recordings/{}", recording.sid));
    let mut body = common(shared, recording);
    let more = json!({
        "media_url": shared.recording_url(&recording.sid),
        "uri": format!("{uri}.json"),
        "subresource_uris": {
            "add_on_results": format!("{uri}/AddOnResults.json"),
            "transcriptions": format!("{uri}/Transcriptions.json"),
        },
    });
    if let Value::Object(more) = more {
        body.extend(more);
    }
    if recording.deleted {
        body.insert("status".to_owned(), "deleted".into());
    }
    Value::Object(body)
}

/// The resource of the call.
pub(super) fn call_recording_json(shared: &Shared, recording: &Recording) -> Value {
    let (call, sid) = (&recording.call_sid, &recording.sid);
    let mut body = common(shared, recording);
    body.insert("track".to_owned(), recording.options.track.as_str().into());
    let uri = shared.path_of(&format!("Calls/{call}/Recordings/{sid}.json"));
    body.insert("uri".to_owned(), uri.into());
    Value::Object(body)
}

/// What both show.
fn common(shared: &Shared, recording: &Recording) -> Map<String, Value> {
    let duration = match recording.status {
        RecordingStatus::InProgress | RecordingStatus::Paused => "-1".to_owned(),
        RecordingStatus::Stopped
        | RecordingStatus::Processing
        | RecordingStatus::Completed
        | RecordingStatus::Absent => recording.duration_seconds().to_string(),
    };
    let body = json!({
        "sid": recording.sid,
        "account_sid": shared.config.account_sid,
        "call_sid": recording.call_sid,
        "conference_sid": recording.options.conference_sid,
        "api_version": "2010-04-01",
        "date_created": rfc2822(recording.started_ms),
        "date_updated": rfc2822(recording.updated_ms),
        "start_time": rfc2822(recording.started_ms),
        "duration": duration,
        "price": null,
        "price_unit": "USD",
        "status": recording.status.as_str(),
        "channels": recording.options.channels.count(),
        "source": recording.options.source.as_str(),
        "error_code": null,
        "encryption_details": null,
    });
    match body {
        Value::Object(body) => body,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Map::new()
        }
    }
}
