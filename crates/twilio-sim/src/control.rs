//! `/_sim`: the simulator for other processes on this machine, and its page for people.
//!
//! Nobody has to log in here, therefore [`guard`] keeps web pages out.

mod acts;
mod calls;
mod clock;
mod events;
mod faults;
mod guard;
mod journal;
mod messages;
mod numbers;
mod openapi;
mod page;
mod problem;
mod read;
mod records;

use actix_web::web;

pub(crate) use guard::guard;

use problem::Problem;

/// Mounts the control routes.
pub(crate) fn configure(service: &mut web::ServiceConfig) {
    service
        .configure(openapi::configure)
        .configure(faults::configure)
        .configure(journal::configure)
        .configure(clock::configure)
        .configure(events::configure)
        .configure(page::configure)
        .configure(acts::configure)
        .configure(calls::configure)
        .configure(messages::configure)
        .configure(numbers::configure)
        .configure(records::configure)
        .route("/_sim/{rest:.*}", web::to(no_such_route));
}

async fn no_such_route() -> Problem {
    Problem::not_found("there is nothing here; see /_sim/openapi.json")
}
