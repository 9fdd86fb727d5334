//! `GET /`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

/// What this service is.
#[derive(Serialize, ToSchema)]
pub(crate) struct ServiceDescription {
    /// Its name.
    #[schema(example = "Atlas - Twilio Call Management API")]
    message: &'static str,
    /// Its version.
    #[schema(example = "0.1.0")]
    version: &'static str,
    /// Where its documentation is.
    #[schema(example = "/docs")]
    docs: &'static str,
}

/// Says what this service is.
#[utoipa::path(
    get,
    path = "/",
    tag = "Service",
    responses((status = 200, description = "What this service is.", body = ServiceDescription))
)]
pub(crate) async fn describe_service() -> web::Json<ServiceDescription> {
    web::Json(ServiceDescription {
        message: "Atlas - Twilio Call Management API",
        version: env!("CARGO_PKG_VERSION"),
        docs: "/docs",
    })
}
