//! Everything that happened, a line of JSON for each thing.

use actix_web::{HttpResponse, web};

use crate::world::Shared;

/// Mounts the route.
pub(super) fn configure(service: &mut web::ServiceConfig) {
    service.route("/_sim/journal", web::get().to(read_journal));
}

/// Tells everything that could be observed, in order; the same for runs that were the same.
#[utoipa::path(get, path = "/_sim/journal", tag = "Records",
    responses((status = 200, content_type = "application/x-ndjson",
        description = "A line of JSON for each thing, without ports, dates and signatures.", body = String)))]
pub(super) async fn read_journal(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/x-ndjson")
        .body(shared.journal())
}
