//! `POST /notifications/{notification_id}/acknowledge`

use actix_web::web;
use atlas_domain::{Who, Why};
use utoipa::ToSchema;

use super::body::NotificationBody;
use super::path::NotificationPath;
use super::read::view;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::{Fields, text};
use crate::state::ApiState;
use crate::views::NotificationView;

/// Who takes care of the task, and why it is said here and not by a key press.
#[derive(ToSchema)]
pub(crate) struct AcknowledgeRequest {
    /// Who it is; the name of the API key without.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Ann O'Neil")]
    who: Option<Who>,
    /// Why.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 1000, example = "Fixed on site.")]
    why: Option<Why>,
}

impl AcknowledgeRequest {
    fn read(mut fields: Fields) -> Result<Self, ApiError> {
        let who = fields.optional("who", text);
        let why = fields.optional("why", text);
        fields
            .finish(|| Some(Self { who, why }))
            .map_err(ApiError::unprocessable)
    }
}

/// Acknowledges a notification without a key press.
///
/// Nobody is rung any more, and what rings or talks is ended, at once or as soon as Twilio can be
/// told; who still answers hears that the task is already acknowledged. The first acknowledgement
/// stays: again changes nothing. It can be done also after nobody was reached.
#[utoipa::path(
    post,
    path = "/notifications/{notification_id}/acknowledge",
    tag = "Notifications",
    params(NotificationPath),
    request_body = AcknowledgeRequest,
    responses(
        (status = 200, description = "The notification as it is now.", body = NotificationView),
        (status = 409, description = "It was canceled."),
    )
)]
pub(crate) async fn acknowledge_notification(
    caller: Caller,
    path: NotificationPath,
    state: web::Data<ApiState>,
    body: NotificationBody,
) -> Result<web::Json<NotificationView>, ApiError> {
    let AcknowledgeRequest { who, why } = AcknowledgeRequest::read(body.0)?;
    // Without keys there is no name, and nothing to say.
    let who = who.or_else(|| caller.key_name.parse().ok());
    let (application, id) = (state.application().clone(), path.notification_id);
    let call = state
        .run_to_end(async move {
            application
                .acknowledge_notification(&caller.tenant, id, who, why)
                .await
        })
        .await?;
    view(id, &call)
}
