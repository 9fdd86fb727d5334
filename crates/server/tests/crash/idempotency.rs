//! A kill in the middle of a request that carries an idempotency key.

use serde_json::json;
use twilio_sim::HoldPoint;

use crate::support::{Atlas, order, runs, seconds};

const TO: &str = "+15550100042";
const KEY: &str = "order-4711";

/// Kills Atlas while a request with a key stands at a point, starts it again, and returns the
/// `call_id` that was stored.
async fn kill_during_request(atlas: &mut Atlas, point: HoldPoint) -> String {
    let held = atlas.sim.hold_next_create(point);
    let client = atlas.client.clone();
    let asked = tokio::spawn(async move { client.place_once(KEY, &order(TO, 0)).await });
    held.reached().await;
    atlas.kill();
    match point {
        HoldPoint::BeforeCreate => held.drop_connection(),
        HoldPoint::AfterCreate => held.release(),
    }
    let answer = asked.await.unwrap();
    assert!(answer.is_err(), "nobody was there to answer: {answer:?}");
    atlas.restart().await;
    let call = atlas.only_call(TO).await;
    call["call_id"].as_str().expect("a call_id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_request_crashed_after_dialling_gives_the_same_call_when_its_lease_ends() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let call_id = kill_during_request(&mut atlas, HoldPoint::AfterCreate).await;

        let (status, problem) = atlas.client.place_once(KEY, &order(TO, 0)).await.unwrap();
        assert_eq!(status, 409, "{problem}");
        assert_eq!(problem["code"], "idempotency_in_progress");

        atlas.advance(seconds(61)).await;
        let (status, placed) = atlas.client.place_once(KEY, &order(TO, 0)).await.unwrap();
        assert_eq!(status, 201, "{placed}");
        assert_eq!(placed["call_id"], json!(call_id));
        assert_eq!(placed["twilio_sid"], json!(atlas.only_ring(TO).sid));
        let (status, again) = atlas.client.place_once(KEY, &order(TO, 0)).await.unwrap();
        assert_eq!((status, again), (201, placed), "replayed");

        atlas.advance(seconds(1800)).await;
        assert_eq!(atlas.only_call(TO).await["status"], "completed");
        assert_eq!(atlas.sim.rings(TO), 1);
        assert_eq!(atlas.creates().len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_request_crashed_before_dialling_gives_the_same_call_and_dials_nothing() {
    for _ in 0..runs() {
        let mut atlas = Atlas::start().await;
        let call_id = kill_during_request(&mut atlas, HoldPoint::BeforeCreate).await;

        atlas.advance(seconds(61)).await;
        let (status, placed) = atlas.client.place_once(KEY, &order(TO, 0)).await.unwrap();
        assert_eq!(status, 202, "{placed}");
        assert_eq!(placed["call_id"], json!(call_id));
        assert_eq!(placed["twilio_sid"], json!(null));
        assert_eq!(placed["pending"], "lookup");

        atlas.advance(seconds(1800)).await;
        assert_eq!(atlas.only_call(TO).await["held"], true);
        assert_eq!(atlas.sim.rings(TO), 0);
        assert_eq!(atlas.creates().len(), 1, "the one that was cut off");
    }
}
