//! `GET /recordings/{id}`

use actix_web::web;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::RecordingPath;
use crate::state::ApiState;
use crate::views::RecordingView;

/// Shows a recording.
#[utoipa::path(
    get,
    path = "/recordings/{id}",
    tag = "Recordings",
    params(RecordingPath),
    responses((status = 200, description = "The recording.", body = RecordingView))
)]
pub(crate) async fn read_recording(
    caller: Caller,
    path: RecordingPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<RecordingView>, ApiError> {
    let recording = state
        .application()
        .find_recording(&caller.tenant, path.id)
        .await?;
    Ok(web::Json(recording.into()))
}
