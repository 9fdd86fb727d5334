//! Callbacks that go wrong on purpose.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Delivery, Outgoing, post};
use crate::fault::{FaultKind, Occasion, Victim};
use crate::world::Shared;

/// How long a callback waits for the next one of a call that is over.
const SWAP_WAIT_MS: i64 = 60_000;

/// The callbacks that wait to change places with the next one, by call.
pub(crate) type Swapped = HashMap<String, Delivery>;

/// Delivers a callback, with the fault set for it.
pub(super) async fn deliver(shared: &Arc<Shared>, outgoing: Outgoing) {
    let fault = strike(shared, &outgoing);
    let call_sid = outgoing.call_sid.clone();
    let delivery = Delivery::new(shared, outgoing);
    let earlier = shared.world().swapped.remove(&call_sid);
    match fault {
        // One that waits already is what this one changes places with.
        Some(FaultKind::SwapCallback) if earlier.is_none() => {
            wait_for_next(shared, call_sid, delivery);
        }
        Some(FaultKind::ForgeSignature) => post(shared, &delivery.forged()).await,
        Some(FaultKind::RepeatCallback { times }) => {
            for _ in 0..=times {
                post(shared, &delivery).await;
            }
        }
        Some(FaultKind::DropCallback) => delivery.keep_as_dropped(shared),
        Some(FaultKind::DelayCallback { by_ms }) => send_later(shared, by_ms, delivery),
        Some(
            FaultKind::SwapCallback
            | FaultKind::Answer { .. }
            | FaultKind::ResetConnection { .. }
            | FaultKind::NoAnswer { .. }
            | FaultKind::SlowAnswer { .. }
            | FaultKind::SlowDocument { .. }
            | FaultKind::RepeatDocumentRequest { .. }
            | FaultKind::HangUp { .. },
        )
        | None => post(shared, &delivery).await,
    }
    if let Some(earlier) = earlier {
        post(shared, &earlier).await;
    }
}

fn strike(shared: &Shared, outgoing: &Outgoing) -> Option<FaultKind> {
    let occasion = Occasion {
        victim: Victim::Callback,
        number: &outgoing.to,
        request: None,
        name: (&outgoing.call_sid, "callback"),
    };
    shared.world().faults.strike(shared.random(), &occasion)
}

fn send_later(shared: &Arc<Shared>, by_ms: u64, delivery: Delivery) {
    let at_ms = shared.timeline.now_ms().saturating_add_unsigned(by_ms);
    let later = Arc::clone(shared);
    shared.timeline.spawn_at(at_ms, move |turn| async move {
        post(&later, &delivery).await;
        // Kept until here, so that nothing else happens meanwhile.
        drop(turn);
    });
}

/// Keeps a callback back until the next one of its call has been sent; the last one of a call is sent
/// some time after the end.
fn wait_for_next(shared: &Arc<Shared>, call_sid: String, delivery: Delivery) {
    let token = delivery.idempotency_token().to_owned();
    shared.world().swapped.insert(call_sid.clone(), delivery);
    let waiting = Arc::clone(shared);
    let at_ms = shared.timeline.now_ms().saturating_add(SWAP_WAIT_MS);
    shared.timeline.spawn_at(at_ms, move |mut turn| async move {
        loop {
            match take_if_over(&waiting, &call_sid, &token) {
                Waiting::Gone => return,
                Waiting::Over(delivery) => {
                    post(&waiting, &delivery).await;
                    return;
                }
                Waiting::CallIsUp => {
                    let next_ms = turn.now_ms().saturating_add(SWAP_WAIT_MS);
                    turn.sleep_until(next_ms).await;
                }
            }
        }
    });
}

/// What has become of a callback that was kept back.
enum Waiting {
    /// It has been sent after another.
    Gone,
    /// Its call goes on, so that another may come.
    CallIsUp,
    /// Its call is over.
    Over(Box<Delivery>),
}

fn take_if_over(shared: &Shared, call_sid: &str, token: &str) -> Waiting {
    let mut world = shared.world();
    let waits = world
        .swapped
        .get(call_sid)
        .is_some_and(|delivery| delivery.idempotency_token() == token);
    if !waits {
        return Waiting::Gone;
    }
    let is_up = world
        .call(call_sid)
        .is_some_and(|call| !call.status.is_terminal());
    if is_up {
        return Waiting::CallIsUp;
    }
    world
        .swapped
        .remove(call_sid)
        .map_or(Waiting::Gone, |delivery| Waiting::Over(Box::new(delivery)))
}
