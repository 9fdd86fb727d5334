//! Calls: placing, listing and reading them.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::read;
use crate::record::{CallReport, CallStatus};
use crate::rest;
use crate::world::{Params, Shared};

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .service(
            web::resource("/_sim/calls")
                .route(web::get().to(list_calls))
                .route(web::post().to(place_call)),
        )
        .route("/_sim/calls/{sid}", web::get().to(read_call));
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CallsQuery {
    /// Only calls to this number; write `+` as `%2B`.
    to: Option<String>,
    /// Only calls that have this status now.
    status: Option<CallStatus>,
}

/// A call to place.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewCall {
    /// Whom to call, E.164.
    #[schema(example = "+15550100901")]
    to: String,
    /// The number to call from; the first of the account when absent.
    from: Option<String>,
    /// Where the TwiML is; this or `twiml`.
    url: Option<String>,
    /// The TwiML itself, at most 4000 characters.
    #[schema(example = "<Response><Say>Hello there</Say></Response>")]
    twiml: Option<String>,
    /// Where status callbacks go.
    status_callback: Option<String>,
    /// The events posted there; only `completed` when empty.
    #[serde(default)]
    status_callback_events: Vec<String>,
    /// How long it rings, 1 to 600 seconds; 60 when absent.
    timeout_seconds: Option<u16>,
}

/// Places a call, like `POST Calls.json` of Twilio's API but without credentials.
#[utoipa::path(post, path = "/_sim/calls", tag = "Calls", request_body = NewCall,
    responses((status = 201, description = "The call is queued.", body = CallReport),
        (status = 400, description = "Twilio would refuse it; `code` is Twilio's.", body = Problem)))]
pub(super) async fn place_call(
    shared: web::Data<Shared>,
    body: web::Bytes,
) -> Result<HttpResponse, Problem> {
    let new: NewCall = read::body(&body)?;
    let shared: Arc<Shared> = shared.into_inner();
    let sid = rest::place_call(&shared, &params_of(new, &shared)).map_err(|refusal| {
        Problem::field(field_of(refusal.code), refusal.message).with_code(400, refusal.code)
    })?;
    let world = shared.world();
    match world.call(&sid) {
        Some(call) => Ok(HttpResponse::Created().json(shared.call_report(call, &world))),
        None => Err(Problem::not_found("the call is forgotten")),
    }
}

fn params_of(new: NewCall, shared: &Shared) -> Params {
    let from = new
        .from
        .or_else(|| shared.config.from_numbers.first().cloned());
    let timeout = new.timeout_seconds.map(|seconds| seconds.to_string());
    let named = [
        ("To", Some(new.to)),
        ("From", from),
        ("Url", new.url),
        ("Twiml", new.twiml),
        ("StatusCallback", new.status_callback),
        ("Timeout", timeout),
    ];
    let events = new.status_callback_events.into_iter();
    named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .chain(events.map(|event| ("StatusCallbackEvent".to_owned(), event)))
        .collect()
}

/// The field that a refusal is about.
const fn field_of(code: u32) -> &'static str {
    match code {
        21201 | 21202 | 21211 | 21214..=21217 | 21219 => "/to",
        21210 | 21212 | 21213 => "/from",
        21205 => "/url",
        32018 => "/twiml",
        21609 => "/status_callback",
        21208 => "/timeout_seconds",
        20001 => "/status_callback_events",
        _ => "",
    }
}

/// Lists calls, oldest first.
#[utoipa::path(get, path = "/_sim/calls", tag = "Calls", params(CallsQuery),
    responses((status = 200, description = "The calls.", body = Vec<CallReport>),
        (status = 400, description = "A parameter is wrong.", body = Problem)))]
pub(super) async fn list_calls(
    shared: web::Data<Shared>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query: CallsQuery = read::query(&request)?;
    let world = shared.world();
    let wanted = |call: &&crate::call::Call| {
        let to = query.to.as_ref().is_none_or(|to| *to == call.request.to);
        to && query.status.is_none_or(|status| status == call.status)
    };
    let calls: Vec<CallReport> = world
        .calls()
        .iter()
        .filter(wanted)
        .map(|call| shared.call_report(call, &world))
        .collect();
    Ok(HttpResponse::Ok().json(calls))
}

/// Reads one call.
#[utoipa::path(get, path = "/_sim/calls/{sid}", tag = "Calls",
    params(("sid" = String, Path, description = "`CA…`")),
    responses((status = 200, description = "The call.", body = CallReport),
        (status = 404, description = "There is no such call.", body = Problem)))]
pub(super) async fn read_call(
    shared: web::Data<Shared>,
    sid: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let world = shared.world();
    match world.call(&sid) {
        Some(call) => Ok(HttpResponse::Ok().json(shared.call_report(call, &world))),
        None => Err(Problem::not_found(format!("there is no call {sid}"))),
    }
}
