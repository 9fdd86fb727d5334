//! `GET /calls/{call}/recordings`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::RecordingView;

/// The recordings of a call.
#[derive(Serialize, ToSchema)]
pub(crate) struct RecordingList {
    /// They, oldest first.
    data: Vec<RecordingView>,
}

/// Lists the recordings of a call.
#[utoipa::path(
    get,
    path = "/calls/{call}/recordings",
    tag = "Recordings",
    params(CallPath),
    responses((status = 200, description = "The recordings.", body = RecordingList))
)]
pub(crate) async fn list_recordings(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<RecordingList>, ApiError> {
    let recordings = state
        .application()
        .list_recordings(&caller.tenant, &path.call)
        .await?;
    Ok(web::Json(RecordingList {
        data: recordings.into_iter().map(RecordingView::from).collect(),
    }))
}
