//! How time moves.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use time::macros::datetime;
use twilio_sim::{Behaviour, CallStatus, ClockMode, HoldPoint, Simulator, SimulatorConfig};

use crate::app::Bench;

fn seconds(seconds: i64) -> time::Duration {
    time::Duration::seconds(seconds)
}

#[tokio::test]
async fn a_stepped_clock_runs_what_is_due_in_between_and_no_more() {
    let start_at = datetime!(2030-01-01 00:00 UTC);
    let config = SimulatorConfig {
        start_at: Some(start_at),
        ..SimulatorConfig::stepped()
    };
    let bench = Bench::start(config).await;
    let clock = bench.sim.clock();
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let sid = bench.call("+15550100042").await;
    bench.sim.wait_until_quiet().await;
    assert!(bench.app.all_paths().is_empty(), "time stands still");

    clock.advance(Duration::from_millis(999)).await;
    assert_eq!(bench.app.all_paths(), ["/status"]);
    clock.advance(Duration::from_millis(1)).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Ringing);
    clock.advance(Duration::from_secs(2)).await;
    assert_eq!(
        bench.app.all_paths(),
        ["/status", "/status", "/status", "/voice"]
    );
    assert_eq!(clock.now(), start_at + seconds(3));
    let next = clock.advance_to_next().await;
    assert_eq!(next, Some(start_at + Duration::from_millis(3500)));
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Completed);
    assert_eq!(clock.advance_to_next().await, None);
}

#[tokio::test]
async fn a_fast_clock_starts_where_it_is_told_and_jumps() {
    let start_at = datetime!(2030-01-01 00:00 UTC);
    let config = SimulatorConfig {
        start_at: Some(start_at),
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(config).await;
    let began = Instant::now();
    bench.app.twiml("/voice", "<Pause length=\"3600\"/>");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.created_at, start_at);
    assert_eq!(bench.sim.clock().now(), start_at + seconds(3603));
    assert!(began.elapsed() < Duration::from_secs(30));
}

#[tokio::test]
async fn a_clock_at_speed_is_ahead_of_the_real_one() {
    let config = SimulatorConfig {
        clock: ClockMode::Speed(100.0),
        ..SimulatorConfig::default()
    };
    let bench = Bench::start(config).await;
    bench.app.twiml("/voice", "<Pause length=\"30\"/>");
    let began = Instant::now();
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.status, CallStatus::Completed);
    let real = began.elapsed();
    assert!(
        real >= Duration::from_millis(330),
        "33 virtual seconds are a third of a real one: {real:?}"
    );
    assert!(call.duration_seconds.unwrap() >= 30);
}

#[tokio::test]
async fn sleepers_wake_in_the_order_of_time_between_the_simulators_own_events() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let clock = bench.sim.clock();
    let start = clock.now();
    let woken = Arc::new(Mutex::new(Vec::new()));
    let (ready_sender, mut ready) = tokio::sync::mpsc::channel::<()>(2);
    let mut tasks = Vec::new();
    for (name, after) in [("late", 40), ("early", 10)] {
        let participant = clock.participant(name);
        let (woken, ready_sender) = (Arc::clone(&woken), ready_sender.clone());
        let (client, app_url) = (bench.client.clone(), bench.app.url.clone());
        tasks.push(tokio::spawn(async move {
            ready_sender.send(()).await.unwrap();
            participant.sleep_until(start + seconds(after)).await;
            let at = participant.now() - start;
            // The clock waits while a participant is busy, whatever real time that takes.
            client.get(format!("{app_url}/work")).send().await.unwrap();
            assert_eq!(participant.now() - start, at);
            woken.lock().unwrap().push((name, at.whole_seconds()));
        }));
    }
    for _ in 0..2 {
        ready.recv().await.unwrap();
    }
    tokio::task::yield_now().await;
    clock.advance(Duration::from_secs(60)).await;
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*woken.lock().unwrap(), [("early", 10), ("late", 40)]);
}

#[tokio::test]
async fn time_waits_for_a_participant_that_works() {
    let bench = Bench::fast().await;
    let clock = bench.sim.clock();
    bench.app.twiml("/voice", "<Pause length=\"1000\"/>");
    let participant = clock.participant("worker");
    let start = clock.now();
    let sid = bench.call("+15550100042").await;
    // Asleep until the middle of the pause, then busy: the call cannot end meanwhile.
    participant.sleep_until(start + seconds(500)).await;
    for _ in 0..20 {
        bench
            .get(&format!("Calls/{sid}.json"))
            .send()
            .await
            .unwrap();
    }
    assert_eq!(clock.now(), start + seconds(500));
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::InProgress);
    drop(participant);
    bench.sim.run_until_idle().await;
    assert_eq!(clock.now(), start + seconds(1003));
}

#[tokio::test]
async fn quiet_is_noticed_beside_a_participant_that_is_busy_nearly_always() {
    let bench = Bench::start(SimulatorConfig::fast()).await;
    let clock = bench.sim.clock();
    let participant = clock.participant("worker");
    let work = async {
        loop {
            participant.sleep_until(clock.now() + seconds(30)).await;
            // Real work, as with a database: others have their turn meanwhile.
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let call = async {
        bench.app.twiml("/voice", "<Say>Hello</Say>");
        let sid = bench.call("+15550100042").await;
        bench.sim.run_until_idle().await;
        assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Completed);
    };
    let finished = tokio::time::timeout(Duration::from_secs(30), async {
        tokio::select! {
            () = work => {}
            () = call => {}
        }
    });
    finished.await.expect("quiet is noticed");
}

#[tokio::test]
async fn a_participant_is_asleep_only_while_it_sleeps() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let clock = bench.sim.clock();
    let participant = clock.participant("worker");
    assert!(!clock.is_asleep("worker"), "it has not slept yet");
    let mut sleep = Box::pin(participant.sleep_until(clock.now() + seconds(10)));
    let woken = tokio::time::timeout(Duration::ZERO, sleep.as_mut()).await;
    assert!(woken.is_err(), "time stands still");
    assert!(clock.is_asleep("worker"));
    assert!(!clock.is_asleep("somebody else"));
    drop(sleep);
    assert!(!clock.is_asleep("worker"), "something else woke it");
}

#[tokio::test]
async fn a_participant_whose_sleep_is_cut_short_is_busy_until_it_sleeps_again() {
    let bench = Bench::fast().await;
    let clock = bench.sim.clock();
    let start = clock.now();
    bench.app.twiml("/voice", "<Pause length=\"100\"/>");
    let participant = clock.participant("worker");
    let held = bench.sim.hold_next_create(HoldPoint::AfterCreate);
    let call = bench.call("+15550100042");
    tokio::pin!(call);
    tokio::select! {
        _ = &mut call => panic!("answered while held"),
        () = held.reached() => {}
    }
    // Time stands still while the request is held, so the sleep can only be cut short.
    tokio::select! {
        biased;
        () = participant.sleep_until(start + seconds(3600)) => panic!("woke before its time"),
        () = tokio::task::yield_now() => {}
    }
    held.release();
    call.await;
    assert_eq!(clock.now(), start, "the participant is busy");
    participant.sleep_until(start + seconds(10)).await;
    assert_eq!(clock.now(), start + seconds(10));
}

#[tokio::test]
async fn a_participant_that_never_sleeps_again_is_forgotten() {
    let bench = Bench::fast().await;
    let clock = bench.sim.clock();
    let start = clock.now();
    let participant = clock.participant("stuck");
    participant.sleep_until(start + seconds(1)).await;
    let began = Instant::now();
    clock.sleep_until(start + seconds(2)).await;
    let waited = began.elapsed();
    assert!(
        waited > Duration::from_secs(4) && waited < Duration::from_secs(20),
        "{waited:?}"
    );
}

#[tokio::test]
async fn a_held_request_stops_time() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    let clock = bench.sim.clock();
    bench.sim.set_behaviour("+15550100042", Behaviour::Busy);
    let held = bench.sim.hold_next_create(HoldPoint::AfterCreate);
    let start = clock.now();
    let creating = bench.call("+15550100042");
    let advancing = clock.advance(Duration::from_secs(60));
    tokio::pin!(creating, advancing);
    tokio::select! {
        _ = &mut creating => panic!("answered while held"),
        () = held.reached() => {}
    }
    let a_moment = tokio::time::sleep(Duration::from_millis(50));
    tokio::select! {
        () = &mut advancing => panic!("time moved while a request was open"),
        () = a_moment => {}
    }
    assert_eq!(clock.now(), start);
    held.release();
    tokio::join!(creating, advancing);
    assert_eq!(clock.now(), start + seconds(60));
    assert_eq!(bench.sim.calls()[0].status, CallStatus::Busy);
}

#[test]
fn it_works_in_a_runtime_of_several_threads() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let bench = Bench::fast().await;
        assert_eq!(
            bench.whole_call("+15550100004").await.status,
            CallStatus::Busy
        );
        bench.sim.shutdown().await;
    });
}

#[tokio::test]
async fn a_simulator_that_was_shut_down_frees_its_port() {
    let sim = Simulator::start(SimulatorConfig::fast()).await.unwrap();
    let port = sim.url().rsplit(':').next().unwrap().parse().unwrap();
    sim.shutdown().await;
    let again = Simulator::start(SimulatorConfig {
        port,
        ..SimulatorConfig::fast()
    })
    .await
    .unwrap();
    let taken = Simulator::start(SimulatorConfig {
        port,
        ..SimulatorConfig::fast()
    })
    .await;
    assert!(matches!(taken, Err(twilio_sim::StartError::Listen { .. })));
    drop(again);
}
