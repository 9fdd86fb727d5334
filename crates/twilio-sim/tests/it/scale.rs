//! A thousand calls at once, and what is kept of thousands.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use twilio_sim::{CallStatus, SimulatorConfig};

use crate::app::{Bench, FROM};

const CALLS: usize = 1_000;
/// As many connections as fit beside their other ends into 1,024 open files.
const CONNECTIONS: usize = 200;

/// On a busy machine a connection can be idle for so long that its server closes it as it is used again.
fn without_idle_connections() -> reqwest::Client {
    let client = reqwest::Client::builder().pool_max_idle_per_host(0);
    client.build().unwrap()
}

/// Creates a thousand calls as fast as they are taken, with these further parameters.
async fn create_all(bench: &Bench, more: &[(&str, &str)]) {
    let connections = Arc::new(Semaphore::new(CONNECTIONS));
    let mut creates = JoinSet::new();
    for index in 0..CALLS {
        let to = format!("+1555020{index:04}");
        let mut form = vec![("To", to.as_str()), ("From", FROM)];
        form.extend(more);
        let request = bench.post("Calls.json", &form);
        let connections = Arc::clone(&connections);
        creates.spawn(async move {
            let _connection = connections.acquire().await.unwrap();
            request.send().await.unwrap().status()
        });
    }
    for status in creates.join_all().await {
        assert_eq!(status, 201);
    }
}

#[tokio::test]
async fn a_thousand_calls_at_once_all_end_and_no_callback_is_lost() {
    let mut bench = Bench::fast().await;
    bench.client = without_idle_connections();
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let (voice, status) = (bench.app.at("/voice"), bench.app.at("/status"));
    let mut form = vec![("Url", voice.as_str()), ("StatusCallback", status.as_str())];
    let events = ["initiated", "ringing", "answered", "completed"];
    form.extend(events.map(|event| ("StatusCallbackEvent", event)));
    create_all(&bench, &form).await;
    bench.sim.run_until_idle().await;

    let calls = bench.sim.calls();
    assert_eq!(calls.len(), CALLS);
    assert!(
        calls
            .iter()
            .all(|call| call.status == CallStatus::Completed)
    );
    assert_eq!(bench.app.received("/voice").len(), CALLS);
    let mut numbers: HashMap<String, Vec<String>> = HashMap::new();
    for callback in bench.app.received("/status") {
        let value = |name: &str| {
            let found = callback.params.iter().find(|(key, _)| key == name);
            found.unwrap().1.clone()
        };
        let of_call = numbers.entry(value("CallSid")).or_default();
        of_call.push(value("SequenceNumber"));
    }
    assert_eq!(numbers.len(), CALLS);
    assert!(
        numbers
            .values()
            .all(|numbers| numbers == &["0", "1", "2", "3"])
    );
    assert_eq!(bench.sim.alerts(), []);
}

#[tokio::test]
async fn only_so_many_messages_are_kept() {
    const KEPT: usize = 20;
    let bench = Bench::start(SimulatorConfig {
        records_kept: KEPT,
        ..SimulatorConfig::stepped()
    })
    .await;
    let status = bench.app.at("/status");
    let form = [
        ("To", "+15550100042"),
        ("From", FROM),
        ("Body", "Hello"),
        ("StatusCallback", &status),
    ];
    let mut first = String::new();
    for _ in 0..KEPT * 3 {
        let sent = bench.post("Messages.json", &form).send().await.unwrap();
        assert_eq!(sent.status(), 201);
        let incoming = bench.sim.send_message("+15550100042", FROM, "Hi", &[]);
        if first.is_empty() {
            first = incoming.unwrap();
        }
        bench.sim.clock().advance(Duration::from_secs(5)).await;
    }
    bench.sim.clock().advance(Duration::from_mins(5)).await;
    // Whatever is written next tidies up.
    let last = bench.sim.send_message("+15550100042", FROM, "Hi", &[]);
    let kept = bench.sim.messages();
    assert_eq!(kept.len(), KEPT);
    assert_eq!(kept.last().map(|message| &message.sid), last.as_ref().ok());
    let gone = bench.get(&format!("Messages/{first}.json"));
    assert_eq!(gone.send().await.unwrap().status(), 404);
    let about_kept = |sid: &str| kept.iter().any(|message| message.sid == sid);
    let deliveries = bench.sim.deliveries();
    assert!(about_kept(&deliveries[0].call_sid), "{:?}", deliveries[0]);
}

#[tokio::test]
async fn only_so_many_calls_are_kept_with_their_records() {
    const KEPT: usize = 100;
    let mut bench = Bench::start(SimulatorConfig {
        records_kept: KEPT,
        ..SimulatorConfig::fast()
    })
    .await;
    bench.client = without_idle_connections();
    let twiml = "<Response><Record maxLength=\"5\" transcribe=\"true\" action=\"http://127.0.0.1:9/\"/></Response>";
    for round in 1..=3 {
        create_all(&bench, &[("Twiml", twiml)]).await;
        bench.sim.run_until_idle().await;
        assert_eq!(
            bench.sim.rings("+15550200007"),
            round,
            "this is never forgotten"
        );
        bench.sim.clock().advance(Duration::from_mins(1)).await;
        let calls = bench.sim.calls();
        assert_eq!(calls.len(), KEPT);
        assert!(calls.iter().all(|call| call.recordings.len() == 1));
        let deliveries = bench.sim.deliveries();
        assert!(deliveries.len() <= KEPT * 32, "{}", deliveries.len());
        assert!(
            deliveries
                .iter()
                .all(|delivery| calls.iter().any(|call| call.sid == delivery.call_sid))
        );
        assert!(bench.sim.requests().len() <= KEPT * 16);
        assert!(bench.sim.alerts().len() <= KEPT * 4);
        assert!(bench.sim.journal().lines().count() <= KEPT * 64);
    }
}
