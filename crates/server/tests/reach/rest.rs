//! Bringing a run to its rest: nothing goes wrong any more, and time passes until nothing is left to do.

use std::time::Duration;

use crate::row::Row;
use crate::world::World;

/// How far time goes on between two looks, at first.
const FIRST_STEP: Duration = Duration::from_secs(10);
/// The longest such step; a delivery may wait for an hour.
const LONGEST_STEP: Duration = Duration::from_secs(1800);
/// How many looks are enough.
const LOOKS: usize = 40;

/// Lets time pass until every notification has come to rest, and returns them all.
pub(crate) async fn settle(world: &mut World) -> Vec<Row> {
    world.heal();
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
