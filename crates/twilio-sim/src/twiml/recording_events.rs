//! What is told about a recording while it is made and after it has ended.

use std::sync::Arc;

use time::format_description::well_known::Rfc2822;
use url::Url;

use super::document::{Base, Record, RecordCallback};
use super::run::resolve;
use crate::call::{Leg, common_params};
use crate::callbacks::{self, HttpMethod, Outgoing};
use crate::clock::instant_of;
use crate::record::DeliveryKind;
use crate::world::{Params, RecordingStatus, Shared, Transcription};

/// How long a recording is processed before its media can be had.
const PROCESSING_MS: i64 = 1_000;
/// How long a transcription takes after the end of its recording.
const TRANSCRIBING_MS: i64 = 10_000;
/// Only recordings longer than this and shorter than `TOO_LONG_MS` are transcribed (error 13617).
const TOO_SHORT_MS: u64 = 2_000;
const TOO_LONG_MS: u64 = 120_000;

/// A recording status callback with its URL made absolute.
#[derive(Clone)]
pub(super) struct RecordingCallback {
    call_sid: String,
    to: String,
    url: Url,
    method: HttpMethod,
    events: RecordCallback,
}

/// The callback a Record asks for, when its URL is of use.
pub(super) fn callback_of(leg: &Leg, record: &Record, base: &Base) -> Option<RecordingCallback> {
    let events = record.status_callback.clone()?;
    let url = resolve(leg, Some(&events.url), base)?;
    let (call_sid, to) = (leg.sid.clone(), leg.to.clone());
    Some(RecordingCallback {
        call_sid,
        to,
        url,
        method: events.method,
        events,
    })
}

impl RecordingCallback {
    /// Whether the beginning is to be told.
    pub(super) const fn wants_in_progress(&self) -> bool {
        self.events.in_progress
    }

    /// The request that tells the present status of a recording.
    ///
    /// Source: Twilio, Recordings resource, "RecordingStatusCallback".
    pub(super) fn outgoing(&self, shared: &Shared, sid: &str) -> Option<Outgoing> {
        let world = shared.world();
        let recording = world.recording(sid)?;
        let started = instant_of(recording.started_ms)
            .replace_nanosecond(0)
            .ok()?;
        let mut params: Params = [
            ("AccountSid", shared.config.account_sid.clone()),
            ("CallSid", self.call_sid.clone()),
            ("RecordingSid", sid.to_owned()),
            ("RecordingUrl", shared.recording_url(sid)),
            ("RecordingStatus", recording.status.as_str().to_owned()),
            ("RecordingChannels", "1".to_owned()),
            (
                "RecordingStartTime",
                started.format(&Rfc2822).unwrap_or_default(),
            ),
            ("RecordingSource", "RecordVerb".to_owned()),
            ("RecordingTrack", "inbound".to_owned()),
            ("ErrorCode", "0".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        if recording.status == RecordingStatus::Completed {
            params.push((
                "RecordingDuration".to_owned(),
                recording.duration_seconds().to_string(),
            ));
        }
        Some(Outgoing {
            kind: DeliveryKind::RecordingStatus,
            call_sid: self.call_sid.clone(),
            to: self.to.clone(),
            method: self.method,
            url: self.url.clone(),
            params,
        })
    }
}

/// A moment later the media can be had, and the callback says so; or it says that there is none.
pub(super) fn schedule_status(
    leg: &Leg,
    sid: &str,
    callback: Option<RecordingCallback>,
    silent: bool,
) {
    let (shared, sid) = (Arc::clone(&leg.shared), sid.to_owned());
    let at_ms = leg.now_ms().saturating_add(PROCESSING_MS);
    leg.shared.timeline.spawn_at(at_ms, move |turn| async move {
        let now_ms = turn.now_ms();
        if let Some(recording) = shared.world().recording_mut(&sid) {
            if !silent {
                recording.status = RecordingStatus::Completed;
            }
            recording.updated_ms = now_ms;
        }
        let wanted = callback.filter(|callback| {
            if silent {
                callback.events.absent
            } else {
                callback.events.completed
            }
        });
        if let Some(outgoing) = wanted.and_then(|callback| callback.outgoing(&shared, &sid)) {
            callbacks::deliver(&shared, outgoing).await;
        }
    });
}

/// Some time later there is a transcription, or it has failed, and the callback says so.
pub(super) fn schedule_transcription(leg: &Leg, record: &Record, base: &Base, recording_sid: &str) {
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
        shared.world().transcriptions.push(transcription.clone());
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
