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
    match asked.method.as_str() {
        "DELETE" if world.transcriptions.remove(sid) => Reply::no_content(),
        "DELETE" => not_found(),
        "GET" | "HEAD" => match world.transcriptions.get(sid) {
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
    let rows = rows(shared, shared.world().transcriptions.iter().rev());
    page(&path, "transcriptions", rows, asked)
}

/// `GET /Recordings/{RE}/Transcriptions.json`, newest first.
pub(super) fn list_of(shared: &Shared, recording_sid: &str, asked: &Asked) -> Reply {
    let path = shared.path_of(&format!("Recordings/{recording_sid}/Transcriptions.json"));
    if shared.world().recording(recording_sid).is_none() {
        return Reply::not_found(&path);
    }
    let rows = rows(
        shared,
        shared.world().transcriptions.of(recording_sid).rev(),
    );
    page(&path, "transcriptions", rows, asked)
}

fn rows<'a>(
    shared: &Shared,
    found: impl Iterator<Item = &'a Transcription>,
) -> Vec<(String, Value)> {
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
