//! Recordings: one per Recording SID, put together from callbacks in any order.

use crate::{CallId, CallSid, RecordingId, RecordingSid, Timestamp};

/// What the carrier says of a recording (facts of `recordingStatusCallback`,
/// <https://www.twilio.com/docs/voice/twiml/record>), in rank order: a later one never goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordingStatus {
    /// It is being recorded.
    InProgress,
    /// There was nothing to record: a normal end.
    Absent,
    /// It could not be made.
    Failed,
    /// It is ready.
    Completed,
}

impl RecordingStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [
        Self::InProgress,
        Self::Absent,
        Self::Failed,
        Self::Completed,
    ];

    /// Twilio's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Absent => "absent",
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }

    /// The status with this word of Twilio's.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// What the carrier says of a transcription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TranscriptionStatus {
    /// It could not be made: a normal end.
    Failed,
    /// It is ready.
    Completed,
}

impl TranscriptionStatus {
    /// Every status.
    pub const ALL: [Self; 2] = [Self::Failed, Self::Completed];

    /// Twilio's word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Completed => "completed",
        }
    }

    /// The status with this word of Twilio's.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// Where a recording stands, in three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordingProgress {
    /// The carrier still works on it.
    Processing,
    /// It can be fetched.
    Completed,
    /// There is none.
    Failed,
}

impl RecordingProgress {
    /// The word the API shows.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

/// A recording as far as callbacks have told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// The id Atlas gave.
    pub id: RecordingId,
    /// The call it was made in.
    pub call_id: CallId,
    /// The dial it was made in, where a callback said so.
    pub call_sid: Option<CallSid>,
    /// The carrier's id.
    pub twilio_sid: RecordingSid,
    /// Where the carrier keeps it; shown, never fetched.
    pub recording_url: Option<String>,
    /// The carrier's last word on it.
    pub recording_status: RecordingStatus,
    /// Its length in seconds.
    pub duration_seconds: Option<u32>,
    /// How many channels it has.
    pub channels: Option<u32>,
    /// What was said, where a transcription was made.
    pub transcription_text: Option<String>,
    /// The carrier's word on the transcription.
    pub transcription_status: Option<TranscriptionStatus>,
    /// Whether the call shows the URL and text that this recording has now.
    pub linked: bool,
    /// When the first callback about it came.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a recording status callback brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingUpdate {
    /// The carrier's word.
    pub status: RecordingStatus,
    /// Where the carrier keeps it.
    pub recording_url: Option<String>,
    /// Its length in seconds.
    pub duration_seconds: Option<u32>,
    /// How many channels it has.
    pub channels: Option<u32>,
}

/// What a transcription callback brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TranscriptionUpdate {
    /// The carrier's word.
    pub status: TranscriptionStatus,
    /// What was said.
    pub text: Option<String>,
    /// Where the carrier keeps the recording.
    pub recording_url: Option<String>,
}

/// One callback about one recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingEvent {
    /// The carrier's id of the recording.
    pub recording_sid: RecordingSid,
    /// The dial it was made in.
    pub call_sid: Option<CallSid>,
    /// What it said.
    pub update: RecordingEventKind,
}

/// Which of the two callbacks it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordingEventKind {
    /// A recording status callback.
    Recording(RecordingUpdate),
    /// A transcription callback.
    Transcription(TranscriptionUpdate),
}

impl Recording {
    /// The recording of which nothing was known before `event`.
    #[must_use]
    pub fn begin(id: RecordingId, call_id: CallId, event: &RecordingEvent, now: Timestamp) -> Self {
        let empty = Self {
            id,
            call_id,
            call_sid: None,
            twilio_sid: event.recording_sid.clone(),
            recording_url: None,
            recording_status: RecordingStatus::InProgress,
            duration_seconds: None,
            channels: None,
            transcription_text: None,
            transcription_status: None,
            linked: false,
            created_at: now,
            updated_at: now,
        };
        empty.with(event, now).unwrap_or(empty)
    }

    /// The recording after `event`, or `None` when the event brings nothing new.
    ///
    /// A status never goes back, and what one callback brought no other erases, so that every
    /// order and every repetition of the same callbacks gives the same recording.
    #[must_use]
    pub fn with(&self, event: &RecordingEvent, now: Timestamp) -> Option<Self> {
        let mut next = self.clone();
        keep(&mut next.call_sid, event.call_sid.as_ref());
        match &event.update {
            RecordingEventKind::Recording(update) => {
                next.recording_status = next.recording_status.max(update.status);
                keep(&mut next.recording_url, update.recording_url.as_ref());
                keep(&mut next.duration_seconds, update.duration_seconds.as_ref());
                keep(&mut next.channels, update.channels.as_ref());
            }
            RecordingEventKind::Transcription(update) => {
                next.transcription_status = next.transcription_status.max(Some(update.status));
                keep(&mut next.transcription_text, update.text.as_ref());
                keep(&mut next.recording_url, update.recording_url.as_ref());
                // A transcription is made from a recording that is ready.
                if update.status == TranscriptionStatus::Completed {
                    next.recording_status = RecordingStatus::Completed;
                }
            }
        }
        if next == *self {
            return None;
        }
        next.linked = false;
        next.updated_at = now;
        Some(next)
    }

    /// Where it stands, in three words.
    #[must_use]
    pub const fn progress(&self) -> RecordingProgress {
        match self.recording_status {
            RecordingStatus::InProgress => RecordingProgress::Processing,
            RecordingStatus::Completed => RecordingProgress::Completed,
            RecordingStatus::Absent | RecordingStatus::Failed => RecordingProgress::Failed,
        }
    }
}

/// Keeps the larger of what is known and what is new, so that the order does not matter; texts are
/// equal in practice, and the rule only makes a contradiction end the same way everywhere.
fn keep<T: Ord + Clone>(known: &mut Option<T>, new: Option<&T>) {
    if let Some(new) = new
        && known.as_ref().is_none_or(|known| known < new)
    {
        *known = Some(new.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ObjectId;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn events() -> Vec<RecordingEvent> {
        let recording = |status, duration_seconds| RecordingEvent {
            recording_sid: "RE1".parse().unwrap(),
            call_sid: Some("CA1".parse().unwrap()),
            update: RecordingEventKind::Recording(RecordingUpdate {
                status,
                recording_url: Some("https://api.twilio.com/RE1".to_owned()),
                duration_seconds,
                channels: duration_seconds.map(|_| 1),
            }),
        };
        let transcription = |status, text: Option<&str>| RecordingEvent {
            recording_sid: "RE1".parse().unwrap(),
            call_sid: None,
            update: RecordingEventKind::Transcription(TranscriptionUpdate {
                status,
                text: text.map(str::to_owned),
                recording_url: None,
            }),
        };
        vec![
            recording(RecordingStatus::InProgress, None),
            recording(RecordingStatus::Completed, Some(3)),
            transcription(TranscriptionStatus::Completed, Some("hello")),
            transcription(TranscriptionStatus::Failed, None),
        ]
    }

    fn replay(events: &[RecordingEvent]) -> Recording {
        let id = RecordingId::new(ObjectId::from_bytes([1; 12]));
        let now = Timestamp::EPOCH;
        let mut recording = Recording::begin(id, CallId::new(Uuid::nil()), &events[0], now);
        for event in &events[1..] {
            recording = recording.with(event, now).unwrap_or(recording);
        }
        recording
    }

    proptest! {
        #[test]
        fn every_order_and_repetition_of_the_callbacks_gives_the_same_recording(
            order in Just([0, 1, 2, 3, 0, 1, 2, 3]).prop_shuffle()
        ) {
            let events = events();
            let shuffled: Vec<_> = order.iter().map(|index| events[*index].clone()).collect();
            prop_assert_eq!(replay(&shuffled), replay(&events));
        }
    }

    #[test]
    fn a_callback_that_brings_nothing_new_changes_nothing() {
        let recording = replay(&events());
        assert_eq!(recording.progress(), RecordingProgress::Completed);
        for event in events() {
            assert_eq!(recording.with(&event, Timestamp::MAX), None);
        }
    }
}
