//! A user.

use atlas_domain::{ExternalId, User};
use serde::Serialize;
use utoipa::ToSchema;

/// A user.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    /// Its id.
    #[schema(pattern = "^[0-9a-f]{24}$", example = "695736a5f1c2d3e4a5b6c7d8")]
    id: String,
    /// Their name; null where an older version stored none.
    #[schema(required, example = "Ann O'Neil")]
    name: Option<String>,
    /// Their email address; null where an older version stored none.
    #[schema(required, example = "ann@example.com")]
    email: Option<String>,
    /// Their phone number, in E.164; null, or written otherwise, where an older version stored it.
    #[schema(required, example = "+15550100042")]
    phone_number: Option<String>,
    /// The id another system knows them by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "crm-17")]
    external_id: Option<String>,
    /// When they were stored.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
    /// When they were last changed.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    updated_at: String,
}

impl From<User> for UserView {
    fn from(user: User) -> Self {
        Self {
            id: user.id.to_string(),
            name: user.name.text().map(str::to_owned),
            email: user.email.text().map(str::to_owned),
            phone_number: user.phone_number.text().map(str::to_owned),
            external_id: user
                .external_id
                .as_ref()
                .map(ExternalId::as_str)
                .map(str::to_owned),
            created_at: user.created_at.to_string(),
            updated_at: user.updated_at.to_string(),
        }
    }
}
