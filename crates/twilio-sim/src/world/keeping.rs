//! What is kept of calls and messages that are over, and for how long.

use std::collections::VecDeque;

use super::World;

/// How long what is over is kept at least: the last callbacks about it are sent within this time.
const KEPT_AT_LEAST_MS: i64 = 60_000;

/// What is over, in the order of the ends.
#[derive(Debug, Default)]
pub(super) struct Finished {
    /// When, and which.
    calls: VecDeque<(i64, String)>,
    messages: VecDeque<(i64, String)>,
}

impl World {
    /// Notes that a call is over.
    pub(crate) fn finish(&mut self, sid: &str, now_ms: i64) {
        self.finished.calls.push_back((now_ms, sid.to_owned()));
        self.tidy(now_ms);
    }

    /// Notes that nothing more becomes of a message.
    pub(crate) fn finish_message(&mut self, sid: &str, now_ms: i64) {
        self.finished.messages.push_back((now_ms, sid.to_owned()));
        self.tidy(now_ms);
    }

    /// Drops the oldest calls and messages that are over, with their records, when there are more than are
    /// to be kept.
    pub(crate) fn tidy(&mut self, now_ms: i64) {
        let at_most = self.records_kept;
        let calls = too_old(&mut self.finished.calls, at_most, now_ms);
        let messages = too_old(&mut self.finished.messages, at_most, now_ms);
        for sid in &calls {
            self.calls.remove(sid);
            self.cookies.forget_call(sid);
            for recording_sid in self.recordings.remove_of(sid) {
                self.transcriptions.remove_of(&recording_sid);
            }
        }
        for sid in &messages {
            self.messages.forget(sid);
        }
        for sid in calls.iter().chain(&messages) {
            self.ids_made.forget(sid);
            self.faults.forget(sid);
        }
        if !calls.is_empty() || !messages.is_empty() {
            self.drop_records();
        }
    }

    /// Drops what belongs to calls and messages that are gone.
    fn drop_records(&mut self) {
        let (calls, messages) = (&self.calls, &self.messages);
        let gone = |sid: &str| calls.get(sid).is_none() && messages.get(sid).is_none();
        self.deliveries
            .drop_oldest_while(|delivery| gone(&delivery.call_sid));
        self.alerts.drop_oldest_while(|alert| gone(&alert.call_sid));
    }
}

/// Takes out the oldest that are too many and have been kept for long enough.
fn too_old(finished: &mut VecDeque<(i64, String)>, at_most: usize, now_ms: i64) -> Vec<String> {
    let mut gone = Vec::new();
    while finished.len() > at_most
        && let Some((ended_ms, _)) = finished.front()
        && ended_ms.saturating_add(KEPT_AT_LEAST_MS) <= now_ms
        && let Some((_, sid)) = finished.pop_front()
    {
        gone.push(sid);
    }
    gone
}
