//! Recordings as the REST API shows them. Source: Twilio, Recordings resource.

use serde_json::{Value, json};

use super::Asked;
use super::paging::page;
use super::reply::{Reply, rfc2822};
use crate::world::{Recording, RecordingStatus, Shared};

/// `GET /Recordings/{RE}.json`.
pub(super) fn fetch(shared: &Shared, sid: &str) -> Reply {
    let world = shared.world();
    let Some(recording) = world.recording(sid) else {
        return Reply::not_found(&shared.path_of(&format!("Recordings/{sid}.json")));
    };
    let mut body = recording_json(shared, recording);
    if let Some(body) = body.as_object_mut() {
        body.insert("media_url".to_owned(), shared.recording_url(sid).into());
    }
    Reply::json(200, body)
}

/// `GET /Calls/{CA}/Recordings.json`, newest first.
pub(super) fn list(shared: &Shared, call_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Calls/{call_sid}/Recordings.json"));
    let rows = {
        let world = shared.world();
        if world.call(call_sid).is_none() {
            return Reply::not_found(&path);
        }
        let recordings = world
            .recordings
            .iter()
            .rev()
            .filter(|recording| recording.call_sid == call_sid);
        recordings
            .map(|recording| {
                let mut row = recording_json(shared, recording);
                if let Some(row) = row.as_object_mut() {
                    row.insert("track".to_owned(), "inbound".into());
                }
                (recording.sid.clone(), row)
            })
            .collect()
    };
    page(&path, "recordings", rows, asked)
}

fn recording_json(shared: &Shared, recording: &Recording) -> Value {
    let uri = shared.path_of(&format!("Recordings/{}", recording.sid));
    let duration = match recording.status {
        RecordingStatus::InProgress => "-1".to_owned(),
        RecordingStatus::Processing | RecordingStatus::Completed | RecordingStatus::Absent => {
            recording.duration_seconds().to_string()
        }
    };
    json!({
        "sid": recording.sid,
        "account_sid": shared.config.account_sid,
        "call_sid": recording.call_sid,
        "conference_sid": null,
        "api_version": "2010-04-01",
        "date_created": rfc2822(recording.started_ms),
        "date_updated": rfc2822(recording.updated_ms),
        "start_time": rfc2822(recording.started_ms),
        "duration": duration,
        "price": null,
        "price_unit": "USD",
        "status": recording.status.as_str(),
        "channels": 1,
        "source": "RecordVerb",
        "error_code": null,
        "encryption_details": null,
        "uri": format!("{uri}.json"),
        "subresource_uris": {
            "add_on_results": format!("{uri}/AddOnResults.json"),
            "transcriptions": format!("{uri}/Transcriptions.json"),
        },
    })
}
