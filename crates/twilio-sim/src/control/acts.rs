//! Acting as the person who was called.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::read;
use crate::person::{self, Act, ActError};
use crate::record::CallReport;
use crate::world::Shared;

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .route("/_sim/calls/{sid}/answer", web::post().to(answer))
        .route("/_sim/calls/{sid}/decline", web::post().to(decline))
        .route("/_sim/calls/{sid}/press", web::post().to(press))
        .route("/_sim/calls/{sid}/say", web::post().to(say))
        .route("/_sim/calls/{sid}/hang-up", web::post().to(hang_up));
}

/// Keys to press.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Keys {
    /// 1 to 32 of `0-9`, `*` and `#`.
    #[schema(min_length = 1, max_length = 32, pattern = "^[0-9*#]+$", example = "1")]
    keys: String,
}

/// Words to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// 1 to 1000 characters; saying them takes 60 ms for each.
    #[schema(min_length = 1, max_length = 1000, example = "Yes, please.")]
    text: String,
}

fn act(shared: &Shared, sid: &str, act: Act) -> Result<HttpResponse, Problem> {
    person::act(shared, sid, act).map_err(|error| {
        let detail = error.to_string();
        match error {
            ActError::UnknownCall(_) => Problem::not_found(detail),
            ActError::NotAPerson | ActError::WrongState { .. } | ActError::TooMuch => {
                Problem::conflict(detail)
            }
            ActError::Keys => Problem::field("/keys", detail),
            ActError::Words => Problem::field("/text", detail),
        }
    })?;
    let world = shared.world();
    match world.call(sid) {
        Some(call) => Ok(HttpResponse::Ok().json(shared.call_report(call, &world))),
        None => Err(Problem::not_found("the call is forgotten")),
    }
}

/// Answers a call that is ringing.
#[utoipa::path(post, path = "/_sim/calls/{sid}/answer", tag = "A person",
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "Done.", body = CallReport),
        (status = 404, description = "There is no such call.", body = Problem),
        (status = 409, description = "The callee is no person, or it is not ringing.", body = Problem)))]
pub(super) async fn answer(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&shared, &sid, Act::Answer)
}

/// Declines a call that is ringing: it ends busy.
#[utoipa::path(post, path = "/_sim/calls/{sid}/decline", tag = "A person",
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "Done.", body = CallReport),
        (status = 404, description = "There is no such call.", body = Problem),
        (status = 409, description = "The callee is no person, or it is not ringing.", body = Problem)))]
pub(super) async fn decline(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&shared, &sid, Act::Decline)
}

/// Presses keys.
#[utoipa::path(post, path = "/_sim/calls/{sid}/press", tag = "A person", request_body = Keys,
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "Done.", body = CallReport),
        (status = 400, description = "These are no keys.", body = Problem),
        (status = 404, description = "There is no such call.", body = Problem),
        (status = 409, description = "The callee is no person, or nobody has answered.", body = Problem)))]
pub(super) async fn press(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let Keys { keys } = read::body(&body)?;
    act(&shared, &sid, Act::Press { keys })
}

/// Says something.
#[utoipa::path(post, path = "/_sim/calls/{sid}/say", tag = "A person", request_body = Words,
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "Done.", body = CallReport),
        (status = 400, description = "These are no words.", body = Problem),
        (status = 404, description = "There is no such call.", body = Problem),
        (status = 409, description = "The callee is no person, or nobody has answered.", body = Problem)))]
pub(super) async fn say(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let Words { text } = read::body(&body)?;
    act(&shared, &sid, Act::Say { text })
}

/// Hangs up; a call that is ringing is declined.
#[utoipa::path(post, path = "/_sim/calls/{sid}/hang-up", tag = "A person",
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "Done.", body = CallReport),
        (status = 404, description = "There is no such call.", body = Problem),
        (status = 409, description = "The callee is no person, or the call is over.", body = Problem)))]
pub(super) async fn hang_up(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    act(&shared, &sid, Act::HangUp)
}
