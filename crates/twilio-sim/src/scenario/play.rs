//! Playing a scenario: behaviours, faults, and calls and messages in their order.

use std::sync::Arc;

use super::{PlannedCall, PlannedMessage, RefusedCall, Scenario};
use crate::fault::FaultError;
use crate::journal::{Entry, without_dates};
use crate::messages;
use crate::rest;
use crate::world::{Params, Shared};

/// The events a planned call is subscribed to unless it says otherwise.
const ALL_EVENTS: [&str; 4] = ["initiated", "ringing", "answered", "completed"];

impl Scenario {
    /// Sets behaviours and faults, and schedules calls and messages.
    pub(crate) fn play(&self, shared: &Arc<Shared>) -> Result<(), FaultError> {
        // Time stands still until everything is in its place.
        let _exchange = shared.timeline.open_exchange();
        {
            let mut world = shared.world();
            for number in &self.numbers {
                world.set_behaviour(&number.number, number.behaviour.clone());
            }
            for fault in &self.faults {
                world.faults.add(fault.clone())?;
            }
        }
        let mut calls: Vec<(usize, &PlannedCall)> = self.calls.iter().enumerate().collect();
        calls.sort_by_key(|(_, call)| call.at_ms);
        let now_ms = shared.timeline.now_ms();
        for (index, call) in calls {
            let params = params_of(call, shared);
            let at_ms = now_ms.saturating_add_unsigned(call.at_ms);
            let its = Arc::clone(shared);
            shared.timeline.spawn_at(at_ms, move |turn| async move {
                place(&its, index, &params);
                drop(turn);
            });
        }
        let mut planned: Vec<&PlannedMessage> = self.messages.iter().collect();
        planned.sort_by_key(|message| message.at_ms);
        for message in planned {
            // One that cannot be is refused when the scenario is read.
            let Ok(incoming) = message.read() else {
                continue;
            };
            let at_ms = now_ms.saturating_add_unsigned(message.at_ms);
            let its = Arc::clone(shared);
            shared.timeline.spawn_at(at_ms, move |turn| async move {
                messages::receive(&its, incoming);
                drop(turn);
            });
        }
        Ok(())
    }
}

fn place(shared: &Arc<Shared>, index: usize, params: &Params) {
    let placed = rest::place_call(shared, params);
    let (sid, answer, code) = match &placed {
        Ok(sid) => (Some(sid.as_str()), 201, None),
        Err(refusal) => (None, 400, Some(u64::from(refusal.code))),
    };
    let entry = Entry::Request {
        method: "POST",
        path: &shared.path_of("Calls.json"),
        params: without_dates(params),
        answer: Some(answer),
        code,
    };
    shared.write(sid, entry);
    if let Err(refusal) = placed {
        tracing::warn!(
            code = refusal.code,
            "calls[{index}] of the scenario was refused and is not made"
        );
        shared.world().refused_calls.push(RefusedCall {
            index,
            code: refusal.code,
            message: refusal.message,
        });
    }
}

fn params_of(call: &PlannedCall, shared: &Shared) -> Params {
    let from = call
        .from
        .clone()
        .or_else(|| shared.config.from_numbers.first().cloned());
    let named = [
        ("To", Some(call.to.clone())),
        ("From", from),
        ("Url", call.url.clone()),
        ("Twiml", call.twiml.clone()),
        ("StatusCallback", call.status_callback.clone()),
        (
            "Timeout",
            call.timeout_seconds.map(|seconds| seconds.to_string()),
        ),
    ];
    let events = call
        .status_callback_events
        .clone()
        .unwrap_or_else(|| ALL_EVENTS.map(ToOwned::to_owned).into());
    let events = events
        .into_iter()
        .filter(|_| call.status_callback.is_some())
        .map(|event| ("StatusCallbackEvent".to_owned(), event));
    named
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .chain(events)
        .chain(call.params.clone())
        .collect()
}
