//! `POST /calls/{call}/retry`

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

use super::placed::PlacedCallView;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallPath;
use crate::placing::{location_of, status_of};
use crate::state::ApiState;

/// Dials a call again, now.
#[utoipa::path(
    post,
    path = "/calls/{call}/retry",
    tag = "Calls",
    params(CallPath),
    responses(
        (status = 201, description = "Twilio has the new dial.", body = PlacedCallView,
            headers(("location" = String, description = "Where the call is found."))),
        (status = 202, description = "Twilio's answer was lost; it is being looked up.",
            body = PlacedCallView,
            headers(("location" = String, description = "Where the call is found."))),
        (status = 400, description = "Twilio refused the number or a parameter."),
        (status = 409, description = "A dial is under way, or the call was completed."),
        (status = 429, description = "Twilio takes no more requests at the moment."),
    )
)]
pub(crate) async fn redial_call(
    caller: Caller,
    path: CallPath,
    state: web::Data<ApiState>,
) -> Result<HttpResponse, ApiError> {
    let application = state.application().clone();
    let answer = state
        .run_to_end(async move { application.redial_call(&caller.tenant, &path.call).await })
        .await?;
    let location = location_of(&state.settings().base_url, "/calls", &answer);
    Ok(HttpResponse::build(status_of(&answer, StatusCode::CREATED))
        .insert_header(("location", location))
        .json(PlacedCallView::from(&answer)))
}
