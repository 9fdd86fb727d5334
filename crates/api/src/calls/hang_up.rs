//! `POST /calls/{call}/hangup`

use actix_web::web;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::CallView;

/// Ends a call.
///
/// Nothing more is dialled, and what rings or talks is ended, at once or as soon as Twilio can be
/// told.
#[utoipa::path(
    post,
    path = "/calls/{call}/hangup",
    tag = "Calls",
    params(CallPath),
    responses(
        (status = 200, description = "The call as it is now.", body = CallView),
        (status = 409, description = "The call is finished."),
    )
)]
pub(crate) async fn hang_up_call(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<CallView>, ApiError> {
    let application = state.application().clone();
    let call = state
        .run_to_end(async move { application.hang_up_call(&caller.tenant, &path.call).await })
        .await?;
    Ok(web::Json(call.into()))
}
