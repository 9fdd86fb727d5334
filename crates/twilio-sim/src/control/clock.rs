//! The clock, for processes that live by it.

use std::time::Duration;

use actix_web::{HttpRequest, HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::Problem;
use super::read;
use crate::clock::{SimClock, instant_of};
use crate::config::ClockMode;
use crate::world::Shared;

/// How long a request that waits is kept open, in real time.
const WAIT_AT_MOST: Duration = Duration::from_secs(20);

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service
        .route("/_sim/clock", web::get().to(read_clock))
        .route("/_sim/clock/sleep", web::post().to(sleep))
        .route("/_sim/clock/advance", web::post().to(advance))
        .route("/_sim/clock/run-until-idle", web::post().to(run_until_idle));
}

/// The clock as it stands.
#[derive(Serialize, ToSchema)]
pub(super) struct ClockView {
    /// Virtual time in milliseconds since 1970.
    now_ms: i64,
    /// The same in RFC 3339.
    #[serde(with = "time::serde::rfc3339")]
    now: time::OffsetDateTime,
    /// `real`, `speed:N`, `fast` or `stepped`.
    mode: String,
}

/// What came of waiting for an instant.
#[derive(Serialize, ToSchema)]
pub(super) struct Slept {
    /// Virtual time in milliseconds since 1970.
    now_ms: i64,
    /// Whether the instant was reached within 20 real seconds; ask again when it was not.
    reached: bool,
}

/// What came of waiting for the end of everything.
#[derive(Serialize, ToSchema)]
pub(super) struct Idle {
    /// Virtual time in milliseconds since 1970.
    now_ms: i64,
    /// Whether every call was over within 20 real seconds; ask again when not.
    idle: bool,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct SleepQuery {
    /// Virtual time in milliseconds since 1970.
    until_ms: i64,
    /// Who sleeps: a name for each loop that lives by this clock.
    participant: String,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AdvanceQuery {
    /// How far, in virtual milliseconds.
    ms: u64,
}

fn view(shared: &Shared) -> ClockView {
    let now_ms = shared.timeline.now_ms();
    ClockView {
        now_ms,
        now: instant_of(now_ms),
        mode: shared.timeline.mode().to_string(),
    }
}

/// Reads the clock.
#[utoipa::path(get, path = "/_sim/clock", tag = "Clock",
    responses((status = 200, description = "The clock.", body = ClockView)))]
pub(super) async fn read_clock(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(view(&shared))
}

/// Sleeps as a participant: the clock waits from the end of the sleep until the next one.
///
/// While this is pending the participant is asleep; when the connection ends first, it has woken up.
#[utoipa::path(post, path = "/_sim/clock/sleep", tag = "Clock", params(SleepQuery),
    responses((status = 200, description = "It is that time, or 20 real seconds are over.", body = Slept),
        (status = 400, description = "A parameter is wrong.", body = Problem)))]
pub(super) async fn sleep(
    shared: web::Data<Shared>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query: SleepQuery = read::query(&request)?;
    let sleeping = shared
        .timeline
        .sleep_remotely(&query.participant, query.until_ms);
    let reached = tokio::time::timeout(WAIT_AT_MOST, sleeping).await.is_ok();
    let now_ms = shared.timeline.now_ms();
    Ok(HttpResponse::Ok().json(Slept { now_ms, reached }))
}

/// Moves a stepped clock on; the other clocks move by themselves.
#[utoipa::path(post, path = "/_sim/clock/advance", tag = "Clock", params(AdvanceQuery),
    responses((status = 200, description = "Everything due until then has run.", body = ClockView),
        (status = 400, description = "A parameter is wrong.", body = Problem),
        (status = 409, description = "The clock is not a stepped one.", body = Problem)))]
pub(super) async fn advance(
    shared: web::Data<Shared>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let query: AdvanceQuery = read::query(&request)?;
    let mode = shared.timeline.mode();
    if mode != ClockMode::Stepped {
        return Err(Problem::conflict(format!(
            "the clock is {mode} and moves by itself; only a stepped one is moved by hand"
        )));
    }
    SimClock::new(shared.timeline.clone())
        .advance(Duration::from_millis(query.ms))
        .await;
    Ok(HttpResponse::Ok().json(view(&shared)))
}

/// Runs until every call is over and every callback is sent; a stepped clock is moved on for it.
#[utoipa::path(post, path = "/_sim/clock/run-until-idle", tag = "Clock",
    responses((status = 200, description = "All is over, or 20 real seconds are.", body = Idle)))]
pub(super) async fn run_until_idle(shared: web::Data<Shared>) -> HttpResponse {
    let clock = SimClock::new(shared.timeline.clone());
    let idle = tokio::time::timeout(WAIT_AT_MOST, clock.run_until_idle())
        .await
        .is_ok();
    let now_ms = shared.timeline.now_ms();
    HttpResponse::Ok().json(Idle { now_ms, idle })
}
