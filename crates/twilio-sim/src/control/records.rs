//! What was asked, sent and found wrong; and forgetting all of it.

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::IntoParams;

use super::problem::Problem;
use super::read;
use crate::record::{AlertReport, DeliveryReport, RequestReport};
use crate::world::Shared;

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .route("/_sim/requests", web::get().to(list_requests))
        .route("/_sim/deliveries", web::get().to(list_deliveries))
        .route("/_sim/alerts", web::get().to(list_alerts))
        .route("/_sim/reset", web::post().to(reset));
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct OfCall {
    /// Only those of this call, `CA…`.
    call_sid: Option<String>,
}

impl OfCall {
    fn wants(&self, sid: &str) -> bool {
        self.call_sid.as_ref().is_none_or(|wanted| wanted == sid)
    }
}

/// Lists the requests that the REST API has received, oldest first.
#[utoipa::path(get, path = "/_sim/requests", tag = "Records",
    responses((status = 200, description = "The requests.", body = Vec<RequestReport>)))]
pub(super) async fn list_requests(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&shared.world().requests)
}

/// Lists the requests that the simulator has made: TwiML fetches and callbacks, oldest first.
#[utoipa::path(get, path = "/_sim/deliveries", tag = "Records", params(OfCall),
    responses((status = 200, description = "One entry for every attempt.", body = Vec<DeliveryReport>),
        (status = 400, description = "A parameter is wrong.", body = Problem)))]
pub(super) async fn list_deliveries(
    shared: web::Data<Shared>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let of: OfCall = read::query(&request)?;
    let world = shared.world();
    let deliveries = world.deliveries.iter();
    let wanted: Vec<&DeliveryReport> = deliveries
        .filter(|delivery| of.wants(&delivery.call_sid))
        .collect();
    Ok(HttpResponse::Ok().json(wanted))
}

/// Lists the debugger's alerts, oldest first.
#[utoipa::path(get, path = "/_sim/alerts", tag = "Records", params(OfCall),
    responses((status = 200, description = "The alerts.", body = Vec<AlertReport>),
        (status = 400, description = "A parameter is wrong.", body = Problem)))]
pub(super) async fn list_alerts(
    shared: web::Data<Shared>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let of: OfCall = read::query(&request)?;
    let world = shared.world();
    let alerts = world.alerts.iter();
    let wanted: Vec<&AlertReport> = alerts.filter(|alert| of.wants(&alert.call_sid)).collect();
    Ok(HttpResponse::Ok().json(wanted))
}

/// Forgets everything but the time: calls, records, behaviours and faults. Calls under way end unseen.
#[utoipa::path(post, path = "/_sim/reset", tag = "Records",
    responses((status = 204, description = "All is forgotten.")))]
pub(super) async fn reset(shared: web::Data<Shared>) -> HttpResponse {
    shared.reset();
    HttpResponse::NoContent().finish()
}
