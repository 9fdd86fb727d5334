//! `/_sim/openapi.json`: the control routes, for programs.

use actix_web::{HttpResponse, web};
use utoipa::OpenApi as _;

use super::{acts, calls, clock, events, faults, journal, messages, numbers, problem, records};

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service.route("/_sim/openapi.json", web::get().to(document));
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "twilio-sim control",
        description = "Reads and moves a simulated Twilio: what its calls did, who answers, what time \
            it is. Twilio's own API is beside it, below `/2010-04-01`. Nobody logs in, but only this \
            machine is served: `Host` must be a loopback name, and a request that changes anything must \
            not come from a web page of another origin. Failures are problem documents (RFC 9457); \
            times are virtual.",
    ),
    paths(
        calls::list_calls, calls::place_call, calls::read_call,
        acts::answer, acts::decline, acts::press, acts::say, acts::hang_up,
        messages::list_messages, messages::send_message,
        numbers::list_numbers, numbers::read_number, numbers::set_behaviour, numbers::clear_behaviour,
        clock::read_clock, clock::sleep, clock::advance, clock::run_until_idle,
        faults::list_faults, faults::add_fault, faults::clear_faults, faults::remove_fault,
        journal::read_journal,
        records::list_requests, records::list_deliveries, records::list_alerts, records::reset,
        events::events,
    ),
    components(schemas(problem::Problem)),
    tags(
        (name = "Calls", description = "Calls, as the callee and Twilio saw them."),
        (name = "A person", description = "Doing what the person who was called does."),
        (name = "Messages", description = "Text messages, sent and received."),
        (name = "Numbers", description = "Who answers where."),
        (name = "Faults", description = "What goes wrong on purpose."),
        (name = "Clock", description = "Virtual time."),
        (name = "Records", description = "What was asked, sent and found wrong."),
    ),
)]
struct Control;

async fn document() -> HttpResponse {
    HttpResponse::Ok().json(Control::openapi())
}
