//! Notifications of critical tasks, over HTTP: every route, status, body and sentence, and what
//! the people who were rung heard and pressed.

mod acknowledging;
mod canceling;
mod heard;
mod idempotency;
mod key_presses;
mod lists;
mod machines;
mod placing;
mod refused;
mod store_away;
mod titles;
mod webhooks;

use serde_json::{Value, json};
use twilio_sim::CallReport;

use crate::support::{Answer, Setup, TestAtlas};

/// Presses 1 after every prompt.
pub(super) const PRESSES_1: &str = "+15550100701";
/// A person who listens and presses nothing.
pub(super) const LISTENS: &str = "+15550100042";
/// A person whose phone rings for half a minute.
pub(super) const RINGS_LONG: &str = "+15550100230";

pub(super) const PROMPT: &str =
    "Hi! This is Flux. You have a critical task: Restart the pump. Press 1 to acknowledge.";
pub(super) const MACHINE_MESSAGE: &str = "Hi! This is Flux. You have a critical task: Restart the \
    pump. Please call your operations desk.";
pub(super) const NOT_ACKNOWLEDGED: &str = "No acknowledgment received. Goodbye.";
pub(super) const THANKS: &str = "Thank you. Task acknowledged. Goodbye.";
pub(super) const ALREADY: &str = "This task is already acknowledged. Goodbye.";
pub(super) const CANCELED: &str = "This task was canceled. Goodbye.";
pub(super) const UNKNOWN: &str = "This task is not known. Please call your operations desk.";
pub(super) const HOLD: &str = "Please hold while we confirm your key press.";
pub(super) const NOT_CONFIRMED: &str =
    "We could not confirm your acknowledgement yet. Please call your operations desk.";
pub(super) const ONCE_MORE: &str = "Press 1 once more to acknowledge.";

/// An Atlas whose notifications are not rung again.
pub(super) async fn start() -> TestAtlas {
    Setup::stepped()
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .start()
        .await
}

/// The body of a notification to this number.
pub(super) fn task(phone_number: &str) -> Value {
    json!({"phone_number": phone_number, "task_id": "ops-4711", "task_title": "Restart the pump"})
}

/// Rings somebody, which must be accepted, and returns the notification's id.
pub(super) async fn notify(atlas: &TestAtlas, phone_number: &str) -> String {
    let answer = atlas
        .client
        .post("/notifications/call", &task(phone_number))
        .await;
    let placed = answer.expect(201);
    placed["notification_id"].as_str().unwrap().to_owned()
}

/// The notification with this id.
pub(super) async fn shown(atlas: &TestAtlas, id: &str) -> Value {
    atlas
        .client
        .get(&format!("/notifications/{id}"))
        .await
        .expect(200)
}

/// Acknowledges it by API, or cancels it.
pub(super) async fn ask(atlas: &TestAtlas, id: &str, what: &str, body: &Value) -> Answer {
    let path = format!("/notifications/{id}/{what}");
    atlas.client.post(&path, body).await
}

/// What every dial heard said, in the order of the dials.
pub(super) fn heard(atlas: &TestAtlas) -> Vec<Vec<String>> {
    atlas.sim.calls().iter().map(said).collect()
}

fn said(leg: &CallReport) -> Vec<String> {
    leg.said().into_iter().map(str::to_owned).collect()
}

/// The steps of the proof, by name.
pub(super) fn steps(notification: &Value) -> Vec<&str> {
    let proof = notification["proof"].as_array().expect("a proof");
    proof
        .iter()
        .map(|step| step["step"].as_str().unwrap())
        .collect()
}

/// The status, whether it is acknowledged, and whether it is finished.
#[track_caller]
pub(super) fn assert_stands(notification: &Value, status: &str, finished: bool) {
    assert_eq!(notification["status"], status, "{notification}");
    assert_eq!(
        notification["acknowledged"],
        status == "acknowledged",
        "{notification}"
    );
    assert_eq!(notification["finished"], finished, "{notification}");
}
