//! The life of a recording, from its beginning to the moment its media can be had.

use std::sync::Arc;

use super::{
    PauseBehavior, Recording, RecordingOptions, RecordingSource, RecordingStatus, Timing, callback,
};
use crate::call::Leg;
use crate::journal::Entry;
use crate::world::{Shared, World};

/// How long a recording is processed before its media can be had.
const PROCESSING_MS: i64 = 1_000;

/// Begins a recording of a call and returns its SID.
pub(crate) fn begin(shared: &Arc<Shared>, call_sid: &str, options: RecordingOptions) -> String {
    let sid = add(shared, call_sid, options);
    let (told, its_sid) = (Arc::clone(shared), sid.clone());
    let now_ms = shared.timeline.now_ms();
    shared.timeline.spawn_at(now_ms, move |turn| async move {
        callback::tell(&told, &its_sid).await;
        // Kept until here, so that nothing else happens meanwhile.
        drop(turn);
    });
    sid
}

/// Begins a recording in the turn of its call, so that its callback comes before anything else happens.
pub(crate) async fn begin_within(leg: &Leg, options: RecordingOptions) -> String {
    let sid = add(&leg.shared, &leg.sid, options);
    let (shared, its_sid) = (Arc::clone(&leg.shared), sid.clone());
    leg.beside(async move { callback::tell(&shared, &its_sid).await })
        .await;
    sid
}

fn add(shared: &Shared, call_sid: &str, options: RecordingOptions) -> String {
    let sid = shared.new_sid_of(call_sid, "RE");
    let now_ms = shared.timeline.now_ms();
    let mut world = shared.world();
    world.recordings.push(Recording {
        sid: sid.clone(),
        call_sid: call_sid.to_owned(),
        options,
        status: RecordingStatus::InProgress,
        started_ms: now_ms,
        updated_ms: now_ms,
        timing: Timing::starting(now_ms),
        duration_ms: 0,
        digits: String::new(),
        deleted: false,
    });
    note(shared, &mut world, &sid);
    drop(world);
    sid
}

/// Pauses a recording that is in progress; one that is paused goes on being paused.
pub(crate) fn pause(shared: &Shared, sid: &str, behavior: PauseBehavior) {
    let now_ms = shared.timeline.now_ms();
    change(shared, sid, |recording| {
        if recording.status == RecordingStatus::InProgress {
            recording.timing.pause(now_ms, behavior);
            recording.status = RecordingStatus::Paused;
        }
    });
}

/// Lets a paused recording go on.
pub(crate) fn resume(shared: &Shared, sid: &str) {
    let now_ms = shared.timeline.now_ms();
    change(shared, sid, |recording| {
        if recording.status == RecordingStatus::Paused {
            recording.timing.resume(now_ms);
            recording.status = RecordingStatus::InProgress;
        }
    });
}

/// Ends a recording before its call ends.
pub(crate) fn stop(shared: &Arc<Shared>, sid: &str) {
    end(shared, sid, shared.timeline.now_ms());
    change(shared, sid, |recording| {
        if recording.status == RecordingStatus::Processing {
            recording.status = RecordingStatus::Stopped;
        }
    });
}

/// Ends all recordings of a call, which ended at this instant.
pub(crate) fn end_all(shared: &Arc<Shared>, call_sid: &str, at_ms: i64) {
    let active: Vec<String> = {
        let world = shared.world();
        let recordings = world.recordings.of(call_sid);
        recordings
            .filter(|recording| recording.status.is_active())
            // A conference may outlast the call that started it.
            .filter(|recording| recording.options.source != RecordingSource::Conference)
            .map(|recording| recording.sid.clone())
            .collect()
    };
    for sid in active {
        end(shared, &sid, at_ms);
    }
}

/// Ends a recording whose length has been measured by whoever made it.
pub(crate) fn end_with(shared: &Arc<Shared>, sid: &str, duration_ms: u64, digits: &str) {
    change(shared, sid, |recording| {
        digits.clone_into(&mut recording.digits);
        finish(recording, duration_ms);
    });
    schedule_completion(shared, sid);
}

/// Ends a recording that is still being made: its length is what time has passed, pauses and trimmed
/// silence left out.
fn end(shared: &Arc<Shared>, sid: &str, at_ms: i64) {
    {
        let mut world = shared.world();
        let call_sid = world.recording(sid).map(|found| found.call_sid.clone());
        let sounds = call_sid
            .and_then(|call_sid| world.call(&call_sid).map(|call| call.sounds.clone()))
            .unwrap_or_default();
        let Some(recording) = world.recording_mut(sid) else {
            return;
        };
        recording.timing.close(at_ms);
        recording.updated_ms = at_ms;
        let duration_ms = if recording.options.trim_silence {
            recording.timing.trimmed_ms(&sounds)
        } else {
            recording.timing.whole_ms()
        };
        finish(recording, duration_ms);
        note(shared, &mut world, sid);
    }
    schedule_completion(shared, sid);
}

/// A recording that holds nothing is absent at once, any other is processed.
const fn finish(recording: &mut Recording, duration_ms: u64) {
    recording.duration_ms = duration_ms;
    recording.status = if duration_ms == 0 {
        RecordingStatus::Absent
    } else {
        RecordingStatus::Processing
    };
}

/// A moment later the media can be had, and the callback says so; or it says that there is none.
fn schedule_completion(shared: &Arc<Shared>, sid: &str) {
    let at_ms = shared.timeline.now_ms().saturating_add(PROCESSING_MS);
    let (shared, sid) = (Arc::clone(shared), sid.to_owned());
    let timeline = shared.timeline.clone();
    timeline.spawn_at(at_ms, move |turn| async move {
        change(&shared, &sid, |recording| match recording.status {
            RecordingStatus::Processing | RecordingStatus::Stopped => {
                recording.status = RecordingStatus::Completed;
            }
            RecordingStatus::InProgress
            | RecordingStatus::Paused
            | RecordingStatus::Completed
            | RecordingStatus::Absent => {}
        });
        callback::tell(&shared, &sid).await;
        drop(turn);
    });
}

fn change(shared: &Shared, sid: &str, change: impl FnOnce(&mut Recording)) {
    let now_ms = shared.timeline.now_ms();
    let mut world = shared.world();
    if let Some(recording) = world.recording_mut(sid) {
        let before = recording.status;
        recording.updated_ms = now_ms;
        change(recording);
        if recording.status != before {
            note(shared, &mut world, sid);
        }
    }
}

/// Writes the present status of a recording into the journal.
fn note(shared: &Shared, world: &mut World, sid: &str) {
    let Some(recording) = world.recording(sid) else {
        return;
    };
    let (call_sid, status) = (recording.call_sid.clone(), recording.status);
    let entry = Entry::Recording {
        recording: sid,
        status: status.as_str(),
        duration_ms: recording.duration_ms,
    };
    shared.write_in(world, Some(&call_sid), entry);
}
