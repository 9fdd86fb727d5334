//! Dial: connecting the call to somebody else.

mod callees;
mod conference;
mod conference_events;
mod queue;
mod recording;

use super::document::{Base, Dial, DialParty};
use super::run::{Flow, go_to, tell_action};
use crate::call::{Leg, LegEnd, Side, converse};
use crate::record::DeliveryKind;
use crate::world::Params;

/// How long a caller who leaves by the star key waits before pressing it.
const STAR_MS: i64 = 1_000;

/// What came of dialling.
struct Dialled {
    /// Whether the dialling call goes on, or why it does not.
    outcome: Result<(), LegEnd>,
    status: &'static str,
    /// The other call and how many seconds it took, when there was one.
    call: Option<(String, u64)>,
    bridged: bool,
    recording_sid: Option<String>,
}

/// Runs a Dial: control goes to the action, or without one to the next verb.
pub(super) async fn run(leg: &mut Leg, dial: &Dial, base: &Base) -> Result<Flow, LegEnd> {
    let dialled = match &dial.party {
        DialParty::Callees(callees) => callees::dial(leg, dial, callees, base).await,
        DialParty::Queue(queue) => queue::dial(leg, dial, queue, base).await,
        DialParty::Conference(conference) => conference::dial(leg, dial, conference, base).await,
    };
    let params = action_params(leg, &dialled);
    let has_action = dial.action.url.is_some();
    match dialled.outcome {
        Ok(()) if has_action => Ok(go_to(leg, &dial.action, base, DeliveryKind::Action, params)),
        Ok(()) => Ok(Flow::Continue),
        Err(end) => {
            if has_action && end.ends_the_call() {
                leg.close();
                tell_action(leg, &dial.action, base, params).await;
            }
            Err(end)
        }
    }
}

/// Source: Twilio, Dial, "action".
fn action_params(leg: &Leg, dialled: &Dialled) -> Params {
    let mut params: Params = Vec::new();
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    add("DialCallStatus", dialled.status.to_owned());
    add("DialBridged", dialled.bridged.to_string());
    if let Some((sid, seconds)) = &dialled.call {
        add("DialCallSid", sid.clone());
        add("DialCallDuration", seconds.to_string());
    }
    if let Some(sid) = &dialled.recording_sid {
        add("RecordingUrl", leg.shared.recording_url(sid));
        add("RecordingSid", sid.clone());
    }
    params
}

/// When the caller presses the star key that leaves the conversation beginning now.
fn star_at(leg: &mut Leg, dial: &Dial) -> Option<i64> {
    let presses_star = dial.hangup_on_star && leg.next_digits().contains('*');
    presses_star.then(|| leg.now_ms().saturating_add(STAR_MS))
}

/// Lets the caller talk to the call it is connected to, as long as the Dial permits.
async fn talk(leg: &mut Leg, dial: &Dial) -> Result<(), LegEnd> {
    let limit_ms = i64::from(dial.time_limit_seconds).saturating_mul(1000);
    let limit_ms = leg.now_ms().saturating_add(limit_ms);
    let star_ms = star_at(leg, dial);
    let until_ms = star_ms.map_or(limit_ms, |star_ms| star_ms.min(limit_ms));
    converse(leg, Side::Caller, Some(until_ms)).await?;
    if star_ms.is_some_and(|at_ms| at_ms <= leg.now_ms()) {
        leg.press('*');
    }
    Ok(())
}
