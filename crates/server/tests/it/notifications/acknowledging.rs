//! `POST /notifications/{id}/acknowledge`, at every moment of a notification.

use serde_json::{Value, json};
use twilio_sim::{Behaviour, CallStatus, Fault, FaultKind, HoldPoint};

use super::{
    ALREADY, LISTENS, PRESSES_1, PROMPT, RINGS_LONG, THANKS, ask, assert_stands, heard, notify,
    shown, start, steps, task,
};
use crate::support::{Setup, TestAtlas, read_verbs};

async fn acknowledge(atlas: &TestAtlas, id: &str, body: &Value) -> Value {
    ask(atlas, id, "acknowledge", body).await.expect(200)
}

/// That nobody is rung any more.
async fn assert_settled(atlas: &TestAtlas, id: &str, superseded_dials: u32) -> Value {
    atlas.advance(3600).await;
    let stored = shown(atlas, id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(stored["superseded_dials"], superseded_dials, "{stored}");
    assert_eq!(stored["acknowledged_by"]["via"], "api", "{stored}");
    assert_eq!(stored.get("next_retry_at"), None, "{stored}");
    stored
}

#[tokio::test]
async fn a_phone_that_rings_stops_ringing_and_is_counted() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, RINGS_LONG).await;
    atlas.advance(5).await;
    let who = json!({"who": "Ann O'Neil", "why": "Fixed on <site> & \"closed\"."});
    let stored = acknowledge(&atlas, &id, &who).await;
    assert_eq!(stored["status"], "acknowledged");
    assert_eq!(
        stored["acknowledged_by"],
        json!({"via": "api", "who": "Ann O'Neil", "why": "Fixed on <site> & \"closed\"."})
    );
    let stored = assert_settled(&atlas, &id, 1).await;
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Canceled);
    assert_eq!(heard(&atlas), [Vec::<String>::new()]);
    let last = stored["proof"].as_array().unwrap().last().unwrap();
    assert_eq!(
        *last,
        json!({"step": "committed", "at": stored["acknowledged_at"], "via": "api",
            "from": "POST /notifications/{id}/acknowledge"})
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_conversation_is_ended_and_counted() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(5).await;
    acknowledge(&atlas, &id, &json!({})).await;
    assert_settled(&atlas, &id, 1).await;
    assert_eq!(heard(&atlas), [[PROMPT]]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn between_two_dials_nothing_more_is_dialled() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, "+15550100004").await;
    atlas.advance(10).await;
    assert!(shown(&atlas, &id).await["next_retry_at"].is_string());
    acknowledge(&atlas, &id, &json!({})).await;
    assert_settled(&atlas, &id, 0).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn while_twilio_is_being_asked_the_dial_is_ended_as_soon_as_its_sid_is_known() {
    let atlas = Setup::stepped().start().await;
    let held = atlas.sim.hold_next_create(HoldPoint::AfterCreate);
    let client = atlas.client.clone();
    let placing =
        tokio::spawn(async move { client.post("/notifications/call", &task(PRESSES_1)).await });
    held.reached().await;
    let list = atlas.client.get("/notifications").await.expect(200);
    let id = list["data"][0]["notification_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let stored = acknowledge(&atlas, &id, &json!({})).await;
    assert_eq!(stored["superseded_dials"], 1);
    assert_eq!(stored.get("call_sid"), None);
    held.release();
    placing.await.unwrap().expect(201);
    assert_settled(&atlas, &id, 1).await;
    assert_eq!(atlas.sim.calls()[0].status, CallStatus::Canceled);
    assert_eq!(heard(&atlas), [Vec::<String>::new()]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_answers_after_the_acknowledgement_hears_only_that_it_is_acknowledged() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, RINGS_LONG).await;
    atlas.advance(5).await;
    acknowledge(&atlas, &id, &json!({})).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    for route in ["twiml", "machine", "gather"] {
        let path = format!("/notifications/call/{route}?call_id={id}&dial=1");
        let form = [("CallSid", sid.as_str()), ("Digits", "1")];
        let answer = atlas.callback(&path, &form).send().await;
        let verbs = read_verbs(&answer.text());
        let said: Vec<_> = verbs.iter().map(|verb| verb.text.as_str()).collect();
        assert_eq!(said, [ALREADY, ""], "{route}");
    }
    assert_settled(&atlas, &id, 1).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_was_never_reached_can_be_acknowledged_for() {
    let atlas = start().await;
    let id = notify(&atlas, "+15550100004").await;
    atlas.advance(60).await;
    assert_stands(&shown(&atlas, &id).await, "not_reached", true);
    acknowledge(&atlas, &id, &json!({})).await;
    assert_settled(&atlas, &id, 0).await;
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_first_acknowledgement_stays() {
    let atlas = start().await;
    let pressed = notify(&atlas, PRESSES_1).await;
    atlas.advance(60).await;
    let before = shown(&atlas, &pressed).await;
    let again = acknowledge(&atlas, &pressed, &json!({"who": "Ann"})).await;
    assert_eq!(again, before, "and nothing changes");
    let said = notify(&atlas, LISTENS).await;
    let first = acknowledge(&atlas, &said, &json!({"who": "Ann"})).await;
    let second = acknowledge(&atlas, &said, &json!({"who": "Bob"})).await;
    assert_eq!(second["acknowledged_by"], first["acknowledged_by"]);
    assert_eq!(second["acknowledged_at"], first["acknowledged_at"]);
    let committed = steps(&second)
        .into_iter()
        .filter(|step| *step == "committed")
        .count();
    assert_eq!(committed, 1);
    atlas.advance(60).await;
    assert_eq!(heard(&atlas)[0], [PROMPT, THANKS]);
    atlas.finish(2).await;
}

#[tokio::test]
async fn what_was_canceled_is_not_acknowledged() {
    let atlas = start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas
        .client
        .post_empty(&format!("/notifications/{id}/cancel"))
        .await
        .expect(200);
    let answer = ask(&atlas, &id, "acknowledge", &json!({})).await;
    answer.expect_problem(409, "notification_canceled");
    atlas.advance(60).await;
    assert_stands(&shown(&atlas, &id).await, "canceled", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_it_was_is_the_name_of_the_key_unless_it_is_said() {
    let atlas = Setup::stepped().with_key("crm", "secret").start().await;
    let send = async |path: &str, body: &Value| {
        let request = atlas
            .client
            .request("POST", path)
            .bearer_auth("secret")
            .json(body);
        atlas.client.send(request).await
    };
    for (body, by) in [
        (json!({}), json!({"via": "api", "who": "crm"})),
        (
            json!({"who": null, "why": "x"}),
            json!({"via": "api", "who": "crm", "why": "x"}),
        ),
        (json!({"who": "Ann"}), json!({"via": "api", "who": "Ann"})),
    ] {
        let placed = send("/notifications/call", &task(LISTENS))
            .await
            .expect(201);
        let id = placed["notification_id"].as_str().unwrap();
        let stored = send(&format!("/notifications/{id}/acknowledge"), &body).await;
        assert_eq!(stored.expect(200)["acknowledged_by"], by);
    }
    atlas.finish(3).await;
}

/// Presses 1 on the first dial, by a callback that came late.
async fn press_late(atlas: &TestAtlas, id: &str, expected: &str) {
    let sid = atlas.sim.calls()[0].sid.clone();
    let path = format!("/notifications/call/gather?call_id={id}&dial=1&ask=2");
    let form = [("CallSid", sid.as_str()), ("Digits", "1")];
    let answer = atlas.callback(&path, &form).send().await;
    assert_eq!(read_verbs(&answer.text())[0].text, expected);
}

#[tokio::test]
async fn a_press_that_arrives_when_the_redial_rings_ends_the_redial_and_is_counted() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(45).await;
    atlas
        .sim
        .set_behaviour(LISTENS, Behaviour::RingsFor { seconds: 40 });
    while atlas.sim.calls().len() < 2 {
        atlas.advance(5).await;
    }
    atlas.advance(5).await;
    assert_stands(&shown(&atlas, &id).await, "ringing", false);
    press_late(&atlas, &id, THANKS).await;
    atlas.advance(3600).await;
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(
        stored["acknowledged_by"],
        json!({"via": "keypress", "dial_no": 1, "digits": "1"})
    );
    assert_eq!(stored["superseded_dials"], 1);
    assert_eq!(atlas.sim.calls()[1].status, CallStatus::Canceled);
    press_late(&atlas, &id, THANKS).await;
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_redial_that_cannot_be_ended_hears_only_that_the_task_is_acknowledged() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(45).await;
    let ends = Fault::always(FaultKind::Answer {
        http_status: 500,
        code: 20500,
        retry_after_seconds: None,
        executed: false,
    });
    while atlas.sim.calls().len() < 2 {
        atlas.advance(1).await;
    }
    atlas
        .sim
        .add_fault(ends.on_route("POST Calls/*.json"))
        .unwrap();
    press_late(&atlas, &id, THANKS).await;
    atlas.advance(60).await;
    assert_eq!(heard(&atlas)[1], [ALREADY]);
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(stored["superseded_dials"], 1);
    assert_eq!(stored["acknowledged_by"]["dial_no"], 1);
    atlas.advance(3600).await;
    atlas.finish(2).await;
}
