//! Enqueue: waiting in line until somebody takes the call out of it.

use super::document::{Base, Enqueue};
use super::run::{Flow, go_to, tell_action};
use super::wait::{Waited, announce, wait_on_hold};
use crate::call::{Leg, LegEnd, Scope, Side, converse};
use crate::record::DeliveryKind;
use crate::world::{Params, Taken};

/// How a call left the queue.
struct Left {
    result: &'static str,
    outcome: Result<(), LegEnd>,
    /// Whether the call is to end although nothing cut it short.
    hangs_up: bool,
}

impl Left {
    const fn by(result: &'static str, outcome: Result<(), LegEnd>) -> Self {
        Self {
            result,
            outcome,
            hangs_up: false,
        }
    }
}

/// Runs an Enqueue: control goes to the action, or without one to the next verb.
pub(super) async fn run(leg: &mut Leg, enqueue: &Enqueue, base: &Base) -> Result<Flow, LegEnd> {
    let entered_ms = leg.now_ms();
    let new_sid = leg.shared.new_sid_of(&leg.sid, "QU");
    let (entered, queue_sid, takers) = {
        let mut world = leg.shared.world();
        let (name, size) = (&enqueue.queue, enqueue.max_queue_size);
        let entered = world.enter_queue(name, new_sid, size, &leg.sid, entered_ms);
        (entered, world.queue_sid(name), world.takers_of(name))
    };
    let mut waited_ms = 0;
    let left = if entered {
        for taker in takers {
            leg.shared.poke_call(&taker);
        }
        let waited = wait(leg, enqueue, base).await;
        waited_ms = leg.now_ms() - entered_ms;
        leg.shared.world().leave_queue(&enqueue.queue, &leg.sid);
        if !matches!(waited, Ok(Waited::Over)) {
            disappoint_taker(leg);
        }
        match waited {
            Ok(Waited::Over) => meet_taker(leg, &queue_sid, waited_ms).await,
            Ok(Waited::Left) => Left::by("leave", Ok(())),
            Ok(Waited::HangUp) => Left {
                hangs_up: true,
                ..Left::by("hangup", Ok(()))
            },
            Err(end @ LegEnd::Redirected(_)) => Left::by("redirected", Err(end)),
            Err(end) => Left::by("hangup", Err(end)),
        }
    } else {
        Left::by("queue-full", Ok(()))
    };
    finish(leg, enqueue, base, left, &queue_sid, waited_ms).await
}

async fn wait(leg: &mut Leg, enqueue: &Enqueue, base: &Base) -> Result<Waited, LegEnd> {
    let name = enqueue.queue.clone();
    let params = move |leg: &Leg| {
        let world = leg.shared.world();
        world.wait_params(&name, &leg.sid, leg.now_ms())
    };
    wait_on_hold(leg, &enqueue.wait, base, Scope::QueueWait, params).await
}

/// Connects the call to the one that took it out of the queue, after the document that one set for it.
async fn meet_taker(leg: &mut Leg, queue_sid: &str, waited_ms: i64) -> Left {
    let taken = leg
        .shared
        .world()
        .call_mut(&leg.sid)
        .and_then(|call| call.taken.take());
    let Some(Taken {
        by_sid,
        announcement,
    }) = taken
    else {
        return Left::by("error", Ok(()));
    };
    if let Some(source) = announcement {
        let params = [
            ("QueueSid", queue_sid.to_owned()),
            ("QueueTime", (waited_ms / 1000).to_string()),
            ("DequeingCallSid", by_sid.clone()),
        ];
        let params = params.map(|(name, value)| (name.to_owned(), value)).into();
        match announce(leg, source, params).await {
            Ok(true) => {}
            ended => {
                stop_expecting(leg, &by_sid);
                return Left {
                    hangs_up: true,
                    ..Left::by("hangup", ended.map(|_| ()))
                };
            }
        }
    }
    let connected = {
        let mut world = leg.shared.world();
        let expected = world
            .call(&by_sid)
            .is_some_and(|call| call.expects.as_ref() == Some(&leg.sid));
        if expected {
            world.bridge(&leg.sid, &by_sid);
        }
        expected
    };
    if !connected {
        return Left::by("error", Ok(()));
    }
    leg.shared.poke_call(&by_sid);
    match converse(leg, Side::Reached, None).await {
        Err(end @ LegEnd::Redirected(_)) => Left::by("redirected-from-bridged", Err(end)),
        outcome => Left::by("bridged", outcome),
    }
}

/// One who leaves in the very moment of being taken does not come.
fn disappoint_taker(leg: &Leg) {
    let taken = leg
        .shared
        .world()
        .call_mut(&leg.sid)
        .and_then(|call| call.taken.take());
    if let Some(taken) = taken {
        stop_expecting(leg, &taken.by_sid);
    }
}

/// Tells the call that waits for this one that it will not come.
fn stop_expecting(leg: &Leg, by_sid: &str) {
    if let Some(call) = leg.shared.world().call_mut(by_sid) {
        call.expects = None;
    }
    leg.shared.poke_call(by_sid);
}

/// Source: Twilio, Enqueue, "action".
async fn finish(
    leg: &Leg,
    enqueue: &Enqueue,
    base: &Base,
    left: Left,
    queue_sid: &str,
    waited_ms: i64,
) -> Result<Flow, LegEnd> {
    let params: Params = [
        ("QueueResult", left.result.to_owned()),
        ("QueueSid", queue_sid.to_owned()),
        ("QueueTime", (waited_ms / 1000).to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let action = &enqueue.action;
    let has_action = action.url.is_some();
    match left.outcome {
        Ok(()) if left.hangs_up => {
            if has_action {
                leg.close();
                tell_action(leg, action, base, params).await;
            }
            Ok(Flow::HangUp)
        }
        Ok(()) if has_action => Ok(go_to(leg, action, base, DeliveryKind::Action, params)),
        Ok(()) => Ok(Flow::Continue),
        Err(end) => {
            if has_action {
                if end.ends_the_call() {
                    leg.close();
                }
                tell_action(leg, action, base, params).await;
            }
            Err(end)
        }
    }
}
