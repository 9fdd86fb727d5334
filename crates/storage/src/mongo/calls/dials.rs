//! The dials of a call.

use atlas_domain::CallSid;
use atlas_domain::call::{
    Call, CallStatus, Detection, Dial, Ending, FailureCause, KeyPress, Placement, Progress,
    SidSource, Snapshot,
};
use atlas_domain::notification::AnsweredBy;
use mongodb::bson::{Array, Bson, Document, doc};

use super::attempts::{read_dial_no, read_status};
use super::change::merged;
use crate::StorageError;
use crate::mongo::fields::{Fields, set_optional, stored_time};

/// What Atlas knows of a dial.
const FIELDS: [&str; 15] = [
    "dial_no",
    "placement",
    "intended_at",
    "asked_at",
    "tries",
    "twilio_sid",
    "sid_source",
    "progress",
    "settled_at",
    "voice_requested_at",
    "sid_known_at",
    "detection",
    "first_key_press",
    "machine_message_at",
    "polled_at",
];

pub(super) fn encode_all(call: &Call) -> Array {
    call.dials.iter().map(encode).collect()
}

/// The dials of `next`, where the entries `known` hold those of `before`. An entry whose dial has
/// not changed stays as it is.
pub(super) fn rewritten(known: &[Bson], before: &[Dial], next: &Call) -> Array {
    next.dials
        .iter()
        .enumerate()
        .map(
            |(index, dial)| match (known.get(index), before.get(index)) {
                (Some(known), Some(before)) if before == dial => known.clone(),
                (Some(known), Some(_)) => merged(known, &encode(dial), &FIELDS),
                (_, None) | (None, _) => encode(dial),
            },
        )
        .collect()
}

pub(super) fn read_all(fields: Fields<'_>) -> Result<Vec<Dial>, StorageError> {
    let entries = fields.documents("dials", "call's dial")?;
    entries.into_iter().map(read).collect()
}

fn encode(dial: &Dial) -> Bson {
    let mut document = doc! {
        "dial_no": i64::from(dial.dial_no.get()),
        "placement": encode_placement(&dial.placement),
        "intended_at": stored_time(dial.intended_at),
        "asked_at": stored_time(dial.asked_at),
        "tries": i64::from(dial.tries),
    };
    let sid = dial.sid.as_ref().map(CallSid::as_str);
    set_optional(&mut document, "twilio_sid", sid);
    let source = dial.sid_source.map(SidSource::as_str);
    set_optional(&mut document, "sid_source", source);
    document.insert("progress", encode_progress(&dial.progress));
    set_optional(
        &mut document,
        "settled_at",
        dial.settled_at.map(stored_time),
    );
    let voice_requested_at = dial.voice_requested_at.map(stored_time);
    set_optional(&mut document, "voice_requested_at", voice_requested_at);
    let sid_known_at = dial.sid_known_at.map(stored_time);
    set_optional(&mut document, "sid_known_at", sid_known_at);
    let detection = dial.detection.map(encode_detection);
    set_optional(&mut document, "detection", detection);
    let key_press = dial.first_key_press.as_ref().map(encode_key_press);
    set_optional(&mut document, "first_key_press", key_press);
    let machine_message_at = dial.machine_message_at.map(stored_time);
    set_optional(&mut document, "machine_message_at", machine_message_at);
    set_optional(&mut document, "polled_at", dial.polled_at.map(stored_time));
    Bson::Document(document)
}

fn encode_detection(detection: Detection) -> Document {
    doc! { "answered_by": detection.answered_by.as_str(), "at": stored_time(detection.at) }
}

fn encode_key_press(press: &KeyPress) -> Document {
    doc! { "digits": press.digits.as_str(), "pressed_at": stored_time(press.pressed_at) }
}

fn encode_placement(placement: &Placement) -> Document {
    match placement {
        Placement::Intended => doc! { "state": "intended" },
        Placement::Accepted => doc! { "state": "accepted" },
        Placement::Unknown { next_lookup_at } => {
            doc! { "state": "unknown", "next_lookup_at": stored_time(*next_lookup_at) }
        }
        Placement::Held { since } => doc! { "state": "held", "since": stored_time(*since) },
        Placement::Deferred {
            next_try_at,
            reason,
        } => doc! {
            "state": "deferred",
            "next_try_at": stored_time(*next_try_at),
            "reason": reason,
        },
        Placement::Failed {
            cause,
            code,
            reason,
        } => {
            let mut document = doc! { "state": "failed", "cause": cause.as_str() };
            set_optional(&mut document, "code", code.map(i64::from));
            document.insert("reason", reason);
            document
        }
        Placement::Withdrawn => doc! { "state": "withdrawn" },
    }
}

fn encode_progress(progress: &Progress) -> Document {
    let mut document = Document::new();
    let status = progress.status.map(CallStatus::as_str);
    set_optional(&mut document, "status", status);
    set_optional(
        &mut document,
        "first_at",
        progress.first_at.map(stored_time),
    );
    let answered_by = progress.answered_by.as_deref();
    set_optional(&mut document, "answered_by", answered_by);
    set_optional(&mut document, "ending", progress.ending.map(encode_ending));
    let snapshot = progress.snapshot.as_ref().map(encode_snapshot);
    set_optional(&mut document, "snapshot", snapshot);
    document
}

fn encode_ending(ending: Ending) -> Document {
    let mut document = doc! { "status": ending.status.as_str() };
    set_optional(&mut document, "ended_at", ending.ended_at.map(stored_time));
    let duration = ending.duration_seconds.map(i64::from);
    set_optional(&mut document, "duration_sec", duration);
    let code = ending.sip_response_code.map(i32::from);
    set_optional(&mut document, "sip_response_code", code);
    document
}

fn encode_snapshot(snapshot: &Snapshot) -> Document {
    let mut document = doc! { "status": snapshot.status.as_str() };
    set_optional(
        &mut document,
        "started_at",
        snapshot.started_at.map(stored_time),
    );
    set_optional(
        &mut document,
        "ended_at",
        snapshot.ended_at.map(stored_time),
    );
    let duration = snapshot.duration_seconds.map(i64::from);
    set_optional(&mut document, "duration_sec", duration);
    set_optional(
        &mut document,
        "answered_by",
        snapshot.answered_by.as_deref(),
    );
    document
}

fn read(fields: Fields<'_>) -> Result<Dial, StorageError> {
    let placement = fields.optional_document("placement", "dial's placement")?;
    let progress = fields.optional_document("progress", "dial's progress")?;
    let detection = fields.optional_document("detection", "dial's detection")?;
    let key_press = fields.optional_document("first_key_press", "dial's key press")?;
    Ok(Dial {
        dial_no: read_dial_no(fields)?,
        placement: read_placement(fields.required("placement", placement)?)?,
        intended_at: fields.timestamp("intended_at")?,
        asked_at: fields.timestamp("asked_at")?,
        tries: fields.number("tries")?,
        sid: fields.optional_parsed("twilio_sid")?,
        sid_source: fields.optional_word("sid_source", SidSource::from_word)?,
        progress: read_progress(fields.required("progress", progress)?)?,
        settled_at: fields.optional_timestamp("settled_at")?,
        voice_requested_at: fields.optional_timestamp("voice_requested_at")?,
        sid_known_at: fields.optional_timestamp("sid_known_at")?,
        detection: detection.map(read_detection).transpose()?,
        first_key_press: key_press.map(read_key_press).transpose()?,
        machine_message_at: fields.optional_timestamp("machine_message_at")?,
        polled_at: fields.optional_timestamp("polled_at")?,
    })
}

fn read_detection(fields: Fields<'_>) -> Result<Detection, StorageError> {
    Ok(Detection {
        answered_by: fields.word("answered_by", AnsweredBy::from_word)?,
        at: fields.timestamp("at")?,
    })
}

fn read_key_press(fields: Fields<'_>) -> Result<KeyPress, StorageError> {
    Ok(KeyPress {
        digits: fields.parsed("digits")?,
        pressed_at: fields.timestamp("pressed_at")?,
    })
}

fn read_placement(fields: Fields<'_>) -> Result<Placement, StorageError> {
    match fields.text("state")? {
        "intended" => Ok(Placement::Intended),
        "accepted" => Ok(Placement::Accepted),
        "unknown" => Ok(Placement::Unknown {
            next_lookup_at: fields.timestamp("next_lookup_at")?,
        }),
        "held" => Ok(Placement::Held {
            since: fields.timestamp("since")?,
        }),
        "deferred" => Ok(Placement::Deferred {
            next_try_at: fields.timestamp("next_try_at")?,
            reason: fields.text("reason")?.to_owned(),
        }),
        "failed" => Ok(Placement::Failed {
            cause: fields.word("cause", FailureCause::from_word)?,
            code: fields.optional_number("code")?,
            reason: fields.text("reason")?.to_owned(),
        }),
        "withdrawn" => Ok(Placement::Withdrawn),
        _ => Err(fields.corrupt("state", "unknown word")),
    }
}

fn read_progress(fields: Fields<'_>) -> Result<Progress, StorageError> {
    let ending = fields.optional_document("ending", "dial's ending")?;
    let snapshot = fields.optional_document("snapshot", "dial's snapshot")?;
    Ok(Progress {
        status: fields.optional_word("status", read_status)?,
        first_at: fields.optional_timestamp("first_at")?,
        answered_by: fields.optional_text("answered_by")?.map(str::to_owned),
        ending: ending.map(read_ending).transpose()?,
        snapshot: snapshot.map(read_snapshot).transpose()?,
    })
}

fn read_ending(fields: Fields<'_>) -> Result<Ending, StorageError> {
    Ok(Ending {
        status: fields.word("status", read_status)?,
        ended_at: fields.optional_timestamp("ended_at")?,
        duration_seconds: fields.optional_number("duration_sec")?,
        sip_response_code: fields.optional_number("sip_response_code")?,
    })
}

fn read_snapshot(fields: Fields<'_>) -> Result<Snapshot, StorageError> {
    Ok(Snapshot {
        status: fields.word("status", read_status)?,
        started_at: fields.optional_timestamp("started_at")?,
        ended_at: fields.optional_timestamp("ended_at")?,
        duration_seconds: fields.optional_number("duration_sec")?,
        answered_by: fields.optional_text("answered_by")?.map(str::to_owned),
    })
}
