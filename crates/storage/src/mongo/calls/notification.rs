//! The notification of a call, with its acknowledgement and the event that tells of it.

use atlas_domain::notification::{
    AcknowledgedBy, Acknowledgement, Delivery, DeliveryState, Notification,
};
use atlas_domain::{TaskId, TaskTitle, Who, Why};
use mongodb::bson::{Document, doc};

use super::attempts::read_dial_no;
use crate::StorageError;
use crate::mongo::fields::{Fields, set_optional, stored_time};

/// The `purpose` of a call that notifies somebody.
pub(in crate::mongo) const PURPOSE: &str = "notification";

/// What Atlas knows of a notification, and of the documents inside it, by the path to each.
/// Whatever else is there is never touched.
pub(super) const FIELDS: [(&str, &[&str]); 3] = [
    (
        "notification",
        &[
            "task_id",
            "task_title",
            "canceled_at",
            "acknowledged",
            "acknowledgement",
            "delivery",
        ],
    ),
    (
        "notification.acknowledgement",
        &[
            "acknowledged_at",
            "superseded_dials",
            "end_others_at",
            "via",
            "dial_no",
            "call_sid",
            "digits",
            "pressed_at",
            "who",
            "why",
        ],
    ),
    (
        "notification.delivery",
        &[
            "webhook_id",
            "state",
            "next_try_at",
            "at",
            "tries",
            "last_error",
        ],
    ),
];

pub(super) fn encode(notification: &Notification) -> Document {
    let mut document = Document::new();
    let task_id = notification.task_id.as_ref().map(TaskId::as_str);
    set_optional(&mut document, "task_id", task_id);
    document.insert("task_title", notification.task_title.as_str());
    let canceled_at = notification.canceled_at.map(stored_time);
    set_optional(&mut document, "canceled_at", canceled_at);
    let acknowledgement = notification.acknowledgement.as_ref();
    // Derived, for queries.
    document.insert("acknowledged", acknowledgement.is_some());
    set_optional(
        &mut document,
        "acknowledgement",
        acknowledgement.map(encode_acknowledgement),
    );
    // Beside the acknowledgement, not within: readers look for what is to be delivered here.
    let delivery = acknowledgement.and_then(|one| one.delivery.as_ref());
    set_optional(&mut document, "delivery", delivery.map(encode_delivery));
    document
}

fn encode_acknowledgement(acknowledgement: &Acknowledgement) -> Document {
    let mut document = doc! {
        "acknowledged_at": stored_time(acknowledgement.acknowledged_at),
        "via": acknowledgement.by.via(),
        "superseded_dials": i64::from(acknowledgement.superseded_dials),
        "end_others_at": stored_time(acknowledgement.end_others_at),
    };
    match &acknowledgement.by {
        AcknowledgedBy::KeyPress {
            dial_no,
            sid,
            digits,
            pressed_at,
        } => document.extend(doc! {
            "dial_no": i64::from(dial_no.get()),
            "call_sid": sid.as_str(),
            "digits": digits.as_str(),
            "pressed_at": stored_time(*pressed_at),
        }),
        AcknowledgedBy::Api { who, why } => {
            set_optional(&mut document, "who", who.as_ref().map(Who::as_str));
            set_optional(&mut document, "why", why.as_ref().map(Why::as_str));
        }
    }
    document
}

fn encode_delivery(delivery: &Delivery) -> Document {
    let (state, time, at) = match delivery.state {
        DeliveryState::Pending { next_try_at } => ("pending", "next_try_at", next_try_at),
        DeliveryState::Delivered { at } => ("delivered", "at", at),
        DeliveryState::Dead { at } => ("dead", "at", at),
    };
    let mut document = doc! {
        "webhook_id": delivery.webhook_id.to_string(),
        "state": state,
        time: stored_time(at),
        "tries": i64::from(delivery.tries),
    };
    set_optional(&mut document, "last_error", delivery.last_error.as_deref());
    document
}

pub(super) fn read(fields: Fields<'_>) -> Result<Notification, StorageError> {
    let task_id = fields.optional_text("task_id")?.map(str::to_owned);
    let acknowledgement = fields.optional_document("acknowledgement", "call's acknowledgement")?;
    let delivery = fields.optional_document("delivery", "call's delivery")?;
    let delivery = delivery.map(read_delivery).transpose()?;
    let acknowledgement = acknowledgement
        .map(|fields| read_acknowledgement(fields, delivery))
        .transpose()?;
    Ok(Notification {
        task_id: task_id.map(TaskId::from_stored),
        task_title: TaskTitle::from_stored(fields.text("task_title")?.to_owned()),
        canceled_at: fields.optional_timestamp("canceled_at")?,
        acknowledgement,
    })
}

fn read_acknowledgement(
    fields: Fields<'_>,
    delivery: Option<Delivery>,
) -> Result<Acknowledgement, StorageError> {
    let owned = |name| Ok::<_, StorageError>(fields.optional_text(name)?.map(str::to_owned));
    let by = match fields.text("via")? {
        "keypress" => AcknowledgedBy::KeyPress {
            dial_no: read_dial_no(fields)?,
            sid: fields.parsed("call_sid")?,
            digits: fields.parsed("digits")?,
            pressed_at: fields.timestamp("pressed_at")?,
        },
        "api" => AcknowledgedBy::Api {
            who: owned("who")?.map(Who::from_stored),
            why: owned("why")?.map(Why::from_stored),
        },
        _ => return Err(fields.corrupt("via", "unknown word")),
    };
    Ok(Acknowledgement {
        acknowledged_at: fields.timestamp("acknowledged_at")?,
        by,
        superseded_dials: fields.number("superseded_dials")?,
        end_others_at: fields.timestamp("end_others_at")?,
        delivery,
    })
}

fn read_delivery(fields: Fields<'_>) -> Result<Delivery, StorageError> {
    let state = match fields.text("state")? {
        "pending" => DeliveryState::Pending {
            next_try_at: fields.timestamp("next_try_at")?,
        },
        "delivered" => DeliveryState::Delivered {
            at: fields.timestamp("at")?,
        },
        "dead" => DeliveryState::Dead {
            at: fields.timestamp("at")?,
        },
        _ => return Err(fields.corrupt("state", "unknown word")),
    };
    Ok(Delivery {
        webhook_id: fields.parsed("webhook_id")?,
        tries: fields.number("tries")?,
        state,
        last_error: fields.optional_text("last_error")?.map(str::to_owned),
    })
}
