//! The recording a Dial asks for.

use super::super::document::{Base, Dial, RecordFrom};
use super::super::start::callback;
use crate::call::Leg;
use crate::recording::{self, RecordingOptions, RecordingSource};

/// Begins the recording that is to begin now; returns its SID.
pub(super) async fn begin(leg: &Leg, dial: &Dial, base: &Base, now: RecordFrom) -> Option<String> {
    let record = dial.record.as_ref().filter(|record| record.from == now)?;
    let options = RecordingOptions {
        source: RecordingSource::DialVerb,
        name: None,
        channels: record.channels,
        track: record.track,
        trim_silence: record.trim_silence,
        callback: callback(leg, record.callback.as_ref(), base),
        conference_sid: None,
    };
    Some(recording::begin_within(leg, options).await)
}

/// Ends a recording, unless the REST API has ended it before.
pub(super) fn end(leg: &Leg, sid: Option<&String>) {
    let Some(sid) = sid else { return };
    let active = {
        let world = leg.shared.world();
        world
            .recording(sid)
            .is_some_and(|recording| recording.status.is_active())
    };
    if active {
        recording::stop(&leg.shared, sid);
    }
}
