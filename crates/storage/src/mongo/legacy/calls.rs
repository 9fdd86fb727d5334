//! Calls of an older service.

use atlas_domain::call::{Backoff, Call, CallPurpose, CallStatus, RetryPlan};
use atlas_domain::{
    CallId, CallSid, ExternalId, Feedback, FeedbackNotes, ObjectId, Score, Script, Stored,
    Timestamp, UserId,
};
use mongodb::bson::Document;

use super::attempts::Heard;
use super::ids::{derived_call_id, object_id};
use super::values::{boolean, count, number, parsed, status, text, timestamp};

/// What the row itself says of its dials, beside its attempts.
pub(super) struct About {
    /// The SIDs of its own: that of the first dial, and another one of a later dial.
    pub(super) sids: Vec<CallSid>,
    /// How the newest dial stands.
    pub(super) status: Option<CallStatus>,
    pub(super) started_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) duration_seconds: Option<u32>,
    pub(super) answered_by: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

/// The call of an old row, whatever it holds. It never dials again by itself: taking over a
/// database must not ring a thousand phones.
pub(in crate::mongo) fn read_call(row: &Document) -> Call {
    let (created_at, updated_at) = lifetime(row);
    let about = About {
        sids: own_sids(row),
        status: status(row, "status").or_else(|| status(row, "twilio_status")),
        started_at: timestamp(row, "started_at"),
        ended_at: timestamp(row, "ended_at"),
        duration_seconds: count(row, "duration_sec"),
        answered_by: text(row, "answered_by"),
        created_at,
        updated_at,
    };
    let heard = Heard::read(row, &about);
    let user_id: Option<UserId> = parsed(row, "user_id");
    // Early versions kept any text as `user_id`.
    let other_id = || text(row, "user_id").filter(|_| user_id.is_none());
    Call {
        call_id: call_id_of(row, object_id(row)),
        user_id,
        user_external_id: text(row, "user_external_id")
            .or_else(other_id)
            .map(ExternalId::from_stored),
        to_number: Stored::read(text(row, "to_number")),
        from_number: Stored::read(text(row, "from_number")),
        purpose: CallPurpose::Script,
        script: text(row, "script").map(Script::from_stored),
        recording_enabled: boolean(row, "recording_enabled").unwrap_or_default(),
        recording_url: text(row, "recording_url"),
        transcription_text: text(row, "transcription_text"),
        retry_plan: retry_plan(row),
        redials_given_up: true,
        hang_up: None,
        dials: heard.dials,
        attempts: heard.attempts,
        feedback: feedback(row, updated_at),
        created_at,
        updated_at,
        revision: 0,
    }
}

/// The SIDs that a row names beside those of its attempts, that of the first dial first.
pub(super) fn own_sids(row: &Document) -> Vec<CallSid> {
    let mut sids: Vec<CallSid> = ["call_sid", "twilio_sid"]
        .into_iter()
        .filter_map(|name| parsed(row, name))
        .collect();
    sids.dedup();
    sids
}

/// The call id that a row names, or the one that is derived from its `_id`.
pub(super) fn call_id_of(row: &Document, id: ObjectId) -> CallId {
    parsed(row, "call_id").unwrap_or_else(|| derived_call_id(id))
}

/// When a row was stored and last changed, as far as it says so; its ObjectId knows the first, too.
pub(super) fn lifetime(row: &Document) -> (Timestamp, Timestamp) {
    let updated_at = timestamp(row, "updated_at");
    let born = || {
        let id = row.get("_id")?.as_object_id()?;
        Timestamp::from_unix_millis(id.timestamp().timestamp_millis()).ok()
    };
    let created_at = timestamp(row, "created_at")
        .or_else(born)
        .or(updated_at)
        .unwrap_or(Timestamp::EPOCH);
    (created_at, updated_at.unwrap_or(created_at))
}

/// The plan that comes nearest to what the row says: without a word about it, no redials.
fn retry_plan(row: &Document) -> RetryPlan {
    let limit = number(row, "retry_limit")
        .or_else(|| number(row, "max_attempts").map(|dials| dials.saturating_sub(1)))
        .unwrap_or_default()
        .clamp(0, i64::from(RetryPlan::MAX_LIMIT));
    let usual = RetryPlan::default();
    let delay = number(row, "retry_delay_sec")
        .unwrap_or_else(|| i64::from(usual.delay_seconds()))
        .clamp(
            i64::from(RetryPlan::MIN_DELAY_SECONDS),
            i64::from(RetryPlan::MAX_DELAY_SECONDS),
        );
    RetryPlan::new(limit, delay, Backoff::Fixed).unwrap_or_default()
}

/// The feedback, if all its marks are marks.
fn feedback(row: &Document, otherwise_at: Timestamp) -> Option<Feedback> {
    let given = row.get("feedback")?.as_document()?;
    let score = |name| Score::new(number(given, name)?).ok();
    Some(Feedback {
        call_quality: score("call_quality")?,
        agent_helpfulness: score("agent_helpfulness")?,
        resolution: score("resolution")?,
        call_ease: score("call_ease")?,
        overall_satisfaction: score("overall_satisfaction")?,
        notes: text(given, "notes").map(FeedbackNotes::from_stored),
        created_at: timestamp(given, "feedback_provided_at")
            .or_else(|| timestamp(given, "created_at"))
            .unwrap_or(otherwise_at),
    })
}
