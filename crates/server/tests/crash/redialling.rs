//! A kill between the steps of a redial that the worker makes.

use serde_json::{Value, json};
use twilio_sim::{CallReport, Fault, FaultKind, HoldPoint};

use crate::support::{Atlas, order, runs, seconds};

/// Is busy once, then answers.
const BUSY_ONCE: &str = "+15550100601";
/// Is busy.
const BUSY: &str = "+15550100004";

/// Places a call that is to be redialled once, kills Atlas while its worker's request for the
/// redial stands at a point, and starts it again. Returns the `call_id`.
async fn kill_while_redialling(atlas: &mut Atlas, to: &str, point: HoldPoint) -> String {
    let call_id = atlas.client.place(&order(to, 1)).await;
    let held = atlas.sim.hold_next_create(point);
    atlas.advance_until_reached(&held, seconds(60)).await;
    assert_eq!(atlas.creates().len(), 2, "the first dial and its redial");
    atlas.kill();
    match point {
        HoldPoint::BeforeCreate => held.drop_connection(),
        HoldPoint::AfterCreate => held.release(),
    }
    atlas.restart().await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(dials(&call).len(), 2, "the redial is stored: {call}");
    assert_eq!(dials(&call)[1]["twilio_sid"], json!(null), "{call}");
    call_id
}

fn dials(call: &Value) -> &Vec<Value> {
    call["dials"].as_array().expect("a list of dials")
}

fn last_ring(atlas: &Atlas) -> CallReport {
    atlas.sim.calls().pop().expect("a ring")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redial_whose_answer_was_lost_in_a_crash_is_adopted_by_its_callback() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let to = BUSY_ONCE;
        let call_id = kill_while_redialling(&mut atlas, to, HoldPoint::AfterCreate).await;

        atlas.advance(seconds(1)).await;
        let call = atlas.client.call(&call_id).await;
        assert_eq!(dials(&call)[1]["twilio_sid"], json!(last_ring(&atlas).sid));
        assert_eq!(atlas.lookups(), []);

        atlas.advance(seconds(1800)).await;
        let call = atlas.client.call(&call_id).await;
        assert_eq!(dials(&call)[0]["status"], "busy", "{call}");
        assert_eq!(dials(&call)[1]["status"], "completed", "{call}");
        assert_eq!(call["finished"], true, "{call}");
        assert_eq!(atlas.sim.rings(to), 2, "one ring for each dial");
        assert_eq!(atlas.creates().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redial_whose_answer_and_callbacks_were_lost_is_found_by_lookup() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let call_id = kill_while_redialling(&mut atlas, BUSY, HoldPoint::AfterCreate).await;
        atlas
            .sim
            .add_fault(Fault::always(FaultKind::DropCallback))
            .unwrap();

        atlas.advance(seconds(29)).await;
        assert_eq!(atlas.lookups(), []);
        // The dead worker's claim holds for two minutes.
        atlas.advance(seconds(120)).await;
        assert_eq!(atlas.lookups().len(), 1);
        let call = atlas.client.call(&call_id).await;
        assert_eq!(dials(&call)[1]["twilio_sid"], json!(last_ring(&atlas).sid));
        assert_eq!(dials(&call)[1]["status"], "busy", "{call}");
        assert_eq!(call["finished"], true, "{call}");

        atlas.advance(seconds(1800)).await;
        assert_eq!(atlas.sim.rings(BUSY), 2, "one ring for each dial");
        assert_eq!(atlas.creates().len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redial_that_never_reached_twilio_is_looked_for_and_held_and_never_rings() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let call_id = kill_while_redialling(&mut atlas, BUSY, HoldPoint::BeforeCreate).await;

        atlas.advance(seconds(590)).await;
        assert_eq!(atlas.client.call(&call_id).await["held"], false);
        atlas.advance(seconds(40)).await;
        let held = atlas.client.calls("&held=true").await;
        assert_eq!(held.len(), 1);
        assert_eq!(held[0]["call_id"], json!(call_id));

        atlas.advance(seconds(1200)).await;
        let lookups = atlas.lookups().len();
        assert!(
            (16..=18).contains(&lookups),
            "every 30 seconds from the end of the dead worker's claim on: {lookups}"
        );
        assert_eq!(atlas.sim.rings(BUSY), 1, "only the first dial rang");
        let call = atlas.client.call(&call_id).await;
        assert_eq!(dials(&call)[1]["twilio_sid"], json!(null), "{call}");
        assert_eq!(call["held"], true, "{call}");
    }
}
