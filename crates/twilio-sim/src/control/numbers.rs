//! Numbers: who answers there.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::read;
use crate::address::is_dialled;
use crate::callee::Behaviour;
use crate::world::{Shared, World};

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .route("/_sim/numbers", web::get().to(list_numbers))
        .service(
            web::resource("/_sim/numbers/{number}")
                .route(web::get().to(read_number))
                .route(web::put().to(set_behaviour))
                .route(web::delete().to(clear_behaviour)),
        );
}

/// A number and who answers there.
#[derive(Serialize, ToSchema)]
pub(super) struct NumberView {
    /// The number.
    number: String,
    /// Who answers.
    behaviour: Behaviour,
    /// Whether the behaviour was set; otherwise it follows from the number.
    set: bool,
    /// How often the number was dialled.
    rings: usize,
}

fn view(world: &World, number: &str) -> NumberView {
    let set = world.behaviour(number).cloned();
    NumberView {
        number: number.to_owned(),
        set: set.is_some(),
        behaviour: set.unwrap_or_else(|| Behaviour::of_number(number)),
        rings: world.rings(number),
    }
}

/// Lists the numbers that were dialled or have a behaviour of their own.
#[utoipa::path(get, path = "/_sim/numbers", tag = "Numbers",
    responses((status = 200, description = "The numbers.", body = Vec<NumberView>)))]
pub(super) async fn list_numbers(shared: web::Data<Shared>) -> HttpResponse {
    let world = shared.world();
    let numbers = world.known_numbers();
    let views: Vec<NumberView> = numbers.iter().map(|number| view(&world, number)).collect();
    HttpResponse::Ok().json(views)
}

/// Says who answers at a number.
#[utoipa::path(get, path = "/_sim/numbers/{number}", tag = "Numbers",
    params(("number" = String, Path, description = "E.164")),
    responses((status = 200, description = "The number.", body = NumberView)))]
pub(super) async fn read_number(
    shared: web::Data<Shared>,
    number: web::Path<String>,
) -> HttpResponse {
    HttpResponse::Ok().json(view(&shared.world(), &number))
}

/// Sets who answers at a number from its next dial on.
#[utoipa::path(put, path = "/_sim/numbers/{number}", tag = "Numbers",
    params(("number" = String, Path, description = "E.164")),
    request_body(content = Behaviour, example = json!({"kind": "presses", "digits": "1"})),
    responses((status = 200, description = "The number.", body = NumberView),
        (status = 400, description = "There is no such number or behaviour.", body = Problem)))]
pub(super) async fn set_behaviour(
    shared: web::Data<Shared>,
    number: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    if !is_dialled(&number) {
        return Err(Problem::parameter(
            "number",
            "is neither E.164, such as +15550100042 (%2B for the plus), nor client:NAME nor a SIP address",
        ));
    }
    let behaviour: Behaviour = read::body(&body)?;
    check(&behaviour)?;
    let mut world = shared.world();
    world.set_behaviour(&number, behaviour);
    Ok(HttpResponse::Ok().json(view(&world, &number)))
}

fn check(behaviour: &Behaviour) -> Result<(), Problem> {
    let callee = behaviour.callee();
    if callee
        .digits
        .chars()
        .all(|key| "0123456789*#,".contains(key))
    {
        Ok(())
    } else {
        Err(Problem::field(
            "/digits",
            "is not made of 0-9, *, # and commas",
        ))
    }
}

/// Lets a number behave again as it does by itself.
#[utoipa::path(delete, path = "/_sim/numbers/{number}", tag = "Numbers",
    params(("number" = String, Path, description = "E.164")),
    responses((status = 204, description = "Nothing is set for it any more.")))]
pub(super) async fn clear_behaviour(
    shared: web::Data<Shared>,
    number: web::Path<String>,
) -> HttpResponse {
    shared.world().clear_behaviour(&number);
    HttpResponse::NoContent().finish()
}
