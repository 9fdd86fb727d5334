//! `GET /users`

use actix_web::{HttpRequest, web};

use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::page::PageQuery;
use crate::state::ApiState;
use crate::views::{Envelope, UserView};

/// Lists users, newest first.
#[utoipa::path(
    get,
    path = "/users",
    tag = "Users",
    params(PageQuery),
    responses((status = 200, description = "A page of users.", body = Envelope<UserView>))
)]
pub(crate) async fn list_users(
    caller: Caller,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<web::Json<Envelope<UserView>>, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let page = PageQuery::read(&mut fields);
    let page = fields.finish(|| Some(page))?;
    let users = state
        .application()
        .list_users(&caller.tenant, &page)
        .await?;
    Ok(web::Json(Envelope::of(users, &page)))
}
