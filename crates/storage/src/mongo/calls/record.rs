//! The document of a call: its own fields, dials and attempts apart.

use atlas_domain::call::{Backoff, Call, Dial, HangUp, RetryPlan, next_work};
use atlas_domain::{CallSid, ExternalId, Feedback, FeedbackNotes, Score, Script, Stored, TenantId};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Document, doc};

use super::{attempts, dials, purpose};
use crate::StorageError;
use crate::archive::document_id;
use crate::mongo::SHAPE;
use crate::mongo::fields::{Fields, set_optional, stored_count, stored_time};

/// What of a call's document Atlas knows and may change, beside `dials`, `attempts` and what is
/// inside `notification`. Those from `status` to `due_at` are derived from the dials, for queries
/// and for those who read the database.
pub(in crate::mongo) const FIELDS: [&str; 31] = [
    "tenant",
    "call_id",
    "user_id",
    "user_external_id",
    "to_number",
    "from_number",
    "script",
    "recording_enabled",
    "recording_url",
    "transcription_text",
    "retry_limit",
    "retry_delay_sec",
    "retry_backoff",
    "redials_given_up",
    "hang_up",
    "feedback",
    "status",
    "twilio_sid",
    "call_sid",
    "sids",
    "started_at",
    "ended_at",
    "duration_sec",
    "answered_by",
    "attempt_count",
    "held",
    "due_at",
    "revision",
    "shape",
    "created_at",
    "updated_at",
];

/// What Atlas knows of feedback.
pub(in crate::mongo) const FEEDBACK_FIELDS: [&str; 7] = [
    "call_quality",
    "agent_helpfulness",
    "resolution",
    "call_ease",
    "overall_satisfaction",
    "notes",
    "feedback_provided_at",
];

/// The whole document of a call that is stored for the first time.
pub(in crate::mongo) fn new_document(tenant: &TenantId, call: &Call) -> Document {
    let id = document_id(tenant, call.call_id);
    let mut document = doc! { "_id": ObjectId::from_bytes(*id.bytes()) };
    document.extend(encode(tenant, call));
    document.extend(purpose::encode(&call.purpose));
    // Twilio's word, for those who read the database; an older Atlas wrote it too.
    document.insert("direction", "outbound-api");
    document.insert("lease", doc! { "fence": 0_i64 });
    document.insert("dials", dials::encode_all(call));
    document.insert("attempts", attempts::encode_all(call));
    document
}

/// The call's own fields.
pub(super) fn encode(tenant: &TenantId, call: &Call) -> Document {
    let mut document = doc! {
        "tenant": tenant.as_str(),
        "call_id": call.call_id.to_string(),
        "recording_enabled": call.recording_enabled,
        "retry_limit": i32::from(call.retry_plan.limit()),
        "retry_delay_sec": i64::from(call.retry_plan.delay_seconds()),
        "retry_backoff": call.retry_plan.backoff().as_str(),
        "redials_given_up": call.redials_given_up,
        "revision": stored_count(call.revision),
        "shape": SHAPE,
        "created_at": stored_time(call.created_at),
        "updated_at": stored_time(call.updated_at),
    };
    let mut set = |name, text: Option<&str>| set_optional(&mut document, name, text);
    set("user_id", call.user_id.map(|id| id.to_string()).as_deref());
    let external_id = call.user_external_id.as_ref();
    set("user_external_id", external_id.map(ExternalId::as_str));
    set("to_number", call.to_number.text());
    set("from_number", call.from_number.text());
    set("script", call.script.as_ref().map(Script::as_str));
    set("recording_url", call.recording_url.as_deref());
    set("transcription_text", call.transcription_text.as_deref());
    set_optional(&mut document, "hang_up", call.hang_up.map(encode_hang_up));
    let feedback = call.feedback.as_ref().map(encode_feedback);
    set_optional(&mut document, "feedback", feedback);
    document.extend(derived(call));
    document
}

/// What the dials come to.
fn derived(call: &Call) -> Document {
    let mut sids: Vec<_> = Vec::with_capacity(call.dials.len());
    for sid in call.dials.iter().filter_map(|dial| dial.sid.as_ref()) {
        if !sids.contains(&sid.as_str()) {
            sids.push(sid.as_str());
        }
    }
    let attempts = u64::try_from(call.attempts.len()).unwrap_or(u64::MAX);
    let mut document = doc! {
        "status": call.status().as_str(),
        "sids": sids,
        "attempt_count": stored_count(attempts),
        "held": call.held(),
    };
    let sid = call.twilio_sid().map(CallSid::as_str);
    set_optional(&mut document, "twilio_sid", sid);
    set_optional(&mut document, "call_sid", sid);
    let state = call.newest_dial().map(Dial::state).unwrap_or_default();
    set_optional(
        &mut document,
        "started_at",
        state.started_at.map(stored_time),
    );
    set_optional(&mut document, "ended_at", state.ended_at.map(stored_time));
    let duration = state.duration_seconds.map(i64::from);
    set_optional(&mut document, "duration_sec", duration);
    set_optional(&mut document, "answered_by", state.answered_by);
    let due_at = next_work(call).map(|work| stored_time(work.at));
    set_optional(&mut document, "due_at", due_at);
    document
}

fn encode_hang_up(hang_up: HangUp) -> Document {
    doc! {
        "requested_at": stored_time(hang_up.requested_at),
        "next_try_at": stored_time(hang_up.next_try_at),
    }
}

fn encode_feedback(feedback: &Feedback) -> Document {
    let score = |score: Score| i32::from(score.get());
    let mut document = doc! {
        "call_quality": score(feedback.call_quality),
        "agent_helpfulness": score(feedback.agent_helpfulness),
        "resolution": score(feedback.resolution),
        "call_ease": score(feedback.call_ease),
        "overall_satisfaction": score(feedback.overall_satisfaction),
        "feedback_provided_at": stored_time(feedback.created_at),
    };
    let notes = feedback.notes.as_ref().map(FeedbackNotes::as_str);
    set_optional(&mut document, "notes", notes);
    document
}

/// The call of a document that Atlas wrote or took over.
pub(super) fn read(document: &Document) -> Result<Call, StorageError> {
    let fields = Fields::of(document, "call");
    let owned = |name| Ok::<_, StorageError>(fields.optional_text(name)?.map(str::to_owned));
    let hang_up = fields.optional_document("hang_up", "call's hang-up")?;
    let feedback = fields.optional_document("feedback", "call's feedback")?;
    Ok(Call {
        call_id: fields.parsed("call_id")?,
        user_id: fields.optional_parsed("user_id")?,
        user_external_id: owned("user_external_id")?.map(ExternalId::from_stored),
        to_number: Stored::read(owned("to_number")?),
        from_number: Stored::read(owned("from_number")?),
        purpose: purpose::read(fields)?,
        script: owned("script")?.map(Script::from_stored),
        recording_enabled: fields.boolean("recording_enabled")?,
        recording_url: owned("recording_url")?,
        transcription_text: owned("transcription_text")?,
        retry_plan: read_retry_plan(fields)?,
        redials_given_up: fields.boolean("redials_given_up")?,
        hang_up: hang_up.map(read_hang_up).transpose()?,
        dials: dials::read_all(fields)?,
        attempts: attempts::read_all(fields)?,
        feedback: feedback.map(read_feedback).transpose()?,
        created_at: fields.timestamp("created_at")?,
        updated_at: fields.timestamp("updated_at")?,
        revision: fields.number("revision")?,
    })
}

fn read_retry_plan(fields: Fields<'_>) -> Result<RetryPlan, StorageError> {
    let limit = fields.number("retry_limit")?;
    let delay_seconds = fields.number("retry_delay_sec")?;
    let backoff = fields.word("retry_backoff", Backoff::from_word)?;
    RetryPlan::new(limit, delay_seconds, backoff)
        .map_err(|error| fields.corrupt("retry_limit or retry_delay_sec", error))
}

fn read_hang_up(fields: Fields<'_>) -> Result<HangUp, StorageError> {
    Ok(HangUp {
        requested_at: fields.timestamp("requested_at")?,
        next_try_at: fields.timestamp("next_try_at")?,
    })
}

fn read_feedback(fields: Fields<'_>) -> Result<Feedback, StorageError> {
    let score = |name| {
        let mark = fields.number(name)?;
        Score::new(mark).map_err(|error| fields.corrupt(name, error))
    };
    let notes = fields.optional_text("notes")?.map(str::to_owned);
    Ok(Feedback {
        call_quality: score("call_quality")?,
        agent_helpfulness: score("agent_helpfulness")?,
        resolution: score("resolution")?,
        call_ease: score("call_ease")?,
        overall_satisfaction: score("overall_satisfaction")?,
        notes: notes.map(FeedbackNotes::from_stored),
        created_at: fields.timestamp("feedback_provided_at")?,
    })
}
