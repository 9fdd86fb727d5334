//! Taking old rows over: rewriting what Atlas knows of them into today's shape.

mod rows;
mod shared_sids;

use std::collections::HashSet;

use atlas_domain::call::{Call, Placement};
use atlas_domain::{CallSid, Recording, TenantId};
use mongodb::bson::{Bson, Document, doc};

pub(in crate::mongo) use self::rows::{adopt_recording, adopt_rows, adopt_user, untaken};
pub(in crate::mongo) use self::shared_sids::rows_that_share_a_sid;
use super::users::read_user;
use super::values::parsed;
use crate::mongo::{calls, recordings, users};

/// Where the values are kept that others replaced.
const ORIGINALS: &str = "legacy";
/// What Atlas knows of a user.
const USER_FIELDS: [&str; 9] = [
    "tenant",
    "name",
    "email",
    "email_key",
    "phone_number",
    "external_id",
    "created_at",
    "updated_at",
    "shape",
];
/// What Atlas knows of a recording.
const RECORDING_FIELDS: [&str; 15] = [
    "tenant",
    "call_id",
    "call_sid",
    "twilio_sid",
    "recording_url",
    "recording_status",
    "status",
    "duration_sec",
    "channels",
    "transcription_text",
    "transcription_status",
    "linked",
    "created_at",
    "updated_at",
    "shape",
];

/// The row of `call` in today's shape, where `call` was read of the old `row`.
pub(in crate::mongo) fn adopted_call(row: &Document, call: &Call) -> Document {
    let mut encoded = calls::new_document(&tenant_of(row), call);
    if let Some(direction @ Bson::String(_)) = row.get("direction") {
        encoded.insert("direction", direction.clone());
    }
    if let (Some(known), Some(feedback)) = (row.get("feedback"), encoded.get("feedback")) {
        let merged = calls::merged(known, feedback, &calls::FEEDBACK_FIELDS);
        encoded.insert("feedback", merged);
    }
    let more = ["direction", "lease", "dials", "attempts"];
    taken_over(row, encoded, calls::FIELDS.into_iter().chain(more))
}

/// The row of a user in today's shape.
pub(in crate::mongo) fn adopted_user(row: &Document) -> Document {
    let encoded = users::encode(&tenant_of(row), &read_user(row));
    taken_over(row, encoded, USER_FIELDS)
}

/// The row of `recording` in today's shape, where that was read of the old `row`.
pub(in crate::mongo) fn adopted_recording(row: &Document, recording: &Recording) -> Document {
    let encoded = recordings::encode(&tenant_of(row), recording);
    taken_over(row, encoded, RECORDING_FIELDS)
}

/// What finds an old row as long as nobody has changed it, or what `update` writes of it: not every
/// older version noted each of its changes in `updated_at`.
pub(in crate::mongo) fn unchanged(row: &Document, update: &Document) -> Document {
    let field = |name| row.get(name).cloned().unwrap_or(Bson::Null);
    let mut guard = doc! {
        "_id": field("_id"),
        "shape": Bson::Null,
        "updated_at": { "$eq": field("updated_at") },
    };
    let written = ["$set", "$unset"].map(|operator| update.get_document(operator).ok());
    for name in written.into_iter().flatten().flat_map(Document::keys) {
        if guard.contains_key(name) {
            continue;
        }
        match row.get(name) {
            // The server compares nothing with it.
            Some(Bson::Undefined) => {}
            Some(value) => {
                guard.insert(name, doc! { "$eq": value });
            }
            None => {
                guard.insert(name, doc! { "$exists": false });
            }
        }
    }
    guard
}

/// The update that makes `after` of `before`; `None` when they are the same.
pub(in crate::mongo) fn difference(before: &Document, after: &Document) -> Option<Document> {
    let set: Document = after
        .iter()
        .filter(|(name, value)| before.get(name.as_str()) != Some(*value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    let unset: Document = before
        .keys()
        .filter(|name| !after.contains_key(name.as_str()))
        .map(|name| (name.clone(), Bson::from("")))
        .collect();
    let operators = [("$set", set), ("$unset", unset)];
    let update: Document = operators
        .into_iter()
        .filter(|(_, fields)| !fields.is_empty())
        .map(|(operator, fields)| (operator.to_owned(), Bson::Document(fields)))
        .collect();
    (!update.is_empty()).then_some(update)
}

/// Takes from a call the SIDs that another call has: the row tells of them no less, but a callback
/// finds the other call.
fn give_up_sids(call: &mut Call, taken: &HashSet<CallSid>) {
    let since = call.updated_at;
    for dial in &mut call.dials {
        if dial.sid.as_ref().is_some_and(|sid| taken.contains(sid)) {
            dial.sid = None;
            dial.sid_source = None;
            if dial.under_way() {
                dial.placement = Placement::Held { since };
            }
        }
    }
}

/// Whose a row is; those of the older service are the default tenant's.
pub(in crate::mongo) fn tenant_of(row: &Document) -> TenantId {
    parsed(row, "tenant").unwrap_or_default()
}

/// `row` with the `known` fields as `encoded` has them. Values that this replaces are kept.
fn taken_over(
    row: &Document,
    mut encoded: Document,
    known: impl IntoIterator<Item = &'static str>,
) -> Document {
    let mut adopted = row.clone();
    let mut originals = Document::new();
    if let Some(other) = adopted.remove(ORIGINALS) {
        originals.insert(ORIGINALS, other);
    }
    for name in known {
        let was = adopted
            .remove(name)
            .filter(|was| !matches!(was, Bson::Null));
        let now = encoded.remove(name);
        if let Some(was) = was
            && !now.as_ref().is_some_and(|now| same(&was, now))
        {
            originals.insert(name, was);
        }
        if let Some(now) = now {
            adopted.insert(name, now);
        }
    }
    if !originals.is_empty() {
        adopted.insert(ORIGINALS, originals);
    }
    adopted
}

/// Whether two values say the same: numbers by what they count.
fn same(was: &Bson, now: &Bson) -> bool {
    let whole = |value: &Bson| value.as_i64().or_else(|| value.as_i32().map(i64::from));
    was == now || whole(was).is_some_and(|was| whole(now) == Some(was))
}
