//! What goes wrong on purpose.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::read;
use crate::fault::{Fault, FaultError, FaultReport};
use crate::world::Shared;

/// Mounts the routes.
pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .service(
            web::resource("/_sim/faults")
                .route(web::get().to(list_faults))
                .route(web::post().to(add_fault))
                .route(web::delete().to(clear_faults)),
        )
        .route("/_sim/faults/{number}", web::delete().to(remove_fault));
}

/// A fault that was set.
#[derive(Serialize, ToSchema)]
pub(super) struct FaultAdded {
    /// Its number.
    number: u64,
}

/// Lists the faults that are set, oldest first; those set for the next few are gone once they are used up.
#[utoipa::path(get, path = "/_sim/faults", tag = "Faults",
    responses((status = 200, description = "The faults.", body = Vec<FaultReport>)))]
pub(super) async fn list_faults(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(shared.world().faults.list())
}

/// Lets something go wrong from now on.
#[utoipa::path(post, path = "/_sim/faults", tag = "Faults", request_body = Fault,
    responses((status = 201, description = "It is set.", body = FaultAdded),
        (status = 400, description = "The fault makes no sense.", body = Problem)))]
pub(super) async fn add_fault(
    shared: web::Data<Shared>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let fault: Fault = read::body(&body)?;
    let added = shared.world().faults.add(fault);
    let number = added.map_err(|error| Problem::field(pointer_of(&error), error.to_string()))?;
    Ok(HttpResponse::Created().json(FaultAdded { number }))
}

/// Takes all faults back.
#[utoipa::path(delete, path = "/_sim/faults", tag = "Faults",
    responses((status = 204, description = "No fault is set any more.")))]
pub(super) async fn clear_faults(shared: web::Data<Shared>) -> HttpResponse {
    shared.world().faults.clear();
    HttpResponse::NoContent().finish()
}

/// Takes one fault back.
#[utoipa::path(delete, path = "/_sim/faults/{number}", tag = "Faults",
    params(("number" = u64, Path, description = "As answered when it was set.")),
    responses((status = 204, description = "It is taken back."),
        (status = 404, description = "No fault has this number.", body = Problem)))]
pub(super) async fn remove_fault(
    shared: web::Data<Shared>,
    number: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let number = number.parse().ok();
    if number.is_some_and(|number| shared.world().faults.remove(number)) {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(Problem::not_found("no fault has this number"))
    }
}

const fn pointer_of(error: &FaultError) -> &'static str {
    match error {
        FaultError::HttpStatus(_) => "/kind/answer/http_status",
        FaultError::Rate(_) => "/when/rate",
        FaultError::Never => "/when/next",
        FaultError::RouteWithoutRequest | FaultError::Route(_) => "/target/route",
    }
}
