//! `DELETE /users/{user_id}`

use actix_web::{HttpResponse, web};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::UserPath;
use crate::state::ApiState;

/// Deletes a user; their calls stay.
#[utoipa::path(
    delete,
    path = "/users/{user_id}",
    tag = "Users",
    params(UserPath),
    responses((status = 204, description = "The user is deleted."))
)]
pub(crate) async fn delete_user(
    caller: Caller,
    path: UserPath,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    state
        .application()
        .delete_user(&caller.tenant, path.user_id)
        .await?;
    Ok(HttpResponse::NoContent().finish())
}
