//! A kill between the steps of placing a call.

use std::time::Duration;

use serde_json::json;
use twilio_sim::{CallStatus, Fault, FaultKind, HoldPoint};

use crate::support::{Atlas, order, runs, seconds};

/// Answers after two seconds and listens to the end.
const ANSWERS: &str = "+15550100042";
/// Is busy.
const BUSY: &str = "+15550100004";

/// Kills Atlas while its request to place a call stands at a point, and starts it again.
async fn kill_while_placing(atlas: &mut Atlas, to: &str, point: HoldPoint) {
    let held = atlas.sim.hold_next_create(point);
    let (client, order) = (atlas.client.clone(), order(to, 0));
    let asked = tokio::spawn(async move { client.post("/calls/outbound", &order).await });
    held.reached().await;
    atlas.kill();
    match point {
        HoldPoint::BeforeCreate => held.drop_connection(),
        HoldPoint::AfterCreate => held.release(),
    }
    let answer = asked.await.unwrap();
    assert!(answer.is_err(), "nobody was there to answer: {answer:?}");
    atlas.restart().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_was_lost_in_a_crash_is_adopted_by_its_callback() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        kill_while_placing(&mut atlas, ANSWERS, HoldPoint::AfterCreate).await;
        let intent = atlas.only_call(ANSWERS).await;
        assert_eq!(intent["twilio_sid"], json!(null), "the answer was lost");

        // Dialled after half a second; a lookup would come after thirty.
        atlas.advance(seconds(1)).await;
        let ring = atlas.only_ring(ANSWERS);
        let adopted = atlas.only_call(ANSWERS).await;
        assert_eq!(adopted["twilio_sid"], json!(ring.sid));
        assert_eq!(atlas.lookups(), []);

        atlas.advance(seconds(1800)).await;
        let call = atlas.only_call(ANSWERS).await;
        assert_eq!(call["status"], "completed", "{call}");
        assert_eq!(call["finished"], true, "{call}");
        assert_eq!(atlas.only_ring(ANSWERS).said(), ["Hello."]);
        assert_eq!(atlas.sim.rings(ANSWERS), 1);
        assert_eq!(atlas.creates().len(), 1);
        assert_eq!(atlas.sim.alerts(), []);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_answer_and_callbacks_were_lost_is_found_by_lookup() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        atlas
            .sim
            .add_fault(Fault::always(FaultKind::DropCallback))
            .unwrap();
        kill_while_placing(&mut atlas, BUSY, HoldPoint::AfterCreate).await;

        atlas.advance(seconds(29)).await;
        let call = atlas.only_call(BUSY).await;
        assert_eq!(call["twilio_sid"], json!(null), "{call}");
        assert_eq!(atlas.lookups(), []);
        assert_eq!(atlas.only_ring(BUSY).status, CallStatus::Busy);

        atlas.advance(seconds(2)).await;
        assert_eq!(atlas.lookups().len(), 1);
        let call = atlas.only_call(BUSY).await;
        assert_eq!(call["twilio_sid"], json!(atlas.only_ring(BUSY).sid));
        assert_eq!(call["status"], "busy", "{call}");
        assert_eq!(call["finished"], true, "{call}");

        atlas.advance(seconds(1800)).await;
        assert_eq!(atlas.lookups().len(), 1, "found once is found for good");
        assert_eq!(atlas.sim.rings(BUSY), 1);
        assert_eq!(atlas.creates().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_never_reached_twilio_is_looked_for_and_held_and_never_rings() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        kill_while_placing(&mut atlas, ANSWERS, HoldPoint::BeforeCreate).await;
        let asked_at = atlas.sim.clock().now();

        atlas.advance(seconds(590)).await;
        assert_eq!(atlas.only_call(ANSWERS).await["held"], false);
        atlas.advance(seconds(20)).await;
        let held = atlas.client.calls("&held=true").await;
        assert_eq!(held.len(), 1);
        assert_eq!(held[0]["held"], true);
        assert_eq!(held[0]["to_number"], ANSWERS);

        atlas.advance(seconds(1200)).await;
        let lookups = atlas.lookups();
        assert_eq!(lookups.len(), 20, "every 30 seconds for 10 minutes");
        for (number, lookup) in (1..).zip(&lookups) {
            let late = lookup.at - asked_at - seconds(30) * number;
            assert!(
                late >= Duration::ZERO && late < seconds(1),
                "lookup {number} was {late} late"
            );
        }
        assert_eq!(atlas.sim.rings(ANSWERS), 0);
        assert_eq!(atlas.sim.calls(), []);
        assert_eq!(atlas.only_call(ANSWERS).await["held"], true);
    }
}
