//! The recordings of one call: starting one, and pausing, resuming and stopping it.

use std::sync::Arc;

use super::date_filter::DateFilter;
use super::paging::page;
use super::parameters::check_word;
use super::recording_options::check_recording;
use super::recordings::{call_recording_json, delete_one};
use super::refusal::Refusal;
use super::reply::Reply;
use super::{Asked, param, stem};
use crate::record::CallStatus;
use crate::recording::{self, PauseBehavior, Recording, RecordingSource, RecordingStatus};
use crate::world::{Params, Shared, World};

/// The word that stands for the SID of the one recording that is being made.
const CURRENT: &str = "Twilio.CURRENT";

/// `GET` and `POST` of `/Calls/{CA}/Recordings.json`.
pub(super) fn collection(shared: &Arc<Shared>, call_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Calls/{call_sid}/Recordings.json"));
    let status = shared
        .world()
        .call(call_sid)
        .map(crate::call::Call::rest_status);
    match (asked.method.as_str(), status) {
        (_, None) => Reply::not_found(&path),
        ("POST", Some(status)) => start(shared, call_sid, status, asked),
        ("GET" | "HEAD", Some(_)) => list(shared, call_sid, &path, asked),
        (_, Some(_)) => Reply::error(405, 20004, "Method not allowed"),
    }
}

/// `GET`, `POST` and `DELETE` of `/Calls/{CA}/Recordings/{RE}.json`.
pub(super) fn item(shared: &Arc<Shared>, call_sid: &str, file: &str, asked: &Asked) -> Reply {
    let found = find(&shared.world(), call_sid, stem(file));
    match (asked.method.as_str(), found) {
        (_, Err(reply)) => reply,
        (_, Ok(None)) => {
            Reply::not_found(&shared.path_of(&format!("Calls/{call_sid}/Recordings/{file}")))
        }
        ("POST", Ok(Some(recording))) => control(shared, &recording, &asked.params),
        ("GET" | "HEAD", Ok(Some(recording))) => {
            Reply::json(200, call_recording_json(shared, &recording))
        }
        ("DELETE", Ok(Some(recording))) => delete_one(shared, &recording.sid),
        (_, Ok(Some(_))) => Reply::error(405, 20004, "Method not allowed"),
    }
}

fn list(shared: &Shared, call_sid: &str, path: &str, asked: &Asked) -> Reply {
    let created = match DateFilter::read(&asked.params, "DateCreated") {
        Ok(created) => created,
        Err(reply) => return reply,
    };
    let rows = {
        let world = shared.world();
        let recordings = world
            .recordings
            .of(call_sid)
            .rev()
            .filter(|recording| !recording.deleted && created.fits(Some(recording.started_ms)));
        recordings
            .map(|recording| {
                (
                    recording.sid.clone(),
                    call_recording_json(shared, recording),
                )
            })
            .collect()
    };
    page(path, "recordings", rows, asked)
}

/// Source: Twilio, Recordings resource, "Start a recording on a call in progress"; error 21220.
fn start(shared: &Arc<Shared>, call_sid: &str, status: CallStatus, asked: &Asked) -> Reply {
    let source = RecordingSource::StartCallRecordingApi;
    let options = match check_recording(&asked.params, source, false) {
        Ok(options) => options,
        Err(refusal) => return refusal.reply(),
    };
    if status != CallStatus::InProgress {
        return not_eligible();
    }
    let sid = recording::begin(shared, call_sid, options);
    show(shared, &sid, 201)
}

fn find(world: &World, call_sid: &str, sid: &str) -> Result<Option<Recording>, Reply> {
    let mut fits = world.recordings.of(call_sid).filter(|recording| {
        let named = if sid == CURRENT {
            recording.status.is_active()
        } else {
            recording.sid == sid
        };
        named && !recording.deleted
    });
    match (fits.next(), fits.next()) {
        (Some(_), Some(_)) => Err(Reply::error(
            400,
            21220,
            "Several recordings are in progress; name one by its SID",
        )),
        (found, _) => Ok(found.cloned()),
    }
}

/// Source: Twilio, Recordings resource, "Update a recording".
fn control(shared: &Arc<Shared>, found: &Recording, params: &Params) -> Reply {
    let wanted = match read(params) {
        Ok(wanted) => wanted,
        Err(refusal) => return refusal.reply(),
    };
    // A `<Record>` is not for the API to pause or to stop.
    if !found.status.is_active() || found.options.source == RecordingSource::RecordVerb {
        return not_eligible();
    }
    match wanted {
        Wanted::Paused(behavior) => recording::pause(shared, &found.sid, behavior),
        Wanted::InProgress => recording::resume(shared, &found.sid),
        Wanted::Stopped => recording::stop(shared, &found.sid),
    }
    show(shared, &found.sid, 200)
}

fn show(shared: &Shared, sid: &str, http_status: u16) -> Reply {
    let world = shared.world();
    world.recording(sid).map_or_else(
        || Reply::not_found(&shared.path_of(&format!("Recordings/{sid}.json"))),
        |recording| Reply::json(http_status, call_recording_json(shared, recording)),
    )
}

enum Wanted {
    Paused(PauseBehavior),
    InProgress,
    Stopped,
}

fn read(params: &Params) -> Result<Wanted, Refusal> {
    let behavior = check_word(
        params,
        "PauseBehavior",
        PauseBehavior::Silence,
        PauseBehavior::parse,
    )?;
    let status = param(params, "Status");
    let status = status.ok_or_else(|| Refusal::new(20001, "Status is required"))?;
    match status {
        text if text == RecordingStatus::Paused.as_str() => Ok(Wanted::Paused(behavior)),
        text if text == RecordingStatus::InProgress.as_str() => Ok(Wanted::InProgress),
        text if text == RecordingStatus::Stopped.as_str() => Ok(Wanted::Stopped),
        _ => Err(Refusal::new(
            20001,
            "Status is not paused, in-progress or stopped",
        )),
    }
}

fn not_eligible() -> Reply {
    Reply::error(
        400,
        21220,
        "Requested resource is not eligible for recording",
    )
}
