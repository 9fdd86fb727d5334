//! `GET /calls/{call}`

use actix_web::web;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::CallView;

/// Shows a call.
#[utoipa::path(
    get,
    path = "/calls/{call}",
    tag = "Calls",
    params(CallPath),
    responses((status = 200, description = "The call.", body = CallView))
)]
pub(crate) async fn read_call(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallView>, ApiError> {
    let call = state
        .application()
        .find_call(&caller.tenant, &path.call)
        .await?;
    Ok(web::Json(call.into()))
}
