//! `GET /calls/{call}/attempts`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::AttemptView;

/// Every status update received for a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttemptList {
    /// The call.
    #[schema(format = Uuid)]
    call_id: String,
    /// How many there are.
    attempt_count: usize,
    /// They, in order of arrival.
    attempts: Vec<AttemptView>,
}

/// Lists the status updates received for a call.
#[utoipa::path(
    get,
    path = "/calls/{call}/attempts",
    tag = "Calls",
    params(CallPath),
    responses((status = 200, description = "The attempts.", body = AttemptList))
)]
pub(crate) async fn list_attempts(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<AttemptList>, ApiError> {
    let call = state
        .application()
        .find_call(&caller.tenant, &path.call)
        .await?;
    let attempts = AttemptView::all_of(&call);
    Ok(web::Json(AttemptList {
        call_id: call.call_id.to_string(),
        attempt_count: attempts.len(),
        attempts,
    }))
}
