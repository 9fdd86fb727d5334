//! `GET /users/{user_id}`

use actix_web::web;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::UserPath;
use crate::state::ApiState;
use crate::views::UserView;

/// Shows a user.
#[utoipa::path(
    get,
    path = "/users/{user_id}",
    tag = "Users",
    params(UserPath),
    responses((status = 200, description = "The user.", body = UserView))
)]
pub(crate) async fn read_user(
    caller: Caller,
    path: UserPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<UserView>, ApiError> {
    let user = state
        .application()
        .find_user(&caller.tenant, path.user_id)
        .await?;
    Ok(web::Json(user.into()))
}
