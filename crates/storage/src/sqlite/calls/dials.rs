//! The dials of a call.

use atlas_domain::call::{
    CallStatus, Detection, Dial, Ending, FailureCause, KeyPress, Placement, Progress, SidSource,
    Snapshot,
};
use atlas_domain::notification::AnsweredBy;
use atlas_domain::{DialNo, Timestamp};
use rusqlite::{Connection, Row, named_params};

use super::Key;
use crate::StorageError;
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::{Fields, stored_time};

pub(in crate::sqlite) const LOAD: &str = "
    SELECT dial_no, placement, placement_at, placement_cause,
        placement_code, placement_reason, intended_at, asked_at, tries, sid, sid_source, progress_status, progress_first_at, progress_answered_by,
        ending_status, ending_ended_at, ending_duration_seconds, ending_sip_response_code,
        snapshot_status, snapshot_started_at, snapshot_ended_at, snapshot_duration_seconds,
        snapshot_answered_by, settled_at, voice_requested_at, sid_known_at, detection_answered_by,
        detection_at, first_key_digits, first_key_pressed_at, machine_message_at, polled_at
    FROM dials WHERE tenant = ?1 AND call_id = ?2 ORDER BY dial_no";

const STORE: &str = "
    INSERT INTO dials (tenant, call_id, dial_no, placement, placement_at, placement_cause,
        placement_code, placement_reason, intended_at, asked_at, tries, sid, sid_source, progress_status,
        progress_first_at, progress_answered_by, ending_status, ending_ended_at,
        ending_duration_seconds, ending_sip_response_code, snapshot_status, snapshot_started_at,
        snapshot_ended_at, snapshot_duration_seconds, snapshot_answered_by, settled_at,
        voice_requested_at, sid_known_at, detection_answered_by, detection_at, first_key_digits,
        first_key_pressed_at, machine_message_at, polled_at)
    VALUES (:tenant, :call_id, :dial_no, :placement, :placement_at, :placement_cause,
        :placement_code, :placement_reason, :intended_at, :asked_at, :tries, :sid, :sid_source, :progress_status,
        :progress_first_at, :progress_answered_by, :ending_status, :ending_ended_at,
        :ending_duration_seconds, :ending_sip_response_code, :snapshot_status,
        :snapshot_started_at, :snapshot_ended_at, :snapshot_duration_seconds,
        :snapshot_answered_by, :settled_at, :voice_requested_at, :sid_known_at,
        :detection_answered_by, :detection_at, :first_key_digits, :first_key_pressed_at,
        :machine_message_at, :polled_at)
    ON CONFLICT (tenant, call_id, dial_no) DO UPDATE SET
        placement = excluded.placement, placement_at = excluded.placement_at,
        placement_cause = excluded.placement_cause,
        placement_code = excluded.placement_code, placement_reason = excluded.placement_reason,
        intended_at = excluded.intended_at, asked_at = excluded.asked_at, tries = excluded.tries,
        sid = excluded.sid, sid_source = excluded.sid_source,
        progress_status = excluded.progress_status,
        progress_first_at = excluded.progress_first_at,
        progress_answered_by = excluded.progress_answered_by,
        ending_status = excluded.ending_status, ending_ended_at = excluded.ending_ended_at,
        ending_duration_seconds = excluded.ending_duration_seconds,
        ending_sip_response_code = excluded.ending_sip_response_code,
        snapshot_status = excluded.snapshot_status,
        snapshot_started_at = excluded.snapshot_started_at,
        snapshot_ended_at = excluded.snapshot_ended_at,
        snapshot_duration_seconds = excluded.snapshot_duration_seconds,
        snapshot_answered_by = excluded.snapshot_answered_by, settled_at = excluded.settled_at,
        voice_requested_at = excluded.voice_requested_at, sid_known_at = excluded.sid_known_at,
        detection_answered_by = excluded.detection_answered_by,
        detection_at = excluded.detection_at, first_key_digits = excluded.first_key_digits,
        first_key_pressed_at = excluded.first_key_pressed_at,
        machine_message_at = excluded.machine_message_at, polled_at = excluded.polled_at";

pub(in crate::sqlite) const FORGET_SID: &str = "
    UPDATE dials SET sid = NULL WHERE tenant = ?1 AND call_id = ?2 AND dial_no = ?3";

pub(super) fn load(connection: &Connection, key: &Key) -> Result<Vec<Dial>, Fault> {
    let mut statement = connection.prepare_cached(LOAD)?;
    let mut rows = statement.query((&key.tenant, &key.call_id))?;
    let mut dials = Vec::new();
    while let Some(row) = rows.next()? {
        dials.push(read(row)?);
    }
    Ok(dials)
}

/// Writes the dials that are new or have changed.
pub(super) fn store_changes(
    connection: &Connection,
    key: &Key,
    before: &[Dial],
    after: &[Dial],
) -> Result<(), Fault> {
    let known = |dial_no: DialNo| before.iter().find(|dial| dial.dial_no == dial_no);
    let changed = || {
        after
            .iter()
            .filter(|dial| known(dial.dial_no) != Some(dial))
    };
    // A SID that moves from one dial to another must be free before it is taken.
    for dial in changed() {
        let lost = known(dial.dial_no)
            .and_then(|known| known.sid.as_ref())
            .is_some_and(|sid| dial.sid.as_ref() != Some(sid));
        if lost {
            connection.prepare_cached(FORGET_SID)?.execute((
                &key.tenant,
                &key.call_id,
                dial.dial_no.get(),
            ))?;
        }
    }
    for dial in changed() {
        store(connection, key, dial)?;
    }
    Ok(())
}

fn store(connection: &Connection, key: &Key, dial: &Dial) -> Result<(), Fault> {
    let placement = PlacementColumns::of(&dial.placement);
    let progress = &dial.progress;
    let ending = progress.ending;
    let snapshot = progress.snapshot.as_ref();
    let detection = dial.detection;
    let key_press = dial.first_key_press.as_ref();
    connection.prepare_cached(STORE)?.execute(named_params! {
        ":tenant": key.tenant,
        ":call_id": key.call_id,
        ":dial_no": dial.dial_no.get(),
        ":placement": placement.word,
        ":placement_at": stored_time(placement.at),
        ":placement_cause": placement.cause,
        ":placement_code": placement.code,
        ":placement_reason": placement.reason,
        ":intended_at": dial.intended_at.unix_millis(),
        ":asked_at": dial.asked_at.unix_millis(),
        ":tries": dial.tries,
        ":sid": dial.sid.as_ref().map(|sid| sid.as_str()),
        ":sid_source": dial.sid_source.map(SidSource::as_str),
        ":progress_status": progress.status.map(CallStatus::as_str),
        ":progress_first_at": stored_time(progress.first_at),
        ":progress_answered_by": progress.answered_by,
        ":ending_status": ending.map(|ending| ending.status.as_str()),
        ":ending_ended_at": stored_time(ending.and_then(|ending| ending.ended_at)),
        ":ending_duration_seconds": ending.and_then(|ending| ending.duration_seconds),
        ":ending_sip_response_code": ending.and_then(|ending| ending.sip_response_code),
        ":snapshot_status": snapshot.map(|snapshot| snapshot.status.as_str()),
        ":snapshot_started_at": stored_time(snapshot.and_then(|snapshot| snapshot.started_at)),
        ":snapshot_ended_at": stored_time(snapshot.and_then(|snapshot| snapshot.ended_at)),
        ":snapshot_duration_seconds": snapshot.and_then(|snapshot| snapshot.duration_seconds),
        ":snapshot_answered_by": snapshot.and_then(|snapshot| snapshot.answered_by.as_deref()),
        ":settled_at": stored_time(dial.settled_at),
        ":voice_requested_at": stored_time(dial.voice_requested_at),
        ":sid_known_at": stored_time(dial.sid_known_at),
        ":detection_answered_by": detection.map(|detection| detection.answered_by.as_str()),
        ":detection_at": stored_time(detection.map(|detection| detection.at)),
        ":first_key_digits": key_press.map(|press| press.digits.as_str()),
        ":first_key_pressed_at": stored_time(key_press.map(|press| press.pressed_at)),
        ":machine_message_at": stored_time(dial.machine_message_at),
        ":polled_at": stored_time(dial.polled_at),
    })?;
    Ok(())
}

/// A placement as five columns.
struct PlacementColumns<'dial> {
    word: &'static str,
    at: Option<Timestamp>,
    cause: Option<&'static str>,
    code: Option<u32>,
    reason: Option<&'dial str>,
}

impl<'dial> PlacementColumns<'dial> {
    fn of(placement: &'dial Placement) -> Self {
        let plain = |word| Self {
            word,
            at: None,
            cause: None,
            code: None,
            reason: None,
        };
        match placement {
            Placement::Intended => plain("intended"),
            Placement::Accepted => plain("accepted"),
            Placement::Unknown { next_lookup_at } => Self {
                at: Some(*next_lookup_at),
                ..plain("unknown")
            },
            Placement::Held { since } => Self {
                at: Some(*since),
                ..plain("held")
            },
            Placement::Deferred {
                next_try_at,
                reason,
            } => Self {
                at: Some(*next_try_at),
                reason: Some(reason),
                ..plain("deferred")
            },
            Placement::Failed {
                cause,
                code,
                reason,
            } => Self {
                cause: Some(cause.as_str()),
                code: *code,
                reason: Some(reason),
                ..plain("failed")
            },
            Placement::Withdrawn => plain("withdrawn"),
        }
    }
}

fn read(row: &Row<'_>) -> Result<Dial, StorageError> {
    let mut fields = Fields::of(row, "dials");
    Ok(Dial {
        dial_no: read_dial_no(&mut fields)?,
        placement: read_placement(&mut fields)?,
        intended_at: fields.timestamp()?,
        asked_at: fields.timestamp()?,
        tries: fields.number()?,
        sid: fields.optional_parsed()?,
        sid_source: fields.optional_word(SidSource::from_word)?,
        progress: read_progress(&mut fields)?,
        settled_at: fields.optional_timestamp()?,
        voice_requested_at: fields.optional_timestamp()?,
        sid_known_at: fields.optional_timestamp()?,
        detection: read_detection(&mut fields)?,
        first_key_press: read_key_press(&mut fields)?,
        machine_message_at: fields.optional_timestamp()?,
        polled_at: fields.optional_timestamp()?,
    })
}

pub(super) fn read_dial_no(fields: &mut Fields<'_>) -> Result<DialNo, StorageError> {
    let number = fields.number()?;
    DialNo::new(number).map_err(|error| fields.corrupt(error))
}

pub(super) fn read_status(word: &str) -> Option<CallStatus> {
    CallStatus::from_word(word).ok()
}

fn read_placement(fields: &mut Fields<'_>) -> Result<Placement, StorageError> {
    let word: String = fields.plain()?;
    let at = fields.optional_timestamp()?;
    let cause = fields.optional_word(FailureCause::from_word)?;
    let code = fields.optional_number()?;
    let reason: Option<String> = fields.plain()?;
    let placement = match (word.as_str(), at, reason) {
        ("intended", _, _) => Placement::Intended,
        ("accepted", _, _) => Placement::Accepted,
        ("unknown", Some(next_lookup_at), _) => Placement::Unknown { next_lookup_at },
        ("held", Some(since), _) => Placement::Held { since },
        ("deferred", Some(next_try_at), Some(reason)) => Placement::Deferred {
            next_try_at,
            reason,
        },
        ("failed", _, Some(reason)) => Placement::Failed {
            cause: cause.ok_or_else(|| fields.corrupt("a failed placement has no cause"))?,
            code,
            reason,
        },
        ("withdrawn", _, _) => Placement::Withdrawn,
        _ => return Err(fields.corrupt("does not fit the placement")),
    };
    Ok(placement)
}

fn read_progress(fields: &mut Fields<'_>) -> Result<Progress, StorageError> {
    Ok(Progress {
        status: fields.optional_word(read_status)?,
        first_at: fields.optional_timestamp()?,
        answered_by: fields.plain()?,
        ending: read_ending(fields)?,
        snapshot: read_snapshot(fields)?,
    })
}

fn read_ending(fields: &mut Fields<'_>) -> Result<Option<Ending>, StorageError> {
    let status = fields.optional_word(read_status)?;
    let ended_at = fields.optional_timestamp()?;
    let duration_seconds = fields.optional_number()?;
    let sip_response_code = fields.optional_number()?;
    Ok(status.map(|status| Ending {
        status,
        ended_at,
        duration_seconds,
        sip_response_code,
    }))
}

fn read_snapshot(fields: &mut Fields<'_>) -> Result<Option<Snapshot>, StorageError> {
    let status = fields.optional_word(read_status)?;
    let started_at = fields.optional_timestamp()?;
    let ended_at = fields.optional_timestamp()?;
    let duration_seconds = fields.optional_number()?;
    let answered_by = fields.plain()?;
    Ok(status.map(|status| Snapshot {
        status,
        started_at,
        ended_at,
        duration_seconds,
        answered_by,
    }))
}

fn read_detection(fields: &mut Fields<'_>) -> Result<Option<Detection>, StorageError> {
    let answered_by = fields.optional_word(AnsweredBy::from_word)?;
    let at = fields.optional_timestamp()?;
    Ok(answered_by
        .zip(at)
        .map(|(answered_by, at)| Detection { answered_by, at }))
}

fn read_key_press(fields: &mut Fields<'_>) -> Result<Option<KeyPress>, StorageError> {
    let digits = fields.optional_parsed()?;
    let pressed_at = fields.optional_timestamp()?;
    Ok(digits
        .zip(pressed_at)
        .map(|(digits, pressed_at)| KeyPress { digits, pressed_at }))
}
