//! `DELETE /calls/{call}/retry`

use actix_web::web;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::CallView;

/// Gives up the redials that are left; what rings goes on.
#[utoipa::path(
    delete,
    path = "/calls/{call}/retry",
    tag = "Calls",
    params(CallPath),
    responses((status = 200, description = "The call as it is now.", body = CallView))
)]
pub(crate) async fn give_up_redials(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallView>, ApiError> {
    let application = state.application().clone();
    let call = state
        .run_to_end(async move {
            application
                .give_up_redials(&caller.tenant, &path.call)
                .await
        })
        .await?;
    Ok(web::Json(call.into()))
}
