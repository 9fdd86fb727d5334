//! Transcriptions of what a Record has recorded.

use std::sync::Arc;

use super::document::{Base, Record};
use super::run::resolve;
use crate::call::{Leg, common_params};
use crate::callbacks::{self, HttpMethod, Outgoing};
use crate::journal::Entry;
use crate::record::DeliveryKind;
use crate::world::{Params, Shared, Transcription};

/// How long a transcription takes after the end of its recording.
const TRANSCRIBING_MS: i64 = 10_000;
/// Only recordings longer than this and shorter than `TOO_LONG_MS` are transcribed (error 13617).
const TOO_SHORT_MS: u64 = 2_000;
const TOO_LONG_MS: u64 = 120_000;

/// Some time later there is a transcription, or it has failed, and the callback says so.
pub(super) fn schedule(leg: &Leg, record: &Record, base: &Base, recording_sid: &str) {
    let url = record
        .transcribe_callback
        .as_deref()
        .and_then(|url| resolve(leg, Some(url), base));
    let phrase = leg
        .callee
        .speech
        .as_ref()
        .map(|speech| speech.phrase.clone());
    let (shared, recording_sid) = (Arc::clone(&leg.shared), recording_sid.to_owned());
    let (call_sid, to) = (leg.sid.clone(), leg.to.clone());
    let at_ms = leg.now_ms().saturating_add(TRANSCRIBING_MS);
    leg.shared.timeline.spawn_at(at_ms, move |turn| async move {
        let duration_ms = shared
            .world()
            .recording(&recording_sid)
            .map_or(0, |recording| recording.duration_ms);
        let long_enough = duration_ms > TOO_SHORT_MS && duration_ms < TOO_LONG_MS;
        if !long_enough {
            shared.alert(
                &call_sid,
                13617,
                "recording is too short or too long to be transcribed",
                None,
            );
        }
        let transcription = Transcription {
            sid: shared.new_sid_of(&call_sid, "TR"),
            recording_sid,
            text: phrase.filter(|_| long_enough),
            duration_ms,
            created_ms: turn.now_ms(),
        };
        keep(&shared, &call_sid, transcription.clone());
        let Some(url) = url else { return };
        let params = transcription_params(&shared, &call_sid, &transcription);
        let kind = DeliveryKind::Transcription;
        let outgoing = Outgoing {
            kind,
            call_sid,
            to,
            method: HttpMethod::Post,
            url,
            params,
        };
        callbacks::deliver(&shared, outgoing).await;
    });
}

fn keep(shared: &Shared, call_sid: &str, transcription: Transcription) {
    let entry = Entry::Transcription {
        recording: &transcription.recording_sid,
        text: transcription.text.as_deref(),
    };
    let mut world = shared.world();
    shared.write_in(&mut world, Some(call_sid), entry);
    world.transcriptions.push(transcription);
}

/// Source: Twilio, Record, "transcribeCallback"; `TranscriptionType` and the lower-case `url` are seen in
/// captured requests.
fn transcription_params(shared: &Shared, call_sid: &str, transcription: &Transcription) -> Params {
    let world = shared.world();
    let mut params = world
        .call(call_sid)
        .map(|call| common_params(shared, call))
        .unwrap_or_default();
    let path = shared.path_of(&format!("Transcriptions/{}", transcription.sid));
    let transcription_url = format!("{}{path}", shared.base_url);
    let more = [
        ("TranscriptionSid", transcription.sid.clone()),
        (
            "TranscriptionText",
            transcription.text.clone().unwrap_or_default(),
        ),
        ("TranscriptionStatus", transcription.status().to_owned()),
        ("TranscriptionType", "fast".to_owned()),
        ("TranscriptionUrl", transcription_url.clone()),
        ("url", transcription_url),
        ("RecordingSid", transcription.recording_sid.clone()),
        (
            "RecordingUrl",
            shared.recording_url(&transcription.recording_sid),
        ),
    ];
    params.extend(more.map(|(name, value)| (name.to_owned(), value)));
    params
}
