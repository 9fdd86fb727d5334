//! `GET /calls/{call}/feedback`

use actix_web::web;

use super::give::shown_sid;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::state::ApiState;
use crate::views::FeedbackView;

/// Shows the feedback on a call.
#[utoipa::path(
    get,
    path = "/calls/{call}/feedback",
    tag = "Feedback",
    params(CallPath),
    responses((status = 200, description = "The feedback.", body = FeedbackView))
)]
pub(crate) async fn read_feedback(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<FeedbackView>, ApiError> {
    let application = state.application();
    let feedback = application
        .find_feedback(&caller.tenant, &path.call)
        .await?;
    let sid = shown_sid(application, &caller.tenant, &path.call).await?;
    Ok(web::Json(FeedbackView::new(sid.as_ref(), &feedback)))
}
