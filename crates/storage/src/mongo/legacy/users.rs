//! Users of an older service.

use atlas_domain::{ExternalId, Stored, User, UserId};
use mongodb::bson::Document;

use super::calls;
use super::ids::object_id;
use super::values::text;

/// The user of an old row, whatever it holds.
pub(in crate::mongo) fn read_user(row: &Document) -> User {
    let (created_at, updated_at) = calls::lifetime(row);
    // Rows that came from another system have `phone` alone.
    let phone_number = text(row, "phone_number").or_else(|| text(row, "phone"));
    User {
        id: UserId::new(object_id(row)),
        name: Stored::read(text(row, "name")),
        email: Stored::read(text(row, "email")),
        phone_number: Stored::read(phone_number),
        external_id: text(row, "external_id").map(ExternalId::from_stored),
        created_at,
        updated_at,
    }
}
