//! Dials: the rings of the phone.

use super::{CallStatus, Detection, DialState, KeyPress, Progress};
use crate::carrier::RefusalKind;
use crate::notification::AnsweredBy;
use crate::{CallSid, DialNo, Timestamp};

/// One ring of the phone for a call: one request to the carrier, one SID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dial {
    /// Its number, from 1.
    pub dial_no: DialNo,
    /// What is known of the request to the carrier.
    pub placement: Placement,
    /// When it was first stored, before the carrier was asked.
    pub intended_at: Timestamp,
    /// When it was last stored before the carrier was asked: later than `intended_at` only when
    /// the carrier did not take it the first time.
    pub asked_at: Timestamp,
    /// How often the carrier was asked.
    pub tries: u32,
    /// The carrier's id, once known.
    pub sid: Option<CallSid>,
    /// How the id became known.
    pub sid_source: Option<SidSource>,
    /// When the id was first known.
    pub sid_known_at: Option<Timestamp>,
    /// What updates have told of it.
    pub progress: Progress,
    /// When the carrier was last asked how it stands while it went on.
    pub polled_at: Option<Timestamp>,
    /// When the first news of its end arrived.
    pub settled_at: Option<Timestamp>,
    /// When the carrier first asked what to say.
    pub voice_requested_at: Option<Timestamp>,
    /// The carrier's verdict on who answered, of a notification.
    pub detection: Option<Detection>,
    /// The first key press, of a notification.
    pub first_key_press: Option<KeyPress>,
    /// When the carrier first asked what a machine is to hear, of a notification.
    pub machine_message_at: Option<Timestamp>,
}

/// What is known of the request to the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// Stored; the carrier is being asked, or the process ended while it was.
    Intended,
    /// The carrier has it.
    Accepted,
    /// It was asked, but no answer could be read; it is being looked up.
    Unknown {
        /// When to look next.
        next_lookup_at: Timestamp,
    },
    /// The lookup found nothing in ten minutes; only a callback can settle it, or a person who
    /// hangs up.
    Held {
        /// Since when.
        since: Timestamp,
    },
    /// The carrier did not take it and nothing rang; it is asked again.
    Deferred {
        /// When to ask next.
        next_try_at: Timestamp,
        /// Why it was not taken.
        reason: String,
    },
    /// The carrier did not take it and nothing rang; it is not asked again.
    Failed {
        /// What kind of reason.
        cause: FailureCause,
        /// The carrier's code, where it gave one.
        code: Option<u32>,
        /// Why.
        reason: String,
    },
    /// It was called off before the carrier took it.
    Withdrawn,
}

/// Why a dial was not taken by the carrier, or is no longer known to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureCause {
    /// Refused for a number ([`RefusalKind::Number`]).
    Number,
    /// Refused for another parameter ([`RefusalKind::Parameter`]).
    Parameter,
    /// Refused for a missing permission ([`RefusalKind::Permission`]).
    Permission,
    /// Refused for the credentials ([`RefusalKind::Credentials`]).
    Credentials,
    /// Refused for too much at once ([`RefusalKind::RateLimited`]).
    RateLimited,
    /// The carrier could not be asked.
    NotSent,
    /// The carrier does not know the dial any more.
    Lost,
}

impl FailureCause {
    /// Every cause.
    pub const ALL: [Self; 7] = [
        Self::Number,
        Self::Parameter,
        Self::Permission,
        Self::Credentials,
        Self::RateLimited,
        Self::NotSent,
        Self::Lost,
    ];

    /// The word for it in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Parameter => "parameter",
            Self::Permission => "permission",
            Self::Credentials => "credentials",
            Self::RateLimited => "rate-limited",
            Self::NotSent => "not-sent",
            Self::Lost => "lost",
        }
    }

    /// The cause with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == word)
    }

    /// Whether the same request may be taken later without anybody changing it.
    #[must_use]
    pub const fn may_pass_later(self) -> bool {
        match self {
            Self::Number | Self::Parameter | Self::Permission | Self::Lost => false,
            Self::Credentials | Self::RateLimited | Self::NotSent => true,
        }
    }

    /// The kind of refusal it was, if it was one.
    #[must_use]
    pub const fn refusal_kind(self) -> Option<RefusalKind> {
        match self {
            Self::Number => Some(RefusalKind::Number),
            Self::Parameter => Some(RefusalKind::Parameter),
            Self::Permission => Some(RefusalKind::Permission),
            Self::Credentials => Some(RefusalKind::Credentials),
            Self::RateLimited => Some(RefusalKind::RateLimited {
                retry_after_seconds: None,
            }),
            Self::NotSent | Self::Lost => None,
        }
    }
}

impl From<RefusalKind> for FailureCause {
    fn from(kind: RefusalKind) -> Self {
        match kind {
            RefusalKind::Number => Self::Number,
            RefusalKind::Parameter => Self::Parameter,
            RefusalKind::Permission => Self::Permission,
            RefusalKind::Credentials => Self::Credentials,
            RefusalKind::RateLimited { .. } => Self::RateLimited,
        }
    }
}

/// How a SID became known. A callback is the surest: it names the dial and is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SidSource {
    /// The carrier answered with it.
    Answer,
    /// A callback that named the dial carried it.
    Callback,
    /// It was found in the carrier's list, and only it fitted.
    Lookup,
}

impl SidSource {
    /// The word for it in storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Callback => "callback",
            Self::Lookup => "lookup",
        }
    }

    /// The source with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Answer, Self::Callback, Self::Lookup]
            .into_iter()
            .find(|source| source.as_str() == word)
    }
}

impl Dial {
    /// The dial as stored at `now`, before the carrier is asked.
    #[must_use]
    pub fn intend(dial_no: DialNo, now: Timestamp) -> Self {
        Self {
            dial_no,
            placement: Placement::Intended,
            intended_at: now,
            asked_at: now,
            tries: 1,
            sid: None,
            sid_source: None,
            sid_known_at: None,
            progress: Progress::default(),
            polled_at: None,
            settled_at: None,
            voice_requested_at: None,
            detection: None,
            first_key_press: None,
            machine_message_at: None,
        }
    }

    /// How it stands. What the carrier told of an end outranks what Atlas set itself.
    #[must_use]
    pub fn status(&self) -> CallStatus {
        let told = self.progress.status.unwrap_or(CallStatus::Initiated);
        if told.is_terminal() {
            return told;
        }
        match self.placement {
            Placement::Failed { .. } => CallStatus::Failed,
            Placement::Withdrawn => CallStatus::Canceled,
            Placement::Intended
            | Placement::Accepted
            | Placement::Unknown { .. }
            | Placement::Held { .. }
            | Placement::Deferred { .. } => told,
        }
    }

    /// What updates come to.
    #[must_use]
    pub fn state(&self) -> DialState {
        self.progress.state()
    }

    /// Why it ended as it did, in words; `None` while it goes on. `message_played` tells whether
    /// somebody who answered heard anything.
    #[must_use]
    pub(super) fn reason(&self, message_played: bool) -> Option<String> {
        match (&self.placement, self.status()) {
            (Placement::Failed { reason, .. }, CallStatus::Failed)
                if self.progress.status != Some(CallStatus::Failed) =>
            {
                Some(reason.clone())
            }
            (Placement::Withdrawn, CallStatus::Canceled) => Some("canceled".to_owned()),
            (Placement::Deferred { reason, .. }, _) => Some(reason.clone()),
            (Placement::Held { .. }, CallStatus::Initiated) => {
                Some("the carrier's answer was lost and no call was found".to_owned())
            }
            (Placement::Unknown { .. }, CallStatus::Initiated) => {
                Some("the carrier's answer was lost; being looked up".to_owned())
            }
            (_, status) if status.is_terminal() => {
                let code = self
                    .progress
                    .ending
                    .and_then(|ending| ending.sip_response_code);
                Some(super::attempt::reason(status, code, message_played))
            }
            _ => None,
        }
    }

    /// Whether a redial after this end could help: the carrier had taken it, and the number was
    /// not found dead (SIP 404, 410, 484, 604; RFC 3261, section 21).
    #[must_use]
    pub fn may_be_redialled(&self) -> bool {
        let code = self
            .progress
            .ending
            .and_then(|ending| ending.sip_response_code);
        self.sid.is_some()
            && self
                .progress
                .status
                .is_some_and(CallStatus::may_be_redialled)
            && !matches!(code, Some(404 | 410 | 484 | 604))
    }

    /// Whether the carrier was asked for it again and again and never took it, for a reason that may
    /// pass. One that an API user waited for is asked for once.
    #[must_use]
    pub(super) fn put_off_too_long(&self) -> bool {
        let may_pass = match self.placement {
            Placement::Failed { cause, .. } => cause.may_pass_later(),
            Placement::Intended
            | Placement::Accepted
            | Placement::Unknown { .. }
            | Placement::Held { .. }
            | Placement::Deferred { .. }
            | Placement::Withdrawn => false,
        };
        may_pass && self.sid.is_none() && self.tries > 1
    }

    /// Whether the carrier judged that a machine answered.
    #[must_use]
    pub fn judged_machine(&self) -> bool {
        self.detection
            .is_some_and(|detection| detection.answered_by.is_machine())
    }

    /// Whether the carrier had judged so when a key was pressed at `pressed_at`, so that the press
    /// is doubted. One that arrived before the verdict is a person's, however late it is stored.
    #[must_use]
    pub fn judged_machine_by(&self, pressed_at: Timestamp) -> bool {
        self.detection.is_some_and(|detection| {
            detection.answered_by.is_machine() && detection.at <= pressed_at
        })
    }

    /// Whether a person is known to have answered: a key was pressed, or the carrier judged so. Where
    /// its verdict was lost, its reports repeat it.
    #[must_use]
    pub fn reached_human(&self) -> bool {
        let reported = || AnsweredBy::from_word(self.state().answered_by.as_deref()?);
        let verdict = self.detection.map(|detection| detection.answered_by);
        self.first_key_press.is_some() || verdict.or_else(reported) == Some(AnsweredBy::Human)
    }

    /// Whether the phone may be ringing or in use, or may yet come to be.
    #[must_use]
    pub fn under_way(&self) -> bool {
        !self.status().is_terminal()
    }
}
