//! How a notification stands, in one word.

use crate::call::{Call, CallStatus, Dial};

/// How a notification stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotificationStatus {
    /// It is to ring.
    Placed,
    /// The phone rings.
    Ringing,
    /// Somebody or something answered, and hears the message.
    Answered,
    /// Somebody takes care of the task.
    Acknowledged,
    /// A person was reached but did not acknowledge; it may be rung again.
    Unacknowledged,
    /// Nobody was reached; it may be rung again.
    NotReached,
    /// It was canceled.
    Canceled,
}

impl NotificationStatus {
    /// Every status.
    pub const ALL: [Self; 7] = [
        Self::Placed,
        Self::Ringing,
        Self::Answered,
        Self::Acknowledged,
        Self::Unacknowledged,
        Self::NotReached,
        Self::Canceled,
    ];

    /// The word for it in the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Placed => "placed",
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Acknowledged => "acknowledged",
            Self::Unacknowledged => "unacknowledged",
            Self::NotReached => "not_reached",
            Self::Canceled => "canceled",
        }
    }
}

impl Call {
    /// How it stands as a notification; `None` when it is none.
    ///
    /// Between two dials, and after the last, it says whether a person was reached; `finished` and
    /// `next_retry_at` say whether it rings again.
    #[must_use]
    pub fn notification_status(&self) -> Option<NotificationStatus> {
        let notification = self.notification()?;
        if notification.acknowledgement.is_some() {
            return Some(NotificationStatus::Acknowledged);
        }
        if notification.canceled_at.is_some() {
            return Some(NotificationStatus::Canceled);
        }
        let newest_under_way = self.dials.iter().rev().find(|dial| dial.under_way());
        Some(match newest_under_way.map(Dial::status) {
            Some(CallStatus::Initiated) => NotificationStatus::Placed,
            Some(CallStatus::Ringing) => NotificationStatus::Ringing,
            Some(CallStatus::InProgress) => NotificationStatus::Answered,
            Some(
                CallStatus::Canceled
                | CallStatus::Failed
                | CallStatus::NoAnswer
                | CallStatus::Busy
                | CallStatus::Completed,
            )
            | None => {
                if self.dials.iter().any(Dial::reached_human) {
                    NotificationStatus::Unacknowledged
                } else {
                    NotificationStatus::NotReached
                }
            }
        })
    }
}
