//! `/_sim`: the clock and the records for other processes on this machine, as JSON.
//!
//! The simulator listens on loopback only, therefore nobody has to log in here.

mod faults;

use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::clock::{SimClock, instant_of};
use crate::record::CallReport;
use crate::world::Shared;

/// How long a request to sleep is kept open, in real time.
const SLEEP_REQUEST_AT_MOST: Duration = Duration::from_secs(20);

/// Mounts the control routes.
pub(crate) fn configure(service: &mut web::ServiceConfig) {
    service
        .configure(faults::configure)
        .route("/_sim/clock", web::get().to(read_clock))
        .route("/_sim/clock/sleep", web::post().to(sleep))
        .route("/_sim/clock/advance", web::post().to(advance))
        .route("/_sim/calls", web::get().to(list_calls))
        .route("/_sim/requests", web::get().to(list_requests))
        .route("/_sim/deliveries", web::get().to(list_deliveries))
        .route("/_sim/alerts", web::get().to(list_alerts));
}

#[derive(Deserialize)]
struct SleepQuery {
    until_ms: i64,
    participant: String,
}

#[derive(Deserialize)]
struct AdvanceQuery {
    ms: u64,
}

async fn read_clock(shared: web::Data<Shared>) -> HttpResponse {
    let timeline = &shared.timeline;
    HttpResponse::Ok()
        .json(json!({"now_ms": timeline.now_ms(), "mode": timeline.mode().to_string()}))
}

/// While this is pending the participant is asleep; when the connection ends first, it has woken up.
async fn sleep(shared: web::Data<Shared>, query: web::Query<SleepQuery>) -> HttpResponse {
    let sleeping = shared
        .timeline
        .sleep_as_participant(&query.participant, query.until_ms);
    let reached = tokio::time::timeout(SLEEP_REQUEST_AT_MOST, sleeping)
        .await
        .is_ok();
    HttpResponse::Ok().json(json!({"now_ms": shared.timeline.now_ms(), "reached": reached}))
}

async fn advance(shared: web::Data<Shared>, query: web::Query<AdvanceQuery>) -> HttpResponse {
    SimClock::new(shared.timeline.clone())
        .advance(Duration::from_millis(query.ms))
        .await;
    HttpResponse::Ok().json(json!({
        "now_ms": shared.timeline.now_ms(),
        "mode": shared.timeline.mode().to_string(),
        "now": instant_of(shared.timeline.now_ms()).to_string(),
    }))
}

async fn list_calls(shared: web::Data<Shared>) -> HttpResponse {
    let world = shared.world();
    let calls: Vec<CallReport> = world
        .calls()
        .iter()
        .map(|call| shared.call_report(call, &world))
        .collect();
    HttpResponse::Ok().json(calls)
}

async fn list_requests(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&shared.world().requests)
}

async fn list_deliveries(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&shared.world().deliveries)
}

async fn list_alerts(shared: web::Data<Shared>) -> HttpResponse {
    HttpResponse::Ok().json(&shared.world().alerts)
}
