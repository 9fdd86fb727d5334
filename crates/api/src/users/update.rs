//! `PATCH /users/{user_id}`

use actix_web::web;
use atlas_domain::{EmailAddress, ExternalId, PhoneNumber, UserChanges, UserName};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::fields::{Fields, text};
use crate::path::UserPath;
use crate::state::ApiState;
use crate::views::UserView;

/// What to change of a user; what is absent or null stays as it is.
#[derive(ToSchema)]
pub(crate) struct UpdateUserRequest {
    /// A new name.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 100, example = "Ann")]
    name: Option<UserName>,
    /// A new email address.
    #[schema(
        value_type = Option<String>, max_length = 254, example = "ann@example.com",
        pattern = r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@.\s\u0000-\u001f\u007f-\u009f]+(\.[^@.\s\u0000-\u001f\u007f-\u009f]+)+$"
    )]
    email: Option<EmailAddress>,
    /// A new phone number, in E.164.
    #[schema(value_type = Option<String>, pattern = r"^\+[1-9][0-9]{1,14}$", example = "+15550100042")]
    phone_number: Option<PhoneNumber>,
    /// A new external id.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "crm-17")]
    external_id: Option<ExternalId>,
}

impl UpdateUserRequest {
    fn read(mut fields: Fields) -> Result<Self, ApiError> {
        let request = Self {
            name: fields.optional("name", text),
            email: fields.optional("email", text),
            phone_number: fields.optional("phone_number", text),
            external_id: fields.optional("external_id", text),
        };
        fields.finish(|| Some(request))
    }

    fn into_changes(self) -> UserChanges {
        UserChanges {
            name: self.name,
            email: self.email,
            phone_number: self.phone_number,
            external_id: self.external_id,
        }
    }
}

/// Changes a user.
#[utoipa::path(
    patch,
    path = "/users/{user_id}",
    tag = "Users",
    params(UserPath),
    request_body = UpdateUserRequest,
    responses(
        (status = 200, description = "The user as it is now.", body = UserView),
        (status = 409, description = "Another user has this email address or external id."),
    )
)]
pub(crate) async fn update_user(
    caller: Caller,
    path: UserPath,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<web::Json<UserView>, ApiError> {
    let changes = UpdateUserRequest::read(body.0)?.into_changes();
    let user = state
        .application()
        .update_user(&caller.tenant, path.user_id, &changes)
        .await?;
    Ok(web::Json(user.into()))
}
