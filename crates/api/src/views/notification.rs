//! A notification.

use atlas_domain::call::Call;
use atlas_domain::notification::{
    AcknowledgedBy, Acknowledgement, Delivery, DeliveryState, NotificationStatus,
};
use atlas_domain::{Digits, TaskId, Who, Why};
use serde::Serialize;
use utoipa::ToSchema;

use super::{DialView, ReachStepView};

/// A notification of a critical task: a call that reads it aloud, and rings until somebody presses
/// 1. Its `call_id` is its id.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
pub(crate) struct NotificationView {
    /// Its id.
    #[schema(format = Uuid, example = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")]
    notification_id: String,
    /// The id another system knows the task by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ops-4711")]
    task_id: Option<String>,
    /// What is read aloud.
    #[schema(example = "Restart the pump")]
    task_title: String,
    /// The number it rings; null, or not in E.164, where somebody else stored it.
    #[schema(required, example = "+15550100701")]
    phone_number: Option<String>,
    /// How it stands. Between two dials, and after the last one, it is `unacknowledged` when a
    /// person was reached, else `not_reached`.
    #[schema(value_type = crate::openapi::NotificationStatusWord)]
    status: &'static str,
    /// Whether somebody has acknowledged it.
    acknowledged: bool,
    /// When that was stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-01-02T03:04:15.678Z")]
    acknowledged_at: Option<String>,
    /// By whom, and how.
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged_by: Option<AcknowledgedByView>,
    /// The same as `notification_id`: the call that `/calls/{call}` shows.
    #[schema(format = Uuid, example = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")]
    call_id: String,
    /// The SID of the newest dial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// Whether nobody could find out if the newest dial was made.
    held: bool,
    /// Whether every dial has ended and nobody is rung any more.
    finished: bool,
    /// When it rings again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-01-02T03:05:15.678Z")]
    next_retry_at: Option<String>,
    /// How many other dials were under way when it was acknowledged: they rang for nothing.
    #[schema(minimum = 0, example = 0)]
    superseded_dials: u32,
    /// How the acknowledgement gets to whom it is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryView>,
    /// Every ring of the phone, in order.
    dials: Vec<DialView>,
    /// What proves that somebody was reached, in order of time; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    proof: Option<Vec<ReachStepView>>,
    /// When it was stored.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    updated_at: String,
}

/// By whom a notification was acknowledged, and how.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AcknowledgedBy)]
pub(crate) struct AcknowledgedByView {
    /// `keypress` or `api`.
    #[schema(example = "keypress")]
    via: &'static str,
    /// The dial on which the key was pressed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, example = 1)]
    dial_no: Option<u32>,
    /// The key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "1")]
    digits: Option<String>,
    /// Who said so by API.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Ann O'Neil")]
    who: Option<String>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Fixed on site.")]
    why: Option<String>,
}

/// How an acknowledgement gets to whom it is reported.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryView {
    /// The id of what is delivered, the same at every try.
    #[schema(example = "ack_6f2cbf1c53d24e4b9d8c2d6f2f6f0a11")]
    webhook_id: String,
    /// `pending`, `delivered`, or `dead` after a day of failures.
    #[schema(example = "delivered")]
    status: &'static str,
    /// How often it was tried.
    #[schema(minimum = 0, example = 1)]
    tries: u32,
    /// When it is tried next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-01-02T03:04:20.678Z")]
    next_try_at: Option<String>,
    /// When it was delivered, or given up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime, example = "2026-01-02T03:04:15.978Z")]
    at: Option<String>,
    /// Why the last try failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    last_error: Option<String>,
}

impl NotificationView {
    /// The view of one notification, with its proof; `None` for a call that is none.
    pub(crate) fn with_proof(call: &Call) -> Option<Self> {
        Some(Self {
            proof: Some(ReachStepView::all_of(call)),
            ..Self::of(call)?
        })
    }

    /// The view of a notification in a list; `None` for a call that is none.
    pub(crate) fn of(call: &Call) -> Option<Self> {
        let notification = call.notification()?;
        let acknowledgement = notification.acknowledgement.as_ref();
        let status = call
            .notification_status()
            .map_or("", NotificationStatus::as_str);
        Some(Self {
            notification_id: call.call_id.to_string(),
            task_id: notification
                .task_id
                .as_ref()
                .map(TaskId::as_str)
                .map(str::to_owned),
            task_title: notification.task_title.as_str().to_owned(),
            phone_number: call.to_number.text().map(str::to_owned),
            status,
            acknowledged: acknowledgement.is_some(),
            acknowledged_at: acknowledgement.map(|one| one.acknowledged_at.to_string()),
            acknowledged_by: acknowledgement.map(|one| (&one.by).into()),
            call_id: call.call_id.to_string(),
            call_sid: call.twilio_sid().map(ToString::to_string),
            held: call.held(),
            finished: call.finished(),
            next_retry_at: call.next_retry_at().map(|at| at.to_string()),
            superseded_dials: acknowledgement.map_or(0, |one| one.superseded_dials),
            delivery: acknowledgement.and_then(DeliveryView::of),
            dials: DialView::all_of(call),
            proof: None,
            created_at: call.created_at.to_string(),
            updated_at: call.updated_at.to_string(),
        })
    }
}

impl From<&AcknowledgedBy> for AcknowledgedByView {
    fn from(by: &AcknowledgedBy) -> Self {
        let (dial_no, digits, who, why) = match by {
            AcknowledgedBy::KeyPress {
                dial_no, digits, ..
            } => (Some(*dial_no), Some(digits), None, None),
            AcknowledgedBy::Api { who, why } => (None, None, who.as_ref(), why.as_ref()),
        };
        Self {
            via: by.via(),
            dial_no: dial_no.map(|dial_no| dial_no.get()),
            digits: digits.map(Digits::as_str).map(str::to_owned),
            who: who.map(Who::as_str).map(str::to_owned),
            why: why.map(Why::as_str).map(str::to_owned),
        }
    }
}

impl DeliveryView {
    fn of(acknowledgement: &Acknowledgement) -> Option<Self> {
        let Delivery {
            webhook_id,
            tries,
            state,
            last_error,
        } = acknowledgement.delivery.as_ref()?;
        let (status, next_try_at, at) = match state {
            DeliveryState::Pending { next_try_at } => ("pending", Some(next_try_at), None),
            DeliveryState::Delivered { at } => ("delivered", None, Some(at)),
            DeliveryState::Dead { at } => ("dead", None, Some(at)),
        };
        Some(Self {
            webhook_id: webhook_id.to_string(),
            status,
            tries: *tries,
            next_try_at: next_try_at.map(ToString::to_string),
            at: at.map(ToString::to_string),
            last_error: last_error.clone(),
        })
    }
}
