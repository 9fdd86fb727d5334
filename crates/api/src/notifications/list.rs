//! `GET /notifications`

use actix_web::{HttpRequest, web};
use atlas_application::storage::NotificationFilter;
use atlas_domain::TaskId;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::{Fields, query_boolean, text};
use crate::page::PageQuery;
use crate::state::ApiState;
use crate::views::{Envelope, NotificationView};

/// Which notifications are wanted: those for which everything given holds.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationListQuery {
    /// The task has this id.
    #[param(value_type = Option<String>, min_length = 1, max_length = 128, nullable = false)]
    task_id: Option<TaskId>,
    /// Whether somebody has acknowledged it.
    #[param(value_type = Option<bool>, nullable = false)]
    acknowledged: Option<bool>,
}

impl NotificationListQuery {
    fn read(fields: &mut Fields) -> Self {
        Self {
            task_id: fields.optional("task_id", text),
            acknowledged: fields.optional("acknowledged", query_boolean),
        }
    }

    fn into_filter(self) -> NotificationFilter {
        NotificationFilter {
            task_id: self.task_id,
            acknowledged: self.acknowledged,
        }
    }
}

/// Lists notifications, newest first.
#[utoipa::path(
    get,
    path = "/notifications",
    tag = "Notifications",
    params(PageQuery, NotificationListQuery),
    responses((status = 200, description = "A page of notifications.",
        body = Envelope<NotificationView>))
)]
pub(crate) async fn list_notifications(
    caller: Caller,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<web::Json<Envelope<NotificationView>>, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let page = PageQuery::read(&mut fields);
    let query = NotificationListQuery::read(&mut fields);
    let (page, query) = fields
        .finish(|| Some((page, query)))
        .map_err(ApiError::unprocessable)?;
    let calls = state
        .application()
        .list_notifications(&caller.tenant, query.into_filter(), &page)
        .await?;
    Ok(web::Json(Envelope::of_those(calls, &page, |call| {
        NotificationView::of(&call)
    })))
}
