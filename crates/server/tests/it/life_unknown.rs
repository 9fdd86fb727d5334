//! Dials whose answer was lost: looked up, adopted or held, and never rung twice.

use serde_json::{Value, json};
use twilio_sim::{Fault, FaultKind};

use crate::support::{Setup, TestAtlas, outbound};

const BUSY: &str = "+15550100004";
const TO: &str = "+15550100042";

/// Places a call with two redials whose answer is lost; its `call_id`.
async fn place_and_lose(atlas: &TestAtlas, to: &str, created: bool) -> String {
    place_redialled_and_lose(atlas, to, created, 2).await
}

async fn place_redialled_and_lose(
    atlas: &TestAtlas,
    to: &str,
    created: bool,
    retry_limit: u8,
) -> String {
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: created,
        }))
        .unwrap();
    let mut body = outbound(to);
    body["retry_limit"] = json!(retry_limit);
    let placed = atlas
        .client
        .post("/calls/outbound", &body)
        .await
        .expect(202);
    placed["call_id"].as_str().unwrap().to_owned()
}

/// How often Twilio's list was asked for.
fn lookups(atlas: &TestAtlas) -> usize {
    let lists = |request: &&twilio_sim::RequestReport| {
        request.method == "GET" && request.path.ends_with("/Calls.json")
    };
    atlas.sim.requests().iter().filter(lists).count()
}

#[tokio::test]
async fn a_callback_that_names_the_dial_settles_it() {
    let atlas = Setup::stepped().start().await;
    let call_id = place_and_lose(&atlas, TO, true).await;
    atlas.advance(1).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["twilio_sid"], atlas.sim.calls()[0].sid.as_str());
    assert_eq!(call["status"], "ringing");
    atlas.advance(60).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["attempt_count"], 4);
    assert_eq!(atlas.leg(&call).said(), ["Hello."]);
    assert_eq!(lookups(&atlas), 0, "nothing had to be looked up");
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_callbacks_twilios_list_settles_it() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(Fault::always(FaultKind::DropCallback).on_number(BUSY))
        .unwrap();
    let call_id = place_and_lose(&atlas, BUSY, true).await;
    atlas.advance(3).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["twilio_sid"], atlas.sim.calls()[0].sid.as_str());
    assert_eq!(call["status"], "busy");
    assert_eq!(call["attempt_count"], 1, "the poll changed the state");
    assert_eq!(call["finished"], false, "and a redial is due");
    let requests = atlas.sim.requests();
    let list = requests
        .iter()
        .find(|request| request.method == "GET")
        .unwrap();
    assert_eq!(list.param("To"), Some(BUSY));
    assert_eq!(list.param("From"), Some("+15005550006"));
    assert!(
        list.params
            .iter()
            .all(|(name, _)| !name.starts_with("StartTime")),
        "{list:?}"
    );
    atlas.sim.clear_faults();
    atlas.advance(600).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["redial_count"], 2);
    assert_eq!(call["finished"], true);
    assert_eq!(call["attempt_count"], 7);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_callback_after_the_lookup_completes_the_attempt_and_adds_none() {
    let atlas = Setup::stepped().start().await;
    let late = FaultKind::DelayCallback { by_ms: 5000 };
    atlas
        .sim
        .add_fault(Fault::always(late).on_number(BUSY))
        .unwrap();
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::ResetConnection {
            executed: true,
        }))
        .unwrap();
    let placed = atlas
        .client
        .post("/calls/outbound", &outbound(BUSY))
        .await
        .expect(202);
    let call_id = placed["call_id"].as_str().unwrap();
    atlas.advance(3).await;
    let call = atlas.client.call(call_id).await;
    assert_eq!(call["attempt_count"], 1);
    assert_eq!(call["attempts"][0].get("sequence_number"), None);
    atlas.advance(60).await;
    let call = atlas.client.call(call_id).await;
    let told: Vec<_> = call["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["status"].clone())
        .collect();
    assert_eq!(
        told,
        ["busy", "initiated", "ringing"],
        "the busy one was known"
    );
    assert_eq!(call["attempts"][0]["sequence_number"], 2);
    assert_eq!(call["attempts"][0]["reason"], "busy (SIP 486)");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_dial_that_never_was_is_held_after_ten_minutes_and_never_rung_again() {
    let atlas = Setup::stepped().start().await;
    let call_id = place_and_lose(&atlas, TO, false).await;
    atlas.advance(599).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["held"], false);
    assert_eq!(call["finished"], false);
    assert!(
        (15..=25).contains(&lookups(&atlas)),
        "looked up {} times",
        lookups(&atlas)
    );
    atlas.advance(40).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["held"], true, "{call}");
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["finished"], false);
    assert_eq!(call["dials"][0]["twilio_sid"], Value::Null);
    assert!(call["dials"][0]["reason"].is_string());
    let held = atlas.client.get("/calls?held=true").await.expect(200);
    assert_eq!(held["data"][0]["call_id"], call_id.as_str());
    let answer = atlas
        .client
        .post_empty(&format!("/calls/{call_id}/retry"))
        .await;
    answer.expect_problem(409, "dial_under_way");
    let before = lookups(&atlas);
    atlas.advance(2 * 3600).await;
    assert_eq!(
        lookups(&atlas),
        before,
        "it waits for a callback or a person"
    );
    assert_eq!(atlas.sim.calls(), []);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_dial_that_was_held_is_settled_by_a_callback_that_names_it() {
    let atlas = Setup::stepped().start().await;
    let call_id = place_and_lose(&atlas, TO, false).await;
    atlas.advance(660).await;
    let sid = "CA0123456789abcdef0123456789abcdef";
    let form = [
        ("CallSid", sid),
        ("CallStatus", "completed"),
        ("SequenceNumber", "3"),
        ("CallDuration", "9"),
    ];
    let path = format!("/twilio/status?call_id={call_id}&dial=1");
    atlas.callback(&path, &form).send().await.expect(200);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["held"], false);
    assert_eq!(call["status"], "completed");
    assert_eq!(call["finished"], true);
    assert_eq!(call["twilio_sid"], sid);
    assert_eq!(call["duration_sec"], 9);
    atlas.finish(1).await;
}

#[tokio::test]
async fn two_dials_that_fit_are_not_guessed_at() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(Fault::always(FaultKind::DropCallback).on_number(BUSY))
        .unwrap();
    let first = place_and_lose(&atlas, BUSY, true).await;
    let second = place_and_lose(&atlas, BUSY, true).await;
    atlas.advance(660).await;
    for call_id in [&first, &second] {
        let call = atlas.client.call(call_id).await;
        assert_eq!(call.get("twilio_sid"), None, "{call}");
        assert_eq!(call["held"], true);
    }
    assert_eq!(atlas.sim.rings(BUSY), 2, "one ring for each, as asked");
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_dial_adopted_by_mistake_is_given_back_when_its_callback_names_another() {
    let atlas = Setup::stepped().start().await;
    let late = FaultKind::DelayCallback { by_ms: 60_000 };
    atlas
        .sim
        .add_fault(Fault::always(late).on_number(BUSY))
        .unwrap();
    let never_made = place_redialled_and_lose(&atlas, BUSY, false, 0).await;
    let made = place_redialled_and_lose(&atlas, BUSY, true, 0).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    atlas.advance(30).await;
    let mut owning = 0;
    for call_id in [&never_made, &made] {
        let call = atlas.client.call(call_id).await;
        owning += usize::from(call["twilio_sid"] == sid.as_str());
    }
    assert_eq!(owning, 1, "one of them, whichever was looked up first");
    atlas.advance(60).await;
    let call = atlas.client.call(&made).await;
    assert_eq!(call["twilio_sid"], sid.as_str(), "the callback names it");
    assert_eq!(call["status"], "busy");
    assert_eq!(call["finished"], true);
    let call = atlas.client.call(&never_made).await;
    assert_eq!(call.get("twilio_sid"), None, "{call}");
    assert_eq!(call["status"], "initiated");
    atlas.advance(660).await;
    assert_eq!(atlas.client.call(&never_made).await["held"], true);
    let shown = atlas.client.call(&sid).await;
    assert_eq!(shown["call_id"], made.as_str());
    atlas.finish(2).await;
}

#[tokio::test]
async fn other_calls_to_the_same_number_are_never_adopted() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(Fault::always(FaultKind::DropCallback).on_number(BUSY))
        .unwrap();
    atlas.client.place(&outbound(BUSY)).await;
    atlas.advance(700).await;
    let lost = place_and_lose(&atlas, BUSY, false).await;
    atlas.client.place(&outbound(BUSY)).await;
    atlas.advance(660).await;
    let call = atlas.client.call(&lost).await;
    assert_eq!(
        call.get("twilio_sid"),
        None,
        "both others have an owner: {call}"
    );
    assert_eq!(call["held"], true);
    atlas.finish(3).await;
}

#[tokio::test]
async fn a_redial_whose_answer_was_lost_is_looked_up_and_not_repeated() {
    let atlas = Setup::stepped().start().await;
    let mut body = outbound(BUSY);
    body["retry_limit"] = json!(1);
    let call_id = atlas.client.place(&body).await;
    atlas.advance(5).await;
    atlas
        .sim
        .add_fault(Fault::next_create(FaultKind::Answer {
            http_status: 502,
            code: 20500,
            retry_after_seconds: None,
            executed: true,
        }))
        .unwrap();
    atlas.advance(60).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "busy");
    assert_eq!(call["finished"], true);
    let sids: Vec<_> = call["dials"]
        .as_array()
        .unwrap()
        .iter()
        .map(|dial| dial["twilio_sid"].clone())
        .collect();
    let rung: Vec<_> = atlas.sim.calls().iter().map(|leg| json!(leg.sid)).collect();
    assert_eq!(sids, rung);
    atlas.finish(2).await;
}
