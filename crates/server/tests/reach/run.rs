//! One run.

use crate::plan::Plan;
use crate::row::Row;
use crate::tally::Tally;
use crate::world::World;
use crate::{acts, check, rest};

/// Lives the run of a seed, and panics when something is not as it must be.
pub(crate) async fn run(seed: u64) -> Tally {
    let plan = Plan::of(seed);
    let mut world = World::start(seed, &plan).await;
    for step in &plan.steps {
        acts::perform(&mut world, step, &plan.callees).await;
        look(&mut world).await;
    }
    let rows = rest::settle(&mut world).await;
    look(&mut world).await;
    let violations = check::violations(&world, &plan, &rows);
    assert!(
        violations.is_empty(),
        "SEED={seed}: {violations:#?}\n{}",
        describe(&world, &plan, &rows)
    );
    Tally::of(&world, &rows)
}

/// Looks at all notifications, on the way.
async fn look(world: &mut World) {
    let page = world.atlas.client.get("/notifications?page_size=100").await;
    let now = world.now();
    for notification in page["data"].as_array().expect("a list") {
        world.record.look(notification, now);
    }
}

/// What somebody wants to know who must find out why.
fn describe(world: &World, plan: &Plan, rows: &[Row]) -> String {
    let mut text = format!("{plan:#?}\n");
    for row in rows {
        text.push_str(&format!("{}\n", row.0));
    }
    for received in world.hook.received() {
        text.push_str(&format!("{received:?}\n"));
    }
    text.push_str(&world.atlas.sim.journal());
    text
}
