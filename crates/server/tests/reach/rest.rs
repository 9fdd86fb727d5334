//! Bringing a run to its rest: nothing goes wrong any more, and time passes until nothing is left to do.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use twilio_sim::{DeliveryOutcome, DeliveryReport};

use crate::check::HOLD;
use crate::row::Row;
use crate::world::World;

/// How far time goes on between two looks, at first.
const FIRST_STEP: Duration = Duration::from_secs(10);
/// The longest such step; a delivery may wait for an hour.
const LONGEST_STEP: Duration = Duration::from_secs(1800);
/// The longest pause between two tries to store a press, and a little more, in real time.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// How often is looked whether it is stored.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How many looks are enough.
const LOOKS: usize = 40;

/// Lets time pass until every notification has come to rest, and returns them all.
pub(crate) async fn settle(world: &mut World) -> Vec<Row> {
    world.heal();
    wait_for_held_presses(world).await;
    let mut step = FIRST_STEP;
    let mut rows = Vec::new();
    for _ in 0..LOOKS {
        world.pass(step).await;
        step = (step * 3 / 2).min(LONGEST_STEP);
        rows = read(world).await;
        let calls = world.atlas.sim.calls();
        let over = calls.iter().all(|call| call.status.is_terminal());
        if over && rows.iter().all(Row::has_come_to_rest) {
            return rows;
        }
    }
    rows.retain(|row| !row.has_come_to_rest());
    panic!("neither finished nor held: {rows:#?}");
}

/// Waits until what is kept in memory is stored: it is tried again in real time.
async fn wait_for_held_presses(world: &World) {
    let deliveries = world.atlas.sim.deliveries();
    let is_held = |delivery: &DeliveryReport| match &delivery.outcome {
        DeliveryOutcome::Answered { body, .. } => body.contains(HOLD),
        DeliveryOutcome::Failed { .. } | DeliveryOutcome::Dropped => false,
    };
    let held: BTreeSet<_> = deliveries
        .iter()
        .filter(|delivery| is_held(delivery))
        .map(|delivery| delivery.call_sid.as_str())
        .collect();
    let began = Instant::now();
    // What was in memory when Atlas was killed is never stored.
    while world.kills == 0 && began.elapsed() < LONGEST_PAUSE {
        let rows = read(world).await;
        let stored = rows.iter().flat_map(|row| row.steps("key_pressed"));
        let stored: BTreeSet<_> = stored
            .filter_map(|(_, step)| step["call_sid"].as_str())
            .collect();
        if held.is_subset(&stored) {
            return;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Every notification, as the API shows it now.
async fn read(world: &World) -> Vec<Row> {
    let client = &world.atlas.client;
    let page = client.get("/notifications?page_size=100").await;
    let mut rows = Vec::new();
    for listed in page["data"].as_array().expect("a list") {
        let id = listed["notification_id"].as_str().expect("an id");
        rows.push(Row(client.get(&format!("/notifications/{id}")).await));
    }
    rows
}
