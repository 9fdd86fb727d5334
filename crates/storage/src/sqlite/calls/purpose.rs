//! What a call is for, and what became of a notification.

use atlas_domain::call::CallPurpose;
use atlas_domain::notification::{
    AcknowledgedBy, Acknowledgement, Delivery, DeliveryState, Notification,
};
use atlas_domain::{TaskId, TaskTitle, Timestamp, TwimlUrl, Who, Why};
use rusqlite::{Connection, named_params};

use super::Key;
use super::dials::read_dial_no;
use crate::StorageError;
use crate::sqlite::fault::Fault;
use crate::sqlite::fields::{Fields, stored_time};

pub(in crate::sqlite) const STORE: &str = "
    UPDATE calls SET purpose = :purpose, twiml_url = :twiml_url, task_title = :task_title,
        task_id = :task_id, canceled_at = :canceled_at, acknowledged_at = :acknowledged_at,
        superseded_dials = :superseded_dials, end_others_at = :end_others_at,
        acknowledged_via = :acknowledged_via, acknowledged_dial_no = :acknowledged_dial_no,
        acknowledged_sid = :acknowledged_sid, acknowledged_digits = :acknowledged_digits,
        acknowledged_pressed_at = :acknowledged_pressed_at, acknowledged_who = :acknowledged_who,
        acknowledged_why = :acknowledged_why, delivery_webhook_id = :delivery_webhook_id,
        delivery_state = :delivery_state, delivery_at = :delivery_at,
        delivery_tries = :delivery_tries, delivery_last_error = :delivery_last_error
    WHERE tenant = :tenant AND call_id = :call_id";

/// Writes what the call is for into its row, which says a script so far, or an earlier state.
pub(super) fn store(
    connection: &Connection,
    key: &Key,
    purpose: &CallPurpose,
) -> Result<(), Fault> {
    let columns = Columns::of(purpose);
    let acknowledgement = columns.acknowledgement;
    let by = AcknowledgedByColumns::of(acknowledgement.map(|one| &one.by));
    let delivery = acknowledgement.and_then(|one| one.delivery.as_ref());
    let state = delivery.map(|delivery| state_columns(delivery.state));
    connection.prepare_cached(STORE)?.execute(named_params! {
        ":tenant": key.tenant,
        ":call_id": key.call_id,
        ":purpose": columns.word,
        ":twiml_url": columns.twiml_url.map(TwimlUrl::as_str),
        ":task_title": columns.notification.map(|one| one.task_title.as_str()),
        ":task_id": columns
            .notification
            .and_then(|one| one.task_id.as_ref())
            .map(TaskId::as_str),
        ":canceled_at": stored_time(columns.notification.and_then(|one| one.canceled_at)),
        ":acknowledged_at": stored_time(acknowledgement.map(|one| one.acknowledged_at)),
        ":superseded_dials": acknowledgement.map(|one| one.superseded_dials),
        ":end_others_at": stored_time(acknowledgement.map(|one| one.end_others_at)),
        ":acknowledged_via": acknowledgement.map(|one| one.by.via()),
        ":acknowledged_dial_no": by.dial_no,
        ":acknowledged_sid": by.sid,
        ":acknowledged_digits": by.digits,
        ":acknowledged_pressed_at": stored_time(by.pressed_at),
        ":acknowledged_who": by.who,
        ":acknowledged_why": by.why,
        ":delivery_webhook_id": delivery.map(|delivery| delivery.webhook_id.to_string()),
        ":delivery_state": state.map(|(word, _)| word),
        ":delivery_at": stored_time(state.map(|(_, at)| at)),
        ":delivery_tries": delivery.map(|delivery| delivery.tries),
        ":delivery_last_error": delivery.and_then(|delivery| delivery.last_error.as_deref()),
    })?;
    Ok(())
}

/// A purpose as columns, those of the acknowledgement apart.
struct Columns<'call> {
    word: &'static str,
    twiml_url: Option<&'call TwimlUrl>,
    notification: Option<&'call Notification>,
    acknowledgement: Option<&'call Acknowledgement>,
}

impl<'call> Columns<'call> {
    fn of(purpose: &'call CallPurpose) -> Self {
        let plain = |word| Self {
            word,
            twiml_url: None,
            notification: None,
            acknowledgement: None,
        };
        match purpose {
            CallPurpose::Script => plain("script"),
            CallPurpose::Document(url) => Self {
                twiml_url: Some(url),
                ..plain("document")
            },
            CallPurpose::Notification(notification) => Self {
                notification: Some(notification),
                acknowledgement: notification.acknowledgement.as_ref(),
                ..plain("notification")
            },
        }
    }
}

/// Who acknowledged, as columns.
#[derive(Default)]
struct AcknowledgedByColumns<'call> {
    dial_no: Option<u32>,
    sid: Option<&'call str>,
    digits: Option<&'call str>,
    pressed_at: Option<Timestamp>,
    who: Option<&'call str>,
    why: Option<&'call str>,
}

impl<'call> AcknowledgedByColumns<'call> {
    fn of(by: Option<&'call AcknowledgedBy>) -> Self {
        match by {
            None => Self::default(),
            Some(AcknowledgedBy::KeyPress {
                dial_no,
                sid,
                digits,
                pressed_at,
            }) => Self {
                dial_no: Some(dial_no.get()),
                sid: Some(sid.as_str()),
                digits: Some(digits.as_str()),
                pressed_at: Some(*pressed_at),
                ..Self::default()
            },
            Some(AcknowledgedBy::Api { who, why }) => Self {
                who: who.as_ref().map(Who::as_str),
                why: why.as_ref().map(Why::as_str),
                ..Self::default()
            },
        }
    }
}

/// The word for a state of a delivery, and its time.
const fn state_columns(state: DeliveryState) -> (&'static str, Timestamp) {
    match state {
        DeliveryState::Pending { next_try_at } => ("pending", next_try_at),
        DeliveryState::Delivered { at } => ("delivered", at),
        DeliveryState::Dead { at } => ("dead", at),
    }
}

pub(super) fn read(fields: &mut Fields<'_>) -> Result<CallPurpose, StorageError> {
    let word: String = fields.plain()?;
    let twiml_url = fields.plain::<Option<String>>()?;
    let task_title = fields.plain::<Option<String>>()?;
    let task_id = fields.plain::<Option<String>>()?;
    let canceled_at = fields.optional_timestamp()?;
    let acknowledgement = read_acknowledgement(fields)?;
    match (word.as_str(), twiml_url, task_title) {
        ("script", _, _) => Ok(CallPurpose::Script),
        ("document", Some(url), _) => TwimlUrl::from_stored(&url)
            .map(CallPurpose::Document)
            .ok_or_else(|| fields.corrupt("the TwiML URL before it is none")),
        ("notification", _, Some(title)) => Ok(CallPurpose::Notification(Notification {
            task_id: task_id.map(TaskId::from_stored),
            task_title: TaskTitle::from_stored(title),
            canceled_at,
            acknowledgement,
        })),
        _ => Err(fields.corrupt("what is before it does not fit the purpose")),
    }
}

fn read_acknowledgement(fields: &mut Fields<'_>) -> Result<Option<Acknowledgement>, StorageError> {
    let acknowledged_at = fields.optional_timestamp()?;
    let superseded_dials = fields.optional_number()?;
    let end_others_at = fields.optional_timestamp()?;
    let by = read_acknowledged_by(fields)?;
    let delivery = read_delivery(fields)?;
    match (acknowledged_at, superseded_dials, end_others_at, by) {
        (Some(acknowledged_at), Some(superseded_dials), Some(end_others_at), Some(by)) => {
            Ok(Some(Acknowledgement {
                acknowledged_at,
                by,
                superseded_dials,
                end_others_at,
                delivery,
            }))
        }
        (None, None, None, None) => Ok(None),
        _ => Err(fields.corrupt("the acknowledgement before it is not whole")),
    }
}

fn read_acknowledged_by(fields: &mut Fields<'_>) -> Result<Option<AcknowledgedBy>, StorageError> {
    let via: Option<String> = fields.plain()?;
    if via.as_deref() == Some("keypress") {
        let by = AcknowledgedBy::KeyPress {
            dial_no: read_dial_no(fields)?,
            sid: fields.parsed()?,
            digits: fields.parsed()?,
            pressed_at: fields.timestamp()?,
        };
        fields.skip(2);
        return Ok(Some(by));
    }
    fields.skip(4);
    let who = fields.plain::<Option<String>>()?.map(Who::from_stored);
    let why = fields.plain::<Option<String>>()?.map(Why::from_stored);
    match via.as_deref() {
        None => Ok(None),
        Some("api") => Ok(Some(AcknowledgedBy::Api { who, why })),
        Some(_) => Err(fields.corrupt("who is before it did not acknowledge in a known way")),
    }
}

fn read_delivery(fields: &mut Fields<'_>) -> Result<Option<Delivery>, StorageError> {
    let webhook_id = fields.optional_parsed()?;
    let state: Option<String> = fields.plain()?;
    let at = fields.optional_timestamp()?;
    let tries = fields.optional_number()?;
    let last_error = fields.plain()?;
    let (Some(webhook_id), Some(at), Some(tries)) = (webhook_id, at, tries) else {
        return Ok(None);
    };
    let state = match state.as_deref() {
        Some("pending") => DeliveryState::Pending { next_try_at: at },
        Some("delivered") => DeliveryState::Delivered { at },
        Some("dead") => DeliveryState::Dead { at },
        Some(_) | None => return Err(fields.corrupt("the delivery before it is in no known state")),
    };
    Ok(Some(Delivery {
        webhook_id,
        tries,
        state,
        last_error,
    }))
}
