//! A call: what the API user asked for, from its first dial to its end.

mod answer;
mod apply;
mod attempt;
mod dial;
mod due;
mod event;
mod progress;
mod purpose;
mod retry_plan;
mod status;
#[cfg(test)]
mod tests;

pub use answer::{Detection, KeyPress};
pub use apply::{Applied, Effect, RefusedMove, apply};
pub use attempt::{Attempt, EventIdentity, InvalidEventIdentity};
pub use dial::{Dial, FailureCause, Placement, SidSource};
pub use due::{
    DueWork, HANG_UP_RETRY, HOLD_AFTER, LOOKUP_INTERVAL, NOTIFICATION_POLL_AFTER, PLACEMENT_GRACE,
    POLL_AFTER, Work, next_dial_work, next_work,
};
pub use event::{AskedBy, CallEvent, LookupResult, Placed, StatusUpdate};
pub use progress::{DialState, Ending, Progress, Snapshot};
pub use purpose::CallPurpose;
pub use retry_plan::{Backoff, InvalidRetryPlan, RetryPlan};
pub use status::{CallStatus, UnknownStatus};

use crate::{
    CallId, CallSid, DialNo, ExternalId, Feedback, PhoneNumber, Script, Stored, Timestamp, UserId,
};

/// A call to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCall {
    /// Its id.
    pub call_id: CallId,
    /// The stored user it is for.
    pub user_id: Option<UserId>,
    /// The id another system knows the user by.
    pub user_external_id: Option<ExternalId>,
    /// Whom to ring.
    pub to_number: PhoneNumber,
    /// The number shown.
    pub from_number: PhoneNumber,
    /// What it is for.
    pub purpose: CallPurpose,
    /// What to say; a default message when there is none.
    pub script: Option<Script>,
    /// Whether to ask for consent and record.
    pub recording_enabled: bool,
    /// How often and when to redial.
    pub retry_plan: RetryPlan,
}

/// A call as stored: everything about it changes together, in one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Its id, for its whole life.
    pub call_id: CallId,
    /// The stored user it is for.
    pub user_id: Option<UserId>,
    /// The id another system knows the user by.
    pub user_external_id: Option<ExternalId>,
    /// Whom it rings.
    pub to_number: Stored<PhoneNumber>,
    /// The number shown.
    pub from_number: Stored<PhoneNumber>,
    /// What it is for.
    pub purpose: CallPurpose,
    /// What it says; a default message when there is none.
    pub script: Option<Script>,
    /// Whether it asks for consent and records.
    pub recording_enabled: bool,
    /// Where the carrier keeps the newest recording; shown, never fetched.
    pub recording_url: Option<String>,
    /// What was said in it.
    pub transcription_text: Option<String>,
    /// How often and when to redial.
    pub retry_plan: RetryPlan,
    /// Whether somebody gave up the redials that were left.
    pub redials_given_up: bool,
    /// The request to end the call, once there is one.
    pub hang_up: Option<HangUp>,
    /// Every ring of the phone, in order; never empty.
    pub dials: Vec<Dial>,
    /// Every status update received, in order of arrival.
    pub attempts: Vec<Attempt>,
    /// How somebody rated it.
    pub feedback: Option<Feedback>,
    /// When it was stored.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// How many times it has changed.
    pub revision: u64,
}

/// A request to end the call: nothing more is dialled, and what rings or talks is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HangUp {
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When to ask the carrier next, while the dial goes on.
    pub next_try_at: Timestamp,
}

impl Call {
    /// The call as first stored at `now`, with its first dial as an intent.
    #[must_use]
    pub fn begin(new: NewCall, now: Timestamp) -> Self {
        Self {
            call_id: new.call_id,
            user_id: new.user_id,
            user_external_id: new.user_external_id,
            to_number: new.to_number.into(),
            from_number: new.from_number.into(),
            purpose: new.purpose,
            script: new.script,
            recording_enabled: new.recording_enabled,
            recording_url: None,
            transcription_text: None,
            retry_plan: new.retry_plan,
            redials_given_up: false,
            hang_up: None,
            dials: vec![Dial::intend(DialNo::FIRST, now)],
            attempts: Vec::new(),
            feedback: None,
            created_at: now,
            updated_at: now,
            revision: 1,
        }
    }

    /// The newest dial; `None` only for a row that somebody else wrote without any.
    #[must_use]
    pub fn newest_dial(&self) -> Option<&Dial> {
        self.dials.last()
    }

    /// The dial with this number.
    #[must_use]
    pub fn dial(&self, dial_no: DialNo) -> Option<&Dial> {
        self.dials.iter().find(|dial| dial.dial_no == dial_no)
    }

    /// The dial with this SID.
    #[must_use]
    pub fn dial_by_sid(&self, sid: &CallSid) -> Option<&Dial> {
        self.dials
            .iter()
            .find(|dial| dial.sid.as_ref() == Some(sid))
    }

    /// The status of the newest dial.
    #[must_use]
    pub fn status(&self) -> CallStatus {
        self.newest_dial()
            .map_or(CallStatus::Initiated, Dial::status)
    }

    /// The SID of the newest dial, once it is known.
    #[must_use]
    pub fn twilio_sid(&self) -> Option<&CallSid> {
        self.newest_dial().and_then(|dial| dial.sid.as_ref())
    }

    /// Whether every dial has ended and no other is due. What the outside is still to be told of
    /// an acknowledgement does not count.
    #[must_use]
    pub fn finished(&self) -> bool {
        !self.dials.iter().any(Dial::under_way) && next_dial_work(self).is_none()
    }

    /// Whether nobody could find out whether the newest dial was made.
    #[must_use]
    pub fn held(&self) -> bool {
        self.newest_dial().is_some_and(|dial| match dial.placement {
            Placement::Held { .. } => !dial.status().is_terminal(),
            Placement::Intended
            | Placement::Accepted
            | Placement::Unknown { .. }
            | Placement::Deferred { .. }
            | Placement::Failed { .. }
            | Placement::Withdrawn => false,
        })
    }

    /// How many redials have been made.
    #[must_use]
    pub fn redial_count(&self) -> usize {
        self.dials.len().saturating_sub(1)
    }

    /// When the next automatic redial is due, if one is.
    #[must_use]
    pub fn next_retry_at(&self) -> Option<Timestamp> {
        match next_dial_work(self)? {
            DueWork {
                at,
                work: Work::Redial { .. } | Work::Place { .. },
            } => Some(at),
            DueWork {
                work: Work::Lookup { .. } | Work::HangUp { .. } | Work::Poll { .. } | Work::Deliver,
                ..
            } => None,
        }
    }

    /// Why this attempt has its status, in words.
    #[must_use]
    pub fn reason_of(&self, attempt: &Attempt) -> String {
        let message_played = self
            .dial(attempt.dial_no)
            .is_some_and(|dial| self.message_played(dial));
        attempt.reason(message_played)
    }

    /// Why this dial ended as it did, in words; `None` while it goes on.
    #[must_use]
    pub fn reason_of_dial(&self, dial: &Dial) -> Option<String> {
        dial.reason(self.message_played(dial))
    }

    /// Whether somebody who answered this dial heard anything. The document of another server is
    /// not asked of Atlas, so that nothing tells whether it was played; it counts as played.
    fn message_played(&self, dial: &Dial) -> bool {
        match self.purpose {
            CallPurpose::Script | CallPurpose::Notification(_) => dial.voice_requested_at.is_some(),
            CallPurpose::Document(_) => true,
        }
    }
}
