//! A call that another call dialled.

use super::bridge::{Side, converse};
use super::documents::{Ending, run_documents, run_to_the_end};
use super::fetch::DocumentRequest;
use super::life::pick_up;
use super::{CallRequest, Leg, LegEnd, Scope};
use crate::record::DeliveryKind;

/// How a call stands to the one that dialled it.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    pub(crate) parent_sid: String,
    pub(crate) stage: ChildStage,
}

/// How far a child is on the way to its parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChildStage {
    /// Nobody has answered, or the document for the callee is still running.
    OnTheWay,
    /// It waits to be connected.
    Ready,
    /// It has been connected.
    Met,
    /// The REST API has given it something else to do.
    Gone,
}

pub(super) fn is_child(leg: &Leg) -> bool {
    let world = leg.shared.world();
    world
        .call(&leg.sid)
        .is_some_and(|call| call.child.is_some())
}

/// Wakes the parent to look what has become of its child.
pub(super) fn tell_parent(leg: &Leg) {
    let parent_sid = {
        let world = leg.shared.world();
        let call = world.call(&leg.sid);
        call.and_then(|call| call.parent_sid().map(ToOwned::to_owned))
    };
    if let Some(parent_sid) = parent_sid {
        leg.shared.poke_call(&parent_sid);
    }
}

/// Runs a child from the answer to its end.
pub(super) async fn meet_parent(leg: &mut Leg, request: &CallRequest) {
    let met = meet(leg, request).await;
    if let Err(end @ LegEnd::Redirected(_)) = met {
        leg.scope = Scope::Call;
        set_stage(leg, ChildStage::Gone);
        run_to_the_end(leg, Err(end)).await;
    }
}

async fn meet(leg: &mut Leg, request: &CallRequest) -> Result<(), LegEnd> {
    pick_up(leg, request).await?;
    if let Some(document) = &request.document {
        leg.scope = Scope::Whisper;
        let whisper = DocumentRequest::new(document.clone(), DeliveryKind::Twiml);
        match run_documents(leg, whisper).await? {
            Ending::OutOfVerbs | Ending::Leave => {}
            Ending::HangUp => return Ok(()),
        }
        leg.scope = Scope::Call;
    }
    set_stage(leg, ChildStage::Ready);
    loop {
        leg.look()?;
        if leg.shared.world().is_bridged(&leg.sid) {
            break;
        }
        leg.doze(None).await;
    }
    converse(leg, Side::Reached, None).await
}

fn set_stage(leg: &Leg, stage: ChildStage) {
    let mut world = leg.shared.world();
    if let Some(child) = world
        .call_mut(&leg.sid)
        .and_then(|call| call.child.as_mut())
    {
        child.stage = stage;
    }
    drop(world);
    tell_parent(leg);
}
