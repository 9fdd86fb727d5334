//! `GET /users/{user_id}/calls`

use actix_web::{HttpRequest, web};
use atlas_application::storage::CallFilter;
use atlas_domain::call::CallStatus;
use utoipa::IntoParams;

use crate::auth::Caller;
use crate::calls::list::call_status;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::page::PageQuery;
use crate::path::UserPath;
use crate::state::ApiState;
use crate::views::{CallView, Envelope};

/// Which calls of a user are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UserCallQuery {
    /// Only calls whose newest dial has this status.
    #[param(value_type = Option<crate::openapi::CallStatusWord>, nullable = false)]
    status: Option<CallStatus>,
}

/// Lists the calls of a user, newest first.
///
/// They are those whose `user_id` is the user's id, and those whose `user_external_id` is the
/// user's id or `external_id`.
#[utoipa::path(
    get,
    path = "/users/{user_id}/calls",
    tag = "Users",
    params(UserPath, PageQuery, UserCallQuery),
    responses((status = 200, description = "A page of calls.", body = Envelope<CallView>))
)]
pub(crate) async fn list_user_calls(
    caller: Caller,
    path: UserPath,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<web::Json<Envelope<CallView>>, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let page = PageQuery::read(&mut fields);
    let query = UserCallQuery {
        status: fields.optional("status", call_status),
    };
    let (page, query) = fields.finish(|| Some((page, query)))?;
    let filter = CallFilter {
        status: query.status,
        ..CallFilter::default()
    };
    let calls = state
        .application()
        .list_user_calls(&caller.tenant, path.user_id, filter, &page)
        .await?;
    Ok(web::Json(Envelope::of(calls, &page)))
}
