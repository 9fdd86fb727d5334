//! `/_sim/faults`: what goes wrong on purpose, for other processes.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::fault::Fault;
use crate::world::Shared;

/// Mounts the routes.
pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .service(
            web::resource("/_sim/faults")
                .route(web::get().to(list))
                .route(web::post().to(add))
                .route(web::delete().to(clear)),
        )
        .route("/_sim/faults/{number}", web::delete().to(remove));
}

async fn list(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(shared.world().faults.list())
}

async fn add(shared: web::Data<Shared>, body: web::Bytes) -> HttpResponse {
    let fault = match serde_json::from_slice::<Fault>(&body) {
        Ok(fault) => fault,
        Err(error) => return refused(&error),
    };
    let added = shared.world().faults.add(fault);
    match added {
        Ok(number) => HttpResponse::Created().json(json!({"number": number})),
        Err(error) => refused(&error),
    }
}

async fn clear(shared: web::Data<Shared>) -> HttpResponse {
    shared.world().faults.clear();
    HttpResponse::NoContent().finish()
}

async fn remove(shared: web::Data<Shared>, number: web::Path<u64>) -> HttpResponse {
    if shared.world().faults.remove(*number) {
        HttpResponse::NoContent().finish()
    } else {
        HttpResponse::NotFound().json(json!({"error": "no fault has this number"}))
    }
}

fn refused(error: &dyn std::error::Error) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({"error": error.to_string()}))
}
