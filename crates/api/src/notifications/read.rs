//! `GET /notifications/{notification_id}`

use actix_web::web;
use atlas_domain::CallId;
use atlas_domain::call::Call;

use super::path::NotificationPath;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::state::ApiState;
use crate::views::NotificationView;

/// Shows a notification, with what proves that somebody was reached.
#[utoipa::path(
    get,
    path = "/notifications/{notification_id}",
    tag = "Notifications",
    params(NotificationPath),
    responses((status = 200, description = "The notification.", body = NotificationView))
)]
pub(crate) async fn read_notification(
    caller: Caller,
    path: NotificationPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<NotificationView>, ApiError> {
    let call = state
        .application()
        .find_notification(&caller.tenant, path.notification_id)
        .await?;
    view(path.notification_id, &call)
}

/// The view of one notification.
pub(super) fn view(
    notification_id: CallId,
    call: &Call,
) -> Result<web::Json<NotificationView>, ApiError> {
    NotificationView::with_proof(call)
        .map(web::Json)
        .ok_or_else(|| ApiError::NoSuchNotification {
            named: notification_id.to_string(),
        })
}
