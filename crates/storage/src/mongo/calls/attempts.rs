//! The attempts of a call.

use atlas_domain::call::{Attempt, Call, CallStatus};
use atlas_domain::{CallSid, DialNo};
use mongodb::bson::{Array, Bson, doc};

use super::change::merged;
use crate::StorageError;
use crate::mongo::fields::{Fields, set_optional, stored_time};

/// What Atlas knows of an attempt.
const FIELDS: [&str; 10] = [
    "attempt_no",
    "dial_no",
    "twilio_sid",
    "status",
    "reason",
    "noted_reason",
    "identity",
    "sip_response_code",
    "sequence_number",
    "at",
];

pub(super) fn encode_all(call: &Call) -> Array {
    let encoded = |attempt| encode(attempt, call);
    call.attempts.iter().map(encoded).collect()
}

/// The attempts of `next`, where the entries `known` hold those of `before`. An entry whose attempt
/// has not changed stays as it is.
pub(super) fn rewritten(known: &[Bson], before: &[Attempt], next: &Call) -> Array {
    next.attempts
        .iter()
        .enumerate()
        .map(
            |(index, attempt)| match (known.get(index), before.get(index)) {
                (Some(known), Some(before)) if before == attempt => known.clone(),
                (Some(known), Some(_)) => merged(known, &encode(attempt, next), &FIELDS),
                (_, None) | (None, _) => encode(attempt, next),
            },
        )
        .collect()
}

pub(super) fn read_all(fields: Fields<'_>) -> Result<Vec<Attempt>, StorageError> {
    let entries = fields.documents("attempts", "call's attempt")?;
    entries.into_iter().map(read).collect()
}

fn encode(attempt: &Attempt, call: &Call) -> Bson {
    let mut document = doc! {
        "attempt_no": i64::from(attempt.attempt_no),
        "dial_no": i64::from(attempt.dial_no.get()),
    };
    let sid = attempt.twilio_sid.as_ref().map(CallSid::as_str);
    set_optional(&mut document, "twilio_sid", sid);
    document.insert("status", attempt.status.as_str());
    // For those who read the database; Atlas finds the words itself.
    document.insert("reason", call.reason_of(attempt));
    set_optional(
        &mut document,
        "noted_reason",
        attempt.noted_reason.as_deref(),
    );
    document.insert("identity", attempt.identity.to_string());
    let sip_response_code = attempt.sip_response_code.map(i32::from);
    set_optional(&mut document, "sip_response_code", sip_response_code);
    let sequence_number = attempt.sequence_number().map(i64::from);
    set_optional(&mut document, "sequence_number", sequence_number);
    document.insert("at", stored_time(attempt.at));
    Bson::Document(document)
}

fn read(fields: Fields<'_>) -> Result<Attempt, StorageError> {
    Ok(Attempt {
        attempt_no: fields.number("attempt_no")?,
        dial_no: read_dial_no(fields)?,
        twilio_sid: fields.optional_parsed("twilio_sid")?,
        status: fields.word("status", read_status)?,
        identity: fields.parsed("identity")?,
        sip_response_code: fields.optional_number("sip_response_code")?,
        noted_reason: fields.optional_text("noted_reason")?.map(str::to_owned),
        at: fields.timestamp("at")?,
    })
}

pub(super) fn read_dial_no(fields: Fields<'_>) -> Result<DialNo, StorageError> {
    let number = fields.number("dial_no")?;
    DialNo::new(number).map_err(|error| fields.corrupt("dial_no", error))
}

pub(super) fn read_status(word: &str) -> Option<CallStatus> {
    CallStatus::from_word(word).ok()
}
