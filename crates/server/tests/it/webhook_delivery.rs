//! How an acknowledgement gets to the receiver that the settings name.

use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{Simulator, SimulatorConfig};

use crate::support::{
    Answering, Receiver, Served, Setup, TestAtlas, TestClient, TestStore, WEBHOOK_SECRET,
    free_port, outbound, until_async,
};

/// Presses 1 at every prompt.
const PRESSES_1: &str = "+15550100701";
/// Answers, and presses nothing.
const PRESSES_NOTHING: &str = "+15550100042";

/// Notifies somebody of a task, and returns the notification's id.
async fn notify(client: &TestClient, number: &str) -> String {
    let body = json!({"phone_number": number, "task_title": "Restart <pump> & \"go\"", "task_id": "task-17"});
    let placed = client.post("/notifications/call", &body).await.expect(201);
    placed["notification_id"]
        .as_str()
        .expect("an id")
        .to_owned()
}

/// The notification with this id.
async fn notification(client: &TestClient, id: &str) -> Value {
    let path = format!("/notifications/{id}");
    client.get(&path).await.expect(200)
}

/// Notifies somebody who acknowledges at once, and returns the notification's id.
async fn acknowledged(atlas: &TestAtlas) -> String {
    let id = notify(&atlas.client, PRESSES_1).await;
    atlas.advance(20).await;
    assert_eq!(notification(&atlas.client, &id).await["acknowledged"], true);
    id
}

/// The steps that prove whom a notification reached, in order.
fn proof(row: &Value) -> Vec<&str> {
    let steps = row["proof"].as_array().expect("a proof").iter();
    steps
        .map(|step| step["step"].as_str().expect("its name"))
        .collect()
}

/// When each message was sent, in seconds after the first.
fn sent_at(receiver: &Receiver) -> Vec<i64> {
    let messages = receiver.messages();
    let first = messages[0].unix_seconds;
    messages
        .iter()
        .map(|message| message.unix_seconds - first)
        .collect()
}

#[tokio::test]
async fn a_key_press_is_told_to_the_receiver_once_signed_with_the_rows_id() {
    let receiver = Receiver::start(Answering::Status(204));
    let atlas = receiver.told_by(Setup::stepped()).start().await;
    let id = acknowledged(&atlas).await;
    let row = notification(&atlas.client, &id).await;
    let messages = receiver.messages();
    assert_eq!(messages.len(), 1);
    let message = &messages[0];
    assert_eq!(message.webhook_id, format!("ack_{}", id.replace('-', "")));
    let now = atlas.sim.clock().now().unix_timestamp();
    assert!(message.is_believed_at(now));
    assert_eq!(
        message.json(),
        json!({
            "type": "notification.acknowledged",
            "timestamp": row["acknowledged_at"],
            "data": {
                "notification_id": id,
                "task_id": "task-17",
                "task_title": "Restart <pump> & \"go\"",
                "phone_number": PRESSES_1,
                "acknowledged_at": row["acknowledged_at"],
                "acknowledged_by": {"via": "keypress", "dial_no": 1, "digits": "1"},
                "call_id": id,
                "call_sid": row["call_sid"],
            }
        })
    );
    assert_eq!(row["delivery"]["status"], "delivered");
    assert_eq!(row["delivery"]["webhook_id"], message.webhook_id);
    assert_eq!(row["delivery"]["tries"], 1);
    let steps = [
        "intent_stored",
        "dialled",
        "answered",
        "words_offered",
        // By whom, as answering machine detection finds out meanwhile.
        "answered",
        "key_pressed",
        "committed",
        "delivered",
    ];
    assert_eq!(proof(&row), steps, "the chain is whole");
    assert_eq!(row["proof"][7]["at"], row["delivery"]["at"]);
    assert_eq!(row["proof"][7]["webhook_id"], message.webhook_id);
    atlas.advance(2 * 3600).await;
    assert_eq!(receiver.messages().len(), 1, "not again");
    atlas.finish(1).await;
}

#[tokio::test]
async fn an_acknowledgement_by_api_is_told_too() {
    let receiver = Receiver::start(Answering::Status(200));
    let atlas = receiver.told_by(Setup::stepped()).start().await;
    let id = notify(&atlas.client, PRESSES_NOTHING).await;
    atlas.advance(5).await;
    let body = json!({"who": "Ann", "why": "Seen on the wall."});
    let path = format!("/notifications/{id}/acknowledge");
    atlas.client.post(&path, &body).await.expect(200);
    atlas.advance(120).await;
    let messages = receiver.messages();
    assert_eq!(messages.len(), 1);
    let data = messages[0].json()["data"].clone();
    assert_eq!(
        data["acknowledged_by"],
        json!({"via": "api", "who": "Ann", "why": "Seen on the wall."})
    );
    assert_eq!(data.get("call_sid"), None, "no ring of the phone did it");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_receiver_that_is_away_is_tried_again_with_growing_delays_one_id_and_one_body() {
    let receiver = Receiver::start(Answering::Status(500));
    let atlas = receiver.told_by(Setup::stepped()).start().await;
    let id = acknowledged(&atlas).await;
    atlas.advance(1000).await;
    let waiting = notification(&atlas.client, &id).await;
    assert_eq!(waiting["delivery"]["status"], "pending");
    assert_eq!(
        waiting["delivery"]["last_error"],
        "the receiver answered 500 Internal Server Error"
    );
    receiver.will(Answering::Status(200));
    atlas.advance(3 * 3600).await;
    let delivered = notification(&atlas.client, &id).await;
    assert_eq!(delivered["delivery"]["status"], "delivered");
    assert_eq!(delivered["delivery"].get("last_error"), None);
    assert_eq!(delivered["acknowledged_at"], waiting["acknowledged_at"]);

    let messages = receiver.messages();
    assert_eq!(delivered["delivery"]["tries"], messages.len());
    let sent_at = sent_at(&receiver);
    for (tries, pair) in (0_u32..).zip(sent_at.windows(2)) {
        let waited = pair[1] - pair[0];
        let exact = 5 * 2_i64.pow(tries);
        // Moved by up to a tenth; the header has whole seconds.
        let tolerance = exact / 10 + 1;
        assert!((waited - exact).abs() <= tolerance, "{sent_at:?}");
    }
    assert!(messages.len() >= 8, "{sent_at:?}");
    for message in &messages {
        assert_eq!(message.webhook_id, messages[0].webhook_id);
        assert_eq!(message.body, messages[0].body);
        assert!(message.is_believed_at(message.unix_seconds));
    }
    atlas.finish(1).await;
}

#[tokio::test]
async fn after_a_day_of_failures_it_is_given_up_visibly() {
    let receiver = Receiver::start(Answering::Status(503));
    let atlas = receiver.told_by(Setup::stepped()).start().await;
    let id = acknowledged(&atlas).await;
    atlas.advance(23 * 3600).await;
    assert_eq!(
        notification(&atlas.client, &id).await["delivery"]["status"],
        "pending"
    );
    atlas.advance(3 * 3600).await;
    let dead = notification(&atlas.client, &id).await;
    assert_eq!(dead["delivery"]["status"], "dead");
    assert_eq!(
        dead["delivery"]["last_error"],
        "the receiver answered 503 Service Unavailable"
    );
    assert_eq!(dead["acknowledged"], true, "which does not depend on it");
    assert_eq!(dead["finished"], true);
    assert_eq!(proof(&dead).last(), Some(&"delivery_given_up"));
    let tries = receiver.messages().len();
    assert_eq!(dead["delivery"]["tries"], tries);
    let last = *sent_at(&receiver).last().expect("a last one");
    let day = 24 * 3600;
    assert!((day..day + 3960).contains(&last), "{last}");
    receiver.will(Answering::Status(200));
    atlas.advance(2 * 3600).await;
    assert_eq!(receiver.messages().len(), tries, "not again");
    atlas.finish(1).await;
}

#[tokio::test]
async fn what_is_given_up_is_an_error_in_the_log_that_names_the_call_and_no_url() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let receiver = Receiver::start(Answering::Status(503));
    let served = Served::start_with(
        &sim,
        &TestStore::fresh(),
        free_port(),
        &receiver.variables(),
    )
    .await;
    let id = notify(&served.client, PRESSES_1).await;
    sim.clock().advance(Duration::from_secs(20)).await;
    let status = async || notification(&served.client, &id).await["delivery"].clone();
    until_async(async || status().await["tries"].as_u64() >= Some(1)).await;
    sim.clock().advance(Duration::from_secs(25 * 3600)).await;
    until_async(async || status().await["status"] == "dead").await;
    served.program.terminate().await;
    let logged = served.program.end().await.stderr;
    let given_up = logged
        .lines()
        .find(|line| line.contains("an acknowledgement is not delivered any more"))
        .unwrap_or_else(|| panic!("{logged}"));
    assert!(given_up.contains("ERROR"), "{given_up}");
    assert!(given_up.contains(&id), "{given_up}");
    assert!(!logged.contains(&receiver.url), "{logged}");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_redial() {
    let receiver = Receiver::start(Answering::Never);
    let atlas = receiver.told_by(Setup::stepped()).start().await;
    acknowledged(&atlas).await;
    let mut busy_once = outbound("+15550100601");
    busy_once["retry_limit"] = json!(1);
    busy_once["retry_delay_sec"] = json!(60);
    atlas.client.place(&busy_once).await;
    atlas.advance(90).await;
    let dialled: Vec<_> = atlas.sim.calls().iter().map(|leg| leg.created_at).collect();
    assert_eq!(dialled.len(), 3);
    // Busy 1.5 s after it was dialled, and redialled 60 s later.
    assert_eq!(dialled[2] - dialled[1], Duration::from_millis(61_500));
    assert!(!receiver.messages().is_empty(), "it was asked");
    atlas.finish(3).await;
}

#[tokio::test]
async fn without_a_receiver_nothing_is_kept_for_one() {
    let atlas = Setup::stepped().start().await;
    let id = acknowledged(&atlas).await;
    let row = notification(&atlas.client, &id).await;
    assert_eq!(row.get("delivery"), None);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_receiver_in_a_private_network_is_not_asked_unless_it_may_be() {
    let receiver = Receiver::start(Answering::Status(200));
    let port = receiver.url.rsplit(':').next().expect("a port");
    // A name of the system's that leads to this machine, and does not look like it.
    let atlas = Setup::stepped()
        .with(
            "ACKNOWLEDGEMENT_WEBHOOK_URL",
            &format!("https://hooks.example.com:{port}"),
        )
        .with("ACKNOWLEDGEMENT_WEBHOOK_SECRET", WEBHOOK_SECRET)
        .with_name("hooks.example.com", &["127.0.0.1"])
        .start()
        .await;
    let id = acknowledged(&atlas).await;
    let row = notification(&atlas.client, &id).await;
    assert_eq!(row["delivery"]["status"], "pending");
    assert_eq!(
        row["delivery"]["last_error"],
        "the receiver's name leads into a private network"
    );
    assert_eq!(receiver.messages().len(), 0);
    atlas.finish(1).await;
}

#[tokio::test]
async fn what_was_not_delivered_before_kill_9_is_delivered_after_it() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let (store, port) = (TestStore::fresh(), free_port());
    let receiver = Receiver::start(Answering::Status(500));
    let served = Served::start_with(&sim, &store, port, &receiver.variables()).await;
    let id = notify(&served.client, PRESSES_1).await;
    sim.clock().advance(Duration::from_secs(20)).await;
    until_async(async || !receiver.messages().is_empty()).await;
    served.program.kill().await;

    receiver.will(Answering::Status(200));
    let before = receiver.messages();
    let served = Served::start_with(&sim, &store, port, &receiver.variables()).await;
    // Beyond the lease of the process that is no more.
    sim.clock().advance(Duration::from_secs(300)).await;
    let delivered =
        async || notification(&served.client, &id).await["delivery"]["status"] == "delivered";
    until_async(delivered).await;
    let messages = receiver.messages();
    assert_eq!(messages.len(), before.len() + 1);
    for message in &messages {
        assert_eq!(message.webhook_id, messages[0].webhook_id);
        assert_eq!(message.body, messages[0].body);
    }
    served.program.kill().await;
    sim.shutdown().await;
}

#[tokio::test]
async fn a_proxy_of_the_environment_is_not_asked() {
    let sim = Simulator::start(SimulatorConfig::stepped())
        .await
        .expect("a simulated Twilio");
    let (store, port) = (TestStore::fresh(), free_port());
    let receiver = Receiver::start(Answering::Status(200));
    let url = receiver.url.replace("127.0.0.1", "localhost");
    let proxy = format!("http://127.0.0.1:{}", free_port());
    let mut variables = receiver.variables().to_vec();
    variables.extend([
        ("ACKNOWLEDGEMENT_WEBHOOK_URL", url.as_str()),
        ("HTTP_PROXY", &proxy),
        ("http_proxy", &proxy),
        ("ALL_PROXY", &proxy),
        // The simulator's clock is followed by a client that asks proxies.
        ("NO_PROXY", "127.0.0.1"),
    ]);
    let served = Served::start_with(&sim, &store, port, &variables).await;
    notify(&served.client, PRESSES_1).await;
    sim.clock().advance(Duration::from_secs(20)).await;
    until_async(async || !receiver.messages().is_empty()).await;
    served.program.kill().await;
    sim.shutdown().await;
}
