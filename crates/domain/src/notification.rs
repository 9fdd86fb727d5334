//! A notification: a call that reads a critical task aloud and rings until somebody presses 1.
//!
//! It is a [`Call`] whose purpose is [`CallPurpose::Notification`]: its id is the call's, it is
//! dialled and redialled as a call, and everything that happens to it is a
//! [`CallEvent`](crate::call::CallEvent). What is here is what it has beside a call: the task, its
//! acknowledgement, and the delivery of the acknowledgement to the outside.

mod acknowledgement;
mod answered_by;
mod delivery;
mod reach;
mod sink;
mod status;

pub use acknowledgement::{AcknowledgedBy, Acknowledgement, AcknowledgementEvent};
pub use answered_by::AnsweredBy;
pub use delivery::{DELIVERY_TRIED_FOR, Delivery, DeliveryOutcome, DeliveryState, WebhookId};
pub use reach::{AnswerSource, ReachStep, ReachStepKind};
pub use sink::{AcknowledgementSink, NoSink};
pub use status::NotificationStatus;

use crate::call::{Call, CallPurpose};
use crate::{TaskId, TaskTitle, Timestamp};

/// What a call has that notifies of a critical task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notification {
    /// The id another system knows the task by.
    pub task_id: Option<TaskId>,
    /// What is read aloud.
    pub task_title: TaskTitle,
    /// When it was canceled; never together with an acknowledgement.
    pub canceled_at: Option<Timestamp>,
    /// Who acknowledged it, once somebody has; the first stays.
    pub acknowledgement: Option<Acknowledgement>,
}

impl Notification {
    /// A notification that nobody has been told of yet.
    ///
    /// ```
    /// use atlas_domain::Notification;
    ///
    /// let notification = Notification::new(None, "Restart the pump".parse()?);
    /// assert!(!notification.settled());
    /// # Ok::<(), atlas_domain::InvalidText>(())
    /// ```
    #[must_use]
    pub const fn new(task_id: Option<TaskId>, task_title: TaskTitle) -> Self {
        Self {
            task_id,
            task_title,
            canceled_at: None,
            acknowledgement: None,
        }
    }

    /// Whether nobody needs to be rung any more: it is acknowledged, or canceled.
    #[must_use]
    pub const fn settled(&self) -> bool {
        self.acknowledgement.is_some() || self.canceled_at.is_some()
    }
}

impl Call {
    /// What it has as a notification, if it is one.
    #[must_use]
    pub const fn notification(&self) -> Option<&Notification> {
        match &self.purpose {
            CallPurpose::Notification(notification) => Some(notification),
            CallPurpose::Script | CallPurpose::Document(_) => None,
        }
    }

    pub(crate) const fn notification_mut(&mut self) -> Option<&mut Notification> {
        match &mut self.purpose {
            CallPurpose::Notification(notification) => Some(notification),
            CallPurpose::Script | CallPurpose::Document(_) => None,
        }
    }

    /// Its acknowledgement, if it is a notification that has one.
    #[must_use]
    pub fn acknowledgement(&self) -> Option<&Acknowledgement> {
        self.notification()?.acknowledgement.as_ref()
    }
}
