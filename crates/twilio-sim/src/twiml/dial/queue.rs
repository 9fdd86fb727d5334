//! Dialling a queue: the first who waits there is connected.

use super::super::document::{Base, Dial, DialQueue, RecordFrom};
use super::super::run::resolve;
use super::{Dialled, recording, talk};
use crate::call::{DocumentSource, Leg, LegEnd};
use crate::world::Taken;

/// How many may wait in a queue that was dialled before anybody entered it.
const QUEUE_SIZE: usize = 1_000;

/// Connects the call to the first in the queue; with nobody there, it waits for one until the timeout.
pub(super) async fn dial(leg: &mut Leg, dial: &Dial, queue: &DialQueue, base: &Base) -> Dialled {
    let announcement = queue.announcement.as_ref().and_then(|(url, method)| {
        resolve(leg, Some(url), base).map(|url| DocumentSource::Fetch(url, *method))
    });
    let taken = Taken {
        by_sid: leg.sid.clone(),
        announcement,
    };
    let new_sid = leg.shared.new_sid_of(&leg.sid, "QU");
    leg.shared
        .world()
        .open_queue(&queue.queue, new_sid, QUEUE_SIZE);
    let mut recording_sid = recording::begin(leg, dial, base, RecordFrom::Ringing).await;
    let met = meet(leg, dial, queue, taken).await;
    {
        let mut world = leg.shared.world();
        world.stop_taking(&queue.queue, &leg.sid);
        if let Some(call) = world.call_mut(&leg.sid) {
            call.expects = None;
        }
    }
    let (outcome, waiter) = match met {
        Ok(Some(waiter)) => {
            let began_ms = leg.now_ms();
            if recording_sid.is_none() {
                recording_sid = recording::begin(leg, dial, base, RecordFrom::Answer).await;
            }
            let outcome = talk(leg, dial).await;
            let talked_ms = u64::try_from(leg.now_ms() - began_ms).unwrap_or_default();
            (outcome, Some((waiter, talked_ms)))
        }
        Ok(None) => (Ok(()), None),
        Err(end) => (Err(end), None),
    };
    recording::end(leg, recording_sid.as_ref());
    Dialled {
        recording_sid,
        outcome,
        status: if waiter.is_some() {
            "completed"
        } else {
            "no-answer"
        },
        bridged: waiter.is_some(),
        call: waiter.map(|(sid, ms)| (sid, crate::world::whole_seconds(ms))),
    }
}

/// Waits until somebody has been taken and is connected.
async fn meet(
    leg: &mut Leg,
    dial: &Dial,
    queue: &DialQueue,
    taken: Taken,
) -> Result<Option<String>, LegEnd> {
    let timeout_ms = i64::from(dial.timeout_seconds) * 1000;
    let until_ms = leg.now_ms().saturating_add(timeout_ms);
    loop {
        leg.look()?;
        let first = leg
            .shared
            .world()
            .take_from_queue(&queue.queue, taken.clone());
        if let Some(waiter) = first {
            if is_connected(leg, &waiter).await? {
                return Ok(Some(waiter));
            }
            continue;
        }
        if leg.now_ms() >= until_ms {
            return Ok(None);
        }
        leg.doze(Some(until_ms)).await;
    }
}

/// Waits for one who was taken: says whether they have come or hung up before.
async fn is_connected(leg: &mut Leg, waiter: &str) -> Result<bool, LegEnd> {
    if let Some(call) = leg.shared.world().call_mut(&leg.sid) {
        call.expects = Some(waiter.to_owned());
    }
    leg.shared.poke_call(waiter);
    loop {
        leg.look()?;
        let (bridged, expects) = {
            let world = leg.shared.world();
            let expects = world
                .call(&leg.sid)
                .is_some_and(|call| call.expects.is_some());
            let there = world
                .call(waiter)
                .is_some_and(|call| !call.status.is_terminal());
            (world.is_bridged(&leg.sid), expects && there)
        };
        if bridged || !expects {
            return Ok(bridged);
        }
        leg.doze(None).await;
    }
}
