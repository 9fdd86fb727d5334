//! Rows that an older service wrote: read as they are, without a failure, and taken over.
//!
//! A row of today has the field `shape`; one without it is old. Reading never fails: what makes no
//! sense counts as missing. Taking a row over ([`adopt`]) rewrites what Atlas knows of it into
//! today's shape and leaves every other field alone; where the value of a known field is replaced
//! by another, the old value moves to `legacy.<field>` of the same row, so that nothing is lost.

pub(super) mod adopt;
mod attempts;
mod calls;
mod find;
mod ids;
mod recordings;
#[cfg(test)]
mod tests;
mod users;
mod values;

use mongodb::bson::{Bson, Document};

pub(super) use self::adopt::tenant_of;
pub(super) use self::calls::read_call;
pub(super) use self::find::call_of_recording;
pub(super) use self::ids::row_of_derived_call_id;
pub(super) use self::recordings::read_recording;
pub(super) use self::users::read_user;

/// Whether an older service wrote this row, and nobody has taken it over yet.
pub(super) fn is_old(row: &Document) -> bool {
    matches!(row.get("shape"), None | Some(Bson::Null))
}
