//! Dial: connecting the call to somebody else.

mod callees;

use super::document::{Base, Dial, DialParty};
use super::run::{Flow, go_to, tell_action};
use crate::call::{Leg, LegEnd};
use crate::record::{CallStatus, DeliveryKind};
use crate::world::Params;

/// What came of dialling.
struct Dialled {
    /// Whether the dialling call goes on, or why it does not.
    outcome: Result<(), LegEnd>,
    status: CallStatus,
    /// The call whose status that is, when one was made.
    child_sid: Option<String>,
    bridged: bool,
}

/// Runs a Dial: control goes to the action, or without one to the next verb.
pub(super) async fn run(leg: &mut Leg, dial: &Dial, base: &Base) -> Result<Flow, LegEnd> {
    let dialled = match &dial.party {
        DialParty::Callees(callees) => callees::dial(leg, dial, callees, base).await,
    };
    let params = action_params(leg, &dialled);
    let has_action = dial.action.url.is_some();
    match dialled.outcome {
        Ok(()) if has_action => Ok(go_to(leg, &dial.action, base, DeliveryKind::Action, params)),
        Ok(()) => Ok(Flow::Continue),
        Err(cut @ (LegEnd::Redirected(_) | LegEnd::ApplicationError | LegEnd::BargedIn)) => {
            Err(cut)
        }
        Err(cut @ (LegEnd::CalleeHungUp | LegEnd::TimeLimit | LegEnd::ApiHungUp)) => {
            if has_action {
                leg.close();
                tell_action(leg, &dial.action, base, params).await;
            }
            Err(cut)
        }
    }
}

/// Source: Twilio, Dial, "action".
fn action_params(leg: &Leg, dialled: &Dialled) -> Params {
    let mut params: Params = Vec::new();
    let mut add = |name: &str, value: String| params.push((name.to_owned(), value));
    add("DialCallStatus", dialled.status.as_str().to_owned());
    add("DialBridged", dialled.bridged.to_string());
    if let Some(sid) = &dialled.child_sid {
        let seconds = leg
            .shared
            .world()
            .call(sid)
            .and_then(crate::call::Call::duration_seconds);
        add("DialCallSid", sid.clone());
        add("DialCallDuration", seconds.unwrap_or_default().to_string());
    }
    params
}
