//! What a call is for. It is said once, when the call is stored; only its notification changes.

use atlas_domain::TwimlUrl;
use atlas_domain::call::CallPurpose;
use mongodb::bson::{Bson, Document, doc};

use super::notification;
use crate::StorageError;
use crate::mongo::fields::Fields;

/// The fields that say what a call is for: none, when it says a script.
pub(super) fn encode(purpose: &CallPurpose) -> Document {
    match purpose {
        CallPurpose::Script => Document::new(),
        CallPurpose::Document(url) => doc! { "purpose": "document", "twiml_url": url.as_str() },
        CallPurpose::Notification(one) => doc! {
            "purpose": notification::PURPOSE,
            "notification": notification::encode(one),
        },
    }
}

/// What the call of a document is for. Before Atlas had such a field, another program may have kept
/// one of its own by that name; what it says there is no purpose.
pub(super) fn read(fields: Fields<'_>) -> Result<CallPurpose, StorageError> {
    match fields.value("purpose").and_then(Bson::as_str) {
        Some("document") => {
            let url = TwimlUrl::from_stored(fields.text("twiml_url")?);
            let url = url.ok_or_else(|| fields.corrupt("twiml_url", "not a URL"))?;
            Ok(CallPurpose::Document(url))
        }
        Some(notification::PURPOSE) => {
            let inside = fields.optional_document("notification", "call's notification")?;
            let inside = fields.required("notification", inside)?;
            notification::read(inside).map(CallPurpose::Notification)
        }
        Some(_) | None => Ok(CallPurpose::Script),
    }
}
