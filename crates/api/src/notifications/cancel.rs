//! `POST /notifications/{notification_id}/cancel`

use actix_web::web;

use super::path::NotificationPath;
use super::read::view;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::state::ApiState;
use crate::views::NotificationView;

/// Cancels a notification: nobody needs to do the task any more.
///
/// Nobody is rung any more, and what rings or talks is ended, at once or as soon as Twilio can be
/// told. Who still answers hears that the task was canceled. Again changes nothing.
#[utoipa::path(
    post,
    path = "/notifications/{notification_id}/cancel",
    tag = "Notifications",
    params(NotificationPath),
    responses(
        (status = 200, description = "The notification as it is now.", body = NotificationView),
        (status = 409, description = "It is acknowledged, or nobody was to be rung any more."),
    )
)]
pub(crate) async fn cancel_notification(
    caller: Caller,
    path: NotificationPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<NotificationView>, ApiError> {
    let (application, id) = (state.application().clone(), path.notification_id);
    let call = state
        .run_to_end(async move { application.cancel_notification(&caller.tenant, id).await })
        .await?;
    view(id, &call)
}
