//! The control routes for other processes.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::SimulatorConfig;

use crate::app::Bench;

async fn json(request: reqwest::RequestBuilder) -> Value {
    request
        .send()
        .await
        .unwrap()
        .error_for_status()
        .unwrap()
        .json()
        .await
        .unwrap()
}

#[tokio::test]
async fn the_clock_can_be_read_moved_and_slept_on_over_http() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let at = |path: &str| format!("{}/_sim/clock{path}", bench.sim.url());
    let clock = json(bench.client.get(at(""))).await;
    assert_eq!(clock["mode"], "stepped");
    let now_ms = clock["now_ms"].as_i64().unwrap();
    assert_eq!(
        i128::from(now_ms),
        bench.sim.clock().now().unix_timestamp_nanos() / 1_000_000
    );

    let until = format!("/sleep?until_ms={}&participant=server", now_ms + 5000);
    let sleeping = json(bench.client.post(at(&until)));
    // The sleeper wakes in the middle and sleeps again: only then does the clock go on.
    let advancing = json(bench.client.post(at("/advance?ms=10000")));
    let both = async {
        let slept = sleeping.await;
        assert_eq!(slept["reached"], true);
        assert_eq!(slept["now_ms"], now_ms + 5000);
        let until = format!("/sleep?until_ms={}&participant=server", now_ms + 9000);
        let slept = json(bench.client.post(at(&until))).await;
        assert_eq!(slept["now_ms"], now_ms + 9000);
        // This one is still pending when the clock has arrived; dropping it wakes the participant.
        let until = format!("/sleep?until_ms={}&participant=server", now_ms + 90_000);
        drop(
            tokio::time::timeout(
                Duration::from_millis(200),
                bench.client.post(at(&until)).send(),
            )
            .await,
        );
    };
    // The advance must not overtake the first sleep.
    let late_advance = async {
        while bench.sim.clock().next_due().is_none() {
            bench.client.get(at("")).send().await.unwrap();
        }
        advancing.await
    };
    let ((), advanced) = tokio::join!(both, late_advance);
    assert_eq!(advanced["now_ms"], now_ms + 10_000);
}

#[tokio::test]
async fn records_can_be_read_over_http() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say><Dance/>");
    let call = bench.whole_call("+15550100042").await;
    let get = |name: &str| json(bench.client.get(format!("{}/_sim/{name}", bench.sim.url())));
    let calls: Vec<twilio_sim::CallReport> = serde_json::from_value(get("calls").await).unwrap();
    assert_eq!(calls, [call]);
    let requests: Vec<twilio_sim::RequestReport> =
        serde_json::from_value(get("requests").await).unwrap();
    assert_eq!(requests, bench.sim.requests());
    assert_eq!(requests[0].param("To"), Some("+15550100042"));
    assert_eq!(requests[0].answer_status, Some(201));
    let deliveries: Vec<twilio_sim::DeliveryReport> =
        serde_json::from_value(get("deliveries").await).unwrap();
    assert_eq!(deliveries, bench.sim.deliveries());
    assert_eq!(deliveries.len(), 5);
    assert_eq!(get("alerts").await[0]["code"], 12200);
}

#[tokio::test]
async fn a_dropped_connection_ends_the_sleep_of_its_participant() {
    let bench = Bench::fast().await;
    let start_ms = bench.sim.clock().now().unix_timestamp() * 1000;
    let until = format!(
        "{}/_sim/clock/sleep?until_ms={}&participant=gone",
        bench.sim.url(),
        start_ms + 3_600_000
    );
    // A held request keeps time from jumping to the sleeper.
    let held = bench
        .sim
        .hold_next_create(twilio_sim::HoldPoint::BeforeCreate);
    let creating = bench.call("+15550100004");
    tokio::pin!(creating);
    tokio::select! {
        _ = &mut creating => panic!("answered while held"),
        () = held.reached() => {}
    }
    let sleep = bench.client.post(until).send();
    assert!(
        tokio::time::timeout(Duration::from_millis(200), sleep)
            .await
            .is_err()
    );
    held.release();
    creating.await;
    // The busy participant is forgotten after five real seconds and the call goes on.
    bench.sim.run_until_idle().await;
    let ended = bench.sim.calls()[0].history.last().unwrap().at;
    assert!(
        ended.unix_timestamp() * 1000 < start_ms + 60_000,
        "its sleep no longer draws the clock"
    );
}
