//! The row of a call: everything about it but its dials and attempts.

use atlas_domain::call::{Backoff, Call, HangUp, RetryPlan, next_work};
use atlas_domain::{ExternalId, Feedback, FeedbackNotes, Score, Script};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Key, purpose};
use crate::StorageError;
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::{Fields, stored_count, stored_text, stored_time};

pub(in crate::sqlite) const LOAD: &str = "
    SELECT call_id, user_id, user_external_id, to_number, from_number, script, recording_enabled,
        recording_url, transcription_text, retry_limit, retry_delay_seconds, retry_backoff,
        redials_given_up, hang_up_requested_at, hang_up_next_try_at, feedback_call_quality,
        feedback_agent_helpfulness, feedback_resolution, feedback_call_ease,
        feedback_overall_satisfaction, feedback_notes, feedback_created_at, created_at, updated_at,
        revision, purpose, twiml_url, task_title, task_id, canceled_at, acknowledged_at,
        superseded_dials, end_others_at, acknowledged_via, acknowledged_dial_no, acknowledged_sid,
        acknowledged_digits, acknowledged_pressed_at, acknowledged_who, acknowledged_why,
        delivery_webhook_id, delivery_state, delivery_at, delivery_tries, delivery_last_error
    FROM calls WHERE tenant = ?1 AND call_id = ?2";

const INSERT: &str = "
    INSERT INTO calls (tenant, call_id, user_id, user_external_id, to_number, from_number, script,
        recording_enabled, recording_url, transcription_text, retry_limit, retry_delay_seconds,
        retry_backoff, redials_given_up, hang_up_requested_at, hang_up_next_try_at,
        feedback_call_quality, feedback_agent_helpfulness, feedback_resolution, feedback_call_ease,
        feedback_overall_satisfaction, feedback_notes, feedback_created_at, created_at, updated_at,
        revision, status, held, due_at)
    VALUES (:tenant, :call_id, :user_id, :user_external_id, :to_number, :from_number, :script,
        :recording_enabled, :recording_url, :transcription_text, :retry_limit,
        :retry_delay_seconds, :retry_backoff, :redials_given_up, :hang_up_requested_at,
        :hang_up_next_try_at, :feedback_call_quality, :feedback_agent_helpfulness,
        :feedback_resolution, :feedback_call_ease, :feedback_overall_satisfaction, :feedback_notes,
        :feedback_created_at, :created_at, :updated_at, :revision, :status, :held, :due_at)";

/// Leaves alone what never changes once a call is stored, and the lease, which is the claimants'.
pub(in crate::sqlite) const UPDATE: &str = "
    UPDATE calls SET recording_url = :recording_url, transcription_text = :transcription_text,
        redials_given_up = :redials_given_up, hang_up_requested_at = :hang_up_requested_at,
        hang_up_next_try_at = :hang_up_next_try_at, feedback_call_quality = :feedback_call_quality,
        feedback_agent_helpfulness = :feedback_agent_helpfulness,
        feedback_resolution = :feedback_resolution, feedback_call_ease = :feedback_call_ease,
        feedback_overall_satisfaction = :feedback_overall_satisfaction,
        feedback_notes = :feedback_notes, feedback_created_at = :feedback_created_at,
        updated_at = :updated_at, revision = :revision, status = :status, held = :held,
        due_at = :due_at
    WHERE tenant = :tenant AND call_id = :call_id";

/// Reads the call, its dials and attempts still empty.
pub(super) fn load(connection: &Connection, key: &Key) -> Result<Option<Call>, Fault> {
    connection
        .prepare_cached(LOAD)?
        .query_row((&key.tenant, &key.call_id), |row| Ok(read(row)))
        .optional()?
        .transpose()
        .map_err(Fault::from)
}

pub(super) fn insert(connection: &Connection, key: &Key, call: &Call) -> Result<(), Fault> {
    let feedback = call.feedback.as_ref();
    let score = |of: fn(&Feedback) -> Score| feedback.map(|feedback| of(feedback).get());
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":tenant": key.tenant,
        ":call_id": key.call_id,
        ":user_id": call.user_id.map(|id| id.to_string()),
        ":user_external_id": call.user_external_id.as_ref().map(|id| id.as_str()),
        ":to_number": stored_text(&call.to_number),
        ":from_number": stored_text(&call.from_number),
        ":script": call.script.as_ref().map(|script| script.as_str()),
        ":recording_enabled": call.recording_enabled,
        ":recording_url": call.recording_url,
        ":transcription_text": call.transcription_text,
        ":retry_limit": call.retry_plan.limit(),
        ":retry_delay_seconds": call.retry_plan.delay_seconds(),
        ":retry_backoff": call.retry_plan.backoff().as_str(),
        ":redials_given_up": call.redials_given_up,
        ":hang_up_requested_at": stored_time(call.hang_up.map(|hang_up| hang_up.requested_at)),
        ":hang_up_next_try_at": stored_time(call.hang_up.map(|hang_up| hang_up.next_try_at)),
        ":feedback_call_quality": score(|feedback| feedback.call_quality),
        ":feedback_agent_helpfulness": score(|feedback| feedback.agent_helpfulness),
        ":feedback_resolution": score(|feedback| feedback.resolution),
        ":feedback_call_ease": score(|feedback| feedback.call_ease),
        ":feedback_overall_satisfaction": score(|feedback| feedback.overall_satisfaction),
        ":feedback_notes": feedback
            .and_then(|feedback| feedback.notes.as_ref())
            .map(|notes| notes.as_str()),
        ":feedback_created_at": stored_time(feedback.map(|feedback| feedback.created_at)),
        ":created_at": call.created_at.unix_millis(),
        ":updated_at": call.updated_at.unix_millis(),
        ":revision": stored_count(call.revision),
        ":status": call.status().as_str(),
        ":held": call.held(),
        ":due_at": stored_time(next_work(call).map(|work| work.at)),
    })?;
    Ok(())
}

pub(super) fn update(connection: &Connection, key: &Key, call: &Call) -> Result<(), Fault> {
    let feedback = call.feedback.as_ref();
    let score = |of: fn(&Feedback) -> Score| feedback.map(|feedback| of(feedback).get());
    connection.prepare_cached(UPDATE)?.execute(named_params! {
        ":tenant": key.tenant,
        ":call_id": key.call_id,
        ":recording_url": call.recording_url,
        ":transcription_text": call.transcription_text,
        ":redials_given_up": call.redials_given_up,
        ":hang_up_requested_at": stored_time(call.hang_up.map(|hang_up| hang_up.requested_at)),
        ":hang_up_next_try_at": stored_time(call.hang_up.map(|hang_up| hang_up.next_try_at)),
        ":feedback_call_quality": score(|feedback| feedback.call_quality),
        ":feedback_agent_helpfulness": score(|feedback| feedback.agent_helpfulness),
        ":feedback_resolution": score(|feedback| feedback.resolution),
        ":feedback_call_ease": score(|feedback| feedback.call_ease),
        ":feedback_overall_satisfaction": score(|feedback| feedback.overall_satisfaction),
        ":feedback_notes": feedback
            .and_then(|feedback| feedback.notes.as_ref())
            .map(|notes| notes.as_str()),
        ":feedback_created_at": stored_time(feedback.map(|feedback| feedback.created_at)),
        ":updated_at": call.updated_at.unix_millis(),
        ":revision": stored_count(call.revision),
        ":status": call.status().as_str(),
        ":held": call.held(),
        ":due_at": stored_time(next_work(call).map(|work| work.at)),
    })?;
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Call, StorageError> {
    let mut fields = Fields::of(row, "calls");
    Ok(Call {
        call_id: fields.parsed()?,
        user_id: fields.optional_parsed()?,
        user_external_id: fields
            .plain::<Option<String>>()?
            .map(ExternalId::from_stored),
        to_number: fields.stored()?,
        from_number: fields.stored()?,
        script: fields.plain::<Option<String>>()?.map(Script::from_stored),
        recording_enabled: fields.plain()?,
        recording_url: fields.plain()?,
        transcription_text: fields.plain()?,
        retry_plan: read_retry_plan(&mut fields)?,
        redials_given_up: fields.plain()?,
        hang_up: read_hang_up(&mut fields)?,
        dials: Vec::new(),
        attempts: Vec::new(),
        feedback: read_feedback(&mut fields)?,
        created_at: fields.timestamp()?,
        updated_at: fields.timestamp()?,
        revision: fields.number()?,
        purpose: purpose::read(&mut fields)?,
    })
}

fn read_retry_plan(fields: &mut Fields<'_>) -> Result<RetryPlan, StorageError> {
    let limit = fields.plain()?;
    let delay_seconds = fields.plain()?;
    let backoff = fields.word(Backoff::from_word)?;
    RetryPlan::new(limit, delay_seconds, backoff)
        .map_err(|error| fields.corrupt(format_args!("limit or delay before it {error}")))
}

fn read_hang_up(fields: &mut Fields<'_>) -> Result<Option<HangUp>, StorageError> {
    let requested_at = fields.optional_timestamp()?;
    let next_try_at = fields.optional_timestamp()?;
    match (requested_at, next_try_at) {
        (Some(requested_at), Some(next_try_at)) => Ok(Some(HangUp {
            requested_at,
            next_try_at,
        })),
        (None, None) => Ok(None),
        (Some(_), None) | (None, Some(_)) => {
            Err(fields.corrupt("only one of the two times of a hang-up"))
        }
    }
}

fn read_feedback(fields: &mut Fields<'_>) -> Result<Option<Feedback>, StorageError> {
    let call_quality = read_score(fields)?;
    let agent_helpfulness = read_score(fields)?;
    let resolution = read_score(fields)?;
    let call_ease = read_score(fields)?;
    let overall_satisfaction = read_score(fields)?;
    let notes = fields
        .plain::<Option<String>>()?
        .map(FeedbackNotes::from_stored);
    let Some(created_at) = fields.optional_timestamp()? else {
        return Ok(None);
    };
    let missing = || fields.corrupt("feedback without all its scores");
    Ok(Some(Feedback {
        call_quality: call_quality.ok_or_else(missing)?,
        agent_helpfulness: agent_helpfulness.ok_or_else(missing)?,
        resolution: resolution.ok_or_else(missing)?,
        call_ease: call_ease.ok_or_else(missing)?,
        overall_satisfaction: overall_satisfaction.ok_or_else(missing)?,
        notes,
        created_at,
    }))
}

fn read_score(fields: &mut Fields<'_>) -> Result<Option<Score>, StorageError> {
    let mark: Option<i64> = fields.plain()?;
    mark.map(|mark| Score::new(mark).map_err(|error| fields.corrupt(error)))
        .transpose()
}
