//! Transcriptions as the REST API shows them. Source: Twilio, Transcriptions resource.

use serde_json::{Value, json};

use super::Asked;
use super::paging::page;
use super::reply::{Reply, rfc2822};
use crate::world::{Shared, Transcription, whole_seconds};

/// `GET` and `DELETE` of `/Transcriptions/{TR}`, as `.json` or, the text alone, as `.txt`.
pub(super) fn item(shared: &Shared, file: &str, asked: &Asked) -> Reply {
    let not_found = || Reply::not_found(&shared.path_of(&format!("Transcriptions/{file}")));
    let Some((sid, ending @ ("json" | "txt"))) = file.split_once('.') else {
        return not_found();
    };
    let mut world = shared.world();
    let position = world
        .transcriptions
        .iter()
        .position(|transcription| transcription.sid == sid);
    let Some(position) = position else {
        return not_found();
    };
    match asked.method.as_str() {
        "DELETE" => {
            world.transcriptions.remove(position);
            Reply::no_content()
        }
        "GET" | "HEAD" => match world.transcriptions.get(position) {
            Some(found) if ending == "txt" => {
                let text = found.text.clone().unwrap_or_default();
                Reply::media(200, "text/plain; charset=utf-8", text.into_bytes())
            }
            Some(found) => Reply::json(200, transcription_json(shared, found)),
            None => not_found(),
        },
        _ => Reply::error(405, 20004, "Method not allowed"),
    }
}

/// `GET /Transcriptions.json`, newest first.
pub(super) fn list(shared: &Shared, asked: &Asked) -> Reply {
    let path = shared.path_of("Transcriptions.json");
    page(&path, "transcriptions", rows(shared, |_| true), asked)
}

/// `GET /Recordings/{RE}/Transcriptions.json`, newest first.
pub(super) fn list_of(shared: &Shared, recording_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Recordings/{recording_sid}/Transcriptions.json"));
    if shared.world().recording(recording_sid).is_none() {
        return Reply::not_found(&path);
    }
    let rows = rows(shared, |found| found.recording_sid == recording_sid);
    page(&path, "transcriptions", rows, asked)
}

fn rows(shared: &Shared, fits: impl Fn(&Transcription) -> bool) -> Vec<(String, Value)> {
    let world = shared.world();
    let found = world
        .transcriptions
        .iter()
        .rev()
        .filter(|found| fits(found));
    found
        .map(|found| (found.sid.clone(), transcription_json(shared, found)))
        .collect()
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
