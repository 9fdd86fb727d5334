//! `POST /notifications/call`: what it takes, and what it answers when Twilio takes the call.

use serde_json::json;
use twilio_sim::{Fault, FaultKind};

use super::{LISTENS, PRESSES_1, assert_stands, notify, shown, start, task};
use crate::support::{CONNECTION_OVERRIDES, Setup, TestAtlas};

#[tokio::test]
async fn a_notification_is_placed_and_answered_as_its_clients_know_it() {
    let atlas = start().await;
    let answer = atlas
        .client
        .post("/notifications/call", &task(PRESSES_1))
        .await;
    let placed = answer.expect(201);
    let sid = atlas.sim.calls()[0].sid.clone();
    assert_eq!(
        placed,
        json!({
            "call_sid": sid,
            "status": "queued",
            "to": PRESSES_1,
            "message": format!("Call initiated successfully to {PRESSES_1}"),
            "initiated_at": placed["initiated_at"],
            "notification_id": placed["notification_id"],
        })
    );
    let id = placed["notification_id"].as_str().unwrap();
    assert_eq!(
        answer.header("location"),
        Some(format!("/notifications/{id}").as_str())
    );
    let stored = shown(&atlas, id).await;
    assert_stands(&stored, "placed", false);
    let mut expected = json!({
        "notification_id": id,
        "task_id": "ops-4711",
        "task_title": "Restart the pump",
        "phone_number": PRESSES_1,
        "status": "placed",
        "acknowledged": false,
        "call_id": id,
        "call_sid": sid,
        "held": false,
        "finished": false,
        "superseded_dials": 0,
        "dials": [{"dial_no": 1, "twilio_sid": sid, "status": "initiated", "started_at": null}],
        "proof": stored["proof"],
        "created_at": placed["initiated_at"],
        "updated_at": stored["updated_at"],
    });
    assert_eq!(stored, expected);
    expected.as_object_mut().unwrap().remove("proof");
    let list = atlas.client.get("/notifications").await.expect(200);
    assert_eq!(list["data"], json!([expected]), "the proof is not in lists");
    let call = atlas.client.call(id).await;
    assert_eq!(call["call_id"], id, "a notification is a call");
    assert_eq!(call["retry_limit"], 0);
    assert_eq!(call["recording_enabled"], false);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_task_needs_no_id() {
    let atlas = start().await;
    let body = json!({"phone_number": LISTENS, "task_title": "x", "task_id": null, "more": 1});
    let placed = atlas.client.post("/notifications/call", &body).await;
    let id = placed.expect(201)["notification_id"].clone();
    let stored = shown(&atlas, id.as_str().unwrap()).await;
    assert_eq!(stored.get("task_id"), None);
    atlas.finish(1).await;
}

/// The parameters of the first request for a call, those named.
fn asked(atlas: &TestAtlas, names: &[&str]) -> Vec<Option<String>> {
    let requests = atlas.sim.requests();
    let create = requests
        .iter()
        .find(|request| request.method == "POST")
        .unwrap();
    names
        .iter()
        .map(|name| create.param(name).map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn twilio_is_asked_with_our_callbacks_and_to_tell_machines_from_people() {
    for (setting, mode, asynchronous) in [
        (None, Some("DetectMessageEnd"), true),
        (Some("async"), Some("DetectMessageEnd"), true),
        (Some("sync"), Some("DetectMessageEnd"), false),
        (Some("off"), None, false),
    ] {
        let mut setup = Setup::stepped();
        if let Some(setting) = setting {
            setup = setup.with("NOTIFICATION_MACHINE_DETECTION", setting);
        }
        let atlas = setup.start().await;
        let id = notify(&atlas, PRESSES_1).await;
        let url = |route: &str| {
            let base = &atlas.public_url;
            format!("{base}/notifications/call/{route}?call_id={id}&dial=1{CONNECTION_OVERRIDES}")
        };
        let params = [
            "To",
            "From",
            "Url",
            "StatusCallback",
            "MachineDetection",
            "AsyncAmd",
            "AsyncAmdStatusCallback",
        ];
        assert_eq!(
            asked(&atlas, &params),
            [
                Some(PRESSES_1.to_owned()),
                Some("+15005550006".to_owned()),
                Some(url("twiml")),
                Some(url("status")),
                mode.map(str::to_owned),
                asynchronous.then(|| "true".to_owned()),
                asynchronous.then(|| url("amd")),
            ],
            "{setting:?}"
        );
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn when_twilios_answer_is_lost_the_notification_is_looked_up_and_acknowledged_all_the_same() {
    let atlas = start().await;
    let lost = FaultKind::ResetConnection { executed: true };
    atlas.sim.add_fault(Fault::next_create(lost)).unwrap();
    let answer = atlas
        .client
        .post("/notifications/call", &task(PRESSES_1))
        .await;
    let placed = answer.expect(202);
    let id = placed["notification_id"].as_str().unwrap();
    assert_eq!(
        placed,
        json!({
            "call_sid": null,
            "status": "queued",
            "to": PRESSES_1,
            "message":
                format!("It is being looked up whether the call to {PRESSES_1} was initiated"),
            "initiated_at": placed["initiated_at"],
            "notification_id": id,
            "pending": "lookup",
        })
    );
    assert_eq!(
        answer.header("location"),
        Some(format!("/notifications/{id}").as_str())
    );
    atlas.advance(60).await;
    let stored = shown(&atlas, id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(stored["call_sid"], atlas.sim.calls()[0].sid.as_str());
    atlas.finish(1).await;
}
