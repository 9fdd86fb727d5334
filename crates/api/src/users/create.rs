//! `POST /users`

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, web};
use atlas_domain::{EmailAddress, ExternalId, NewUser, PhoneNumber, UserName};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::fields::{Fields, text};
use crate::state::ApiState;
use crate::views::UserView;

/// A user to be stored.
#[derive(ToSchema)]
pub(crate) struct CreateUserRequest {
    /// Their name.
    #[schema(value_type = String, min_length = 1, max_length = 100, example = "Ann O'Neil")]
    name: UserName,
    /// Their email address; no two users have the same one, whatever its case.
    #[schema(
        value_type = String, max_length = 254, example = "ann@example.com",
        pattern = r"^[^@\s\u0000-\u001f\u007f-\u009f]+@[^@.\s\u0000-\u001f\u007f-\u009f]+(\.[^@.\s\u0000-\u001f\u007f-\u009f]+)+$"
    )]
    email: EmailAddress,
    /// Their phone number, in E.164.
    #[schema(value_type = String, pattern = r"^\+[1-9][0-9]{1,14}$", example = "+15550100042")]
    phone_number: PhoneNumber,
    /// The id another system knows them by; no two users have the same one.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 255, example = "crm-17")]
    external_id: Option<ExternalId>,
}

impl CreateUserRequest {
    fn read(mut fields: Fields) -> Result<Self, ApiError> {
        let name = fields.required("name", text);
        let email = fields.required("email", text);
        let phone_number = fields.required("phone_number", text);
        let external_id = fields.optional("external_id", text);
        fields.finish(|| {
            Some(Self {
                name: name?,
                email: email?,
                phone_number: phone_number?,
                external_id,
            })
        })
    }

    fn into_new_user(self) -> NewUser {
        NewUser {
            name: self.name,
            email: self.email,
            phone_number: self.phone_number,
            external_id: self.external_id,
        }
    }
}

/// Stores a user.
#[utoipa::path(
    post,
    path = "/users",
    tag = "Users",
    request_body = CreateUserRequest,
    responses(
        (status = 201, description = "The user is stored.", body = UserView,
            headers(("location" = String, description = "Where the user is found."))),
        (status = 409, description = "Another user has this email address or external id."),
    )
)]
pub(crate) async fn create_user(
    caller: Caller,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let new = CreateUserRequest::read(body.0)?.into_new_user();
    let user = state.application().create_user(&caller.tenant, new).await?;
    let prefix = state.settings().base_url.path_prefix();
    Ok(HttpResponse::build(StatusCode::CREATED)
        .insert_header((LOCATION, format!("{prefix}/users/{}", user.id)))
        .json(UserView::from(user)))
}
