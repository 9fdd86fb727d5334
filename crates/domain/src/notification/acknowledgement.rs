//! The acknowledgement of a critical task, and what the outside is told of it.

use std::fmt;

use super::{Delivery, WebhookId};
use crate::call::Call;
use crate::{CallId, CallSid, DialNo, Digits, TaskId, TaskTitle, TenantId, Timestamp, Who, Why};

/// That somebody takes care of the task: committed once, never undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// When it was committed.
    pub acknowledged_at: Timestamp,
    /// By whom, and how.
    pub by: AcknowledgedBy,
    /// How many other dials were under way then: they ring for nothing, and are ended.
    pub superseded_dials: u32,
    /// When to ask the carrier next to end them.
    pub end_others_at: Timestamp,
    /// How it is told to the outside; `None` when nobody wanted to know when it was committed.
    pub delivery: Option<Delivery>,
}

impl Acknowledgement {
    /// The dial whose callee pressed the key; it is left to hear the thanks.
    #[must_use]
    pub const fn pressed_on(&self) -> Option<DialNo> {
        match &self.by {
            AcknowledgedBy::KeyPress { dial_no, .. } => Some(*dial_no),
            AcknowledgedBy::Api { .. } => None,
        }
    }
}

/// By whom a task was acknowledged, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AcknowledgedBy {
    /// A person who was rung pressed 1.
    KeyPress {
        /// On which dial.
        dial_no: DialNo,
        /// The carrier's id of that dial.
        sid: CallSid,
        /// The keys.
        digits: Digits,
        /// When the key press arrived, which may be earlier than when it could be committed.
        pressed_at: Timestamp,
    },
    /// An API user said so.
    Api {
        /// Who it was, as far as the API user said.
        who: Option<Who>,
        /// Why, as far as the API user said.
        why: Option<Why>,
    },
}

impl AcknowledgedBy {
    /// The word for the way in the API and in storage.
    #[must_use]
    pub const fn via(&self) -> &'static str {
        match self {
            Self::KeyPress { .. } => "keypress",
            Self::Api { .. } => "api",
        }
    }
}

/// What the outside is told of an acknowledgement: the same at every try.
///
/// `Debug` leaves out the phone number.
#[derive(Clone, PartialEq, Eq)]
pub struct AcknowledgementEvent {
    /// Its id, the same at every try.
    pub webhook_id: WebhookId,
    /// Whose notification it is.
    pub tenant: TenantId,
    /// The call, which is the notification.
    pub call_id: CallId,
    /// The carrier's id of the dial whose callee pressed the key; none when it was acknowledged by
    /// API, since what is known then may not be known at the next try.
    pub call_sid: Option<CallSid>,
    /// The id another system knows the task by.
    pub task_id: Option<TaskId>,
    /// What was read aloud.
    pub task_title: TaskTitle,
    /// Whom it rang, in E.164.
    pub phone_number: String,
    /// When it was committed.
    pub acknowledged_at: Timestamp,
    /// By whom, and how.
    pub by: AcknowledgedBy,
}

impl AcknowledgementEvent {
    /// What there is to tell of this call; `None` when it is no acknowledged notification.
    #[must_use]
    pub fn of(tenant: &TenantId, call: &Call) -> Option<Self> {
        let notification = call.notification()?;
        let acknowledgement = notification.acknowledgement.as_ref()?;
        let call_sid = match &acknowledgement.by {
            AcknowledgedBy::KeyPress { sid, .. } => Some(sid.clone()),
            AcknowledgedBy::Api { .. } => None,
        };
        Some(Self {
            webhook_id: WebhookId::of(call.call_id),
            tenant: tenant.clone(),
            call_id: call.call_id,
            call_sid,
            task_id: notification.task_id.clone(),
            task_title: notification.task_title.clone(),
            phone_number: call.to_number.text().unwrap_or_default().to_owned(),
            acknowledged_at: acknowledgement.acknowledged_at,
            by: acknowledgement.by.clone(),
        })
    }
}

impl fmt::Debug for AcknowledgementEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AcknowledgementEvent")
            .field("webhook_id", &self.webhook_id)
            .field("tenant", &self.tenant)
            .field("call_sid", &self.call_sid)
            .field("task_id", &self.task_id)
            .field("task_title", &self.task_title)
            .field("acknowledged_at", &self.acknowledged_at)
            .field("by", &self.by)
            .finish_non_exhaustive()
    }
}
