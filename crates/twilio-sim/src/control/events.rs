//! `/_sim/events`: what is going on, as server-sent events for those who look on.
//!
//! Source: HTML Standard, "Server-sent events".

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, watch};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::call::Call;
use crate::clock::instant_of;
use crate::person::Listening;
use crate::record::CallStatus;
use crate::world::Shared;

/// The calls in one event: the newest ones.
const CALLS_AT_MOST: usize = 50;
/// The characters of the latest words in an event.
const WORDS_AT_MOST: usize = 80;
/// How long changes are gathered before they are told.
const GATHER: Duration = Duration::from_millis(100);
/// After this long without a change a comment shows that the line is up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

pub(super) fn configure(service: &mut web::ServiceConfig) {
    service.route("/_sim/events", web::get().to(events));
}

/// What is going on, in short.
#[derive(Serialize, ToSchema)]
pub(super) struct StateView {
    /// Virtual time in milliseconds since 1970.
    now_ms: i64,
    /// `real`, `speed:N`, `fast` or `stepped`.
    mode: String,
    /// The numbers calls may come from.
    from_numbers: Vec<String>,
    /// How many calls are kept.
    call_count: usize,
    /// How many requests that the simulator has made are kept.
    delivery_count: usize,
    /// How many alerts are kept.
    alert_count: usize,
    /// The newest calls, newest first.
    calls: Vec<CallSummary>,
}

/// A call in short.
#[derive(Serialize, ToSchema)]
pub(super) struct CallSummary {
    /// `CA…`.
    sid: String,
    /// The number dialled.
    to: String,
    /// The number it was dialled from.
    from: String,
    /// The present status.
    status: CallStatus,
    /// When it was accepted.
    #[serde(with = "time::serde::rfc3339")]
    created_at: time::OffsetDateTime,
    /// Whether the callee is a person.
    person: bool,
    /// What the call waits for from the person.
    listening: Option<Listening>,
    /// The beginning of the latest words spoken to the callee.
    said: Option<String>,
}

/// One who looks on.
struct Listener {
    shared: Arc<Shared>,
    changes: watch::Receiver<u64>,
    told: bool,
    _place: OwnedSemaphorePermit,
}

/// Tells what is going on, now and whenever it has changed, as events named `state`.
///
/// Changes within a tenth of a second are told together, and an event holds the newest 50 calls only, so
/// that a slow reader is never behind by more than one event. At most 16 can listen.
#[utoipa::path(get, path = "/_sim/events", tag = "Records",
    responses((status = 200, description = "Each event's data is this.", body = StateView,
            content_type = "text/event-stream"),
        (status = 503, description = "Too many listen.", body = Problem)))]
pub(super) async fn events(shared: web::Data<Shared>) -> Result<HttpResponse, Problem> {
    let shared = shared.into_inner();
    let place = shared
        .take_listening_place()
        .ok_or_else(|| Problem::unavailable("too many are listening to events"))?;
    let listener = Listener {
        changes: shared.changes(),
        shared,
        told: false,
        _place: place,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header(("Cache-Control", "no-store"))
        .streaming(futures_util::stream::unfold(listener, |mut listener| {
            Box::pin(async move {
                let text = listener.next().await?;
                Some((Ok::<_, Infallible>(web::Bytes::from(text)), listener))
            })
        })))
}

impl Listener {
    /// The next piece of the stream; `None` when the simulator has stopped.
    async fn next(&mut self) -> Option<String> {
        if std::mem::replace(&mut self.told, true) {
            match tokio::time::timeout(KEEP_ALIVE, self.changes.changed()).await {
                Ok(changed) => changed.ok()?,
                Err(_) => return Some(": nothing new\n\n".to_owned()),
            }
            tokio::time::sleep(GATHER).await;
        }
        self.changes.mark_unchanged();
        let state = serde_json::to_string(&state(&self.shared)).ok()?;
        Some(format!("event: state\ndata: {state}\n\n"))
    }
}

fn state(shared: &Shared) -> StateView {
    // Before the world is locked: the clock has a lock of its own.
    let now_ms = shared.timeline.now_ms();
    let world = shared.world();
    let calls = world.calls();
    StateView {
        now_ms,
        mode: shared.timeline.mode().to_string(),
        from_numbers: shared.config.from_numbers.clone(),
        call_count: calls.iter().len(),
        delivery_count: world.deliveries.iter().len(),
        alert_count: world.alerts.iter().len(),
        calls: calls
            .iter()
            .rev()
            .take(CALLS_AT_MOST)
            .map(summary)
            .collect(),
    }
}

fn summary(call: &Call) -> CallSummary {
    let said = call.heard.iter().rev().find_map(|heard| heard.kind.text());
    let line = call.person.as_ref();
    CallSummary {
        sid: call.sid.clone(),
        to: call.request.to.clone(),
        from: call.request.from.clone(),
        status: call.status,
        created_at: instant_of(call.created_ms),
        person: line.is_some(),
        listening: line.and_then(|line| line.listening),
        said: said.map(|words| words.chars().take(WORDS_AT_MOST).collect()),
    }
}
