//! Transcriptions as the REST API shows them. Source: Twilio, Transcriptions resource.

use serde_json::{Value, json};

use super::Asked;
use super::paging::page;
use super::reply::{Reply, rfc2822};
use crate::world::{Shared, Transcription, whole_seconds};

/// `GET /Transcriptions/{TR}.json`.
pub(super) fn fetch(shared: &Shared, sid: &str) -> Reply {
    let world = shared.world();
    match world
        .transcriptions
        .iter()
        .find(|transcription| transcription.sid == sid)
    {
        Some(transcription) => Reply::json(200, transcription_json(shared, transcription)),
        None => Reply::not_found(&shared.path_of(&format!("Transcriptions/{sid}.json"))),
    }
}

/// `GET /Recordings/{RE}/Transcriptions.json`, newest first.
pub(super) fn list(shared: &Shared, recording_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Recordings/{recording_sid}/Transcriptions.json"));
    let rows = {
        let world = shared.world();
        if world.recording(recording_sid).is_none() {
            return Reply::not_found(&path);
        }
        let found = world
            .transcriptions
            .iter()
            .rev()
            .filter(|found| found.recording_sid == recording_sid);
        found
            .map(|found| (found.sid.clone(), transcription_json(shared, found)))
            .collect()
    };
    page(&path, "transcriptions", rows, asked)
}

fn transcription_json(shared: &Shared, transcription: &Transcription) -> Value {
    json!({
        "sid": transcription.sid,
        "account_sid": shared.config.account_sid,
        "recording_sid": transcription.recording_sid,
        "status": transcription.status(),
        "transcription_text": transcription.text.clone().unwrap_or_default(),
        "duration": whole_seconds(transcription.duration_ms).to_string(),
        "type": "fast",
        "price": null,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "date_created": rfc2822(transcription.created_ms),
        "date_updated": rfc2822(transcription.created_ms),
        "uri": shared.path_of(&format!("Transcriptions/{}.json", transcription.sid)),
    })
}
