//! What is kept of calls that are over, and for how long.

use std::collections::{HashSet, VecDeque};

use super::World;

/// How long a call that is over is kept at least: the last callbacks about it are sent within this time.
const KEPT_AT_LEAST_MS: i64 = 60_000;

/// The calls that are over, in the order of their ends.
#[derive(Debug, Default)]
pub(super) struct Finished {
    /// When, and which.
    calls: VecDeque<(i64, String)>,
}

impl World {
    /// Notes that a call is over.
    pub(crate) fn finish(&mut self, sid: &str, now_ms: i64) {
        self.finished.calls.push_back((now_ms, sid.to_owned()));
        self.tidy(now_ms);
    }

    /// Drops the oldest calls that are over, with their records, when there are more than are to be kept.
    pub(crate) fn tidy(&mut self, now_ms: i64) {
        let mut dropped = false;
        while self.finished.calls.len() > self.records_kept
            && let Some((ended_ms, _)) = self.finished.calls.front()
            && ended_ms.saturating_add(KEPT_AT_LEAST_MS) <= now_ms
            && let Some((_, sid)) = self.finished.calls.pop_front()
        {
            self.calls.remove(&sid);
            self.ids_made.forget(&sid);
            self.faults.forget(&sid);
            self.cookies.forget_call(&sid);
            dropped = true;
        }
        if dropped {
            self.drop_records();
        }
    }

    /// Drops what belongs to calls that are gone.
    fn drop_records(&mut self) {
        let calls = &self.calls;
        let gone = |call_sid: &str| calls.get(call_sid).is_none();
        self.recordings
            .retain(|recording| !gone(&recording.call_sid));
        let kept: HashSet<&str> = self
            .recordings
            .iter()
            .map(|recording| recording.sid.as_str())
            .collect();
        self.transcriptions
            .retain(|transcription| kept.contains(transcription.recording_sid.as_str()));
        self.deliveries
            .drop_oldest_while(|delivery| gone(&delivery.call_sid));
        self.alerts.drop_oldest_while(|alert| gone(&alert.call_sid));
    }
}
