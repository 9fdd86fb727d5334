//! What people hear, word by word, and what becomes of a notification that nobody acknowledges.

use serde_json::{Value, json};
use twilio_sim::{CallStatus, HeardKind};

use super::{
    LISTENS, NOT_ACKNOWLEDGED, PRESSES_1, PROMPT, THANKS, assert_stands, heard, notify, shown,
    start, steps,
};
use crate::support::{Setup, TestAtlas};

#[tokio::test]
async fn somebody_who_presses_1_is_thanked_and_everything_about_it_is_proved() {
    let atlas = start().await;
    let id = notify(&atlas, PRESSES_1).await;
    atlas.advance(4).await;
    let meanwhile = shown(&atlas, &id).await;
    assert_stands(&meanwhile, "answered", false);
    atlas.advance(60).await;
    assert_eq!(heard(&atlas), [[PROMPT, THANKS]]);
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(
        stored["acknowledged_by"],
        json!({"via": "keypress", "dial_no": 1, "digits": "1"})
    );
    assert!(stored["acknowledged_at"].is_string());
    assert_eq!(stored["superseded_dials"], 0);
    assert_eq!(stored.get("delivery"), None, "nobody is told");
    assert_eq!(stored.get("next_retry_at"), None);
    assert_eq!(stored["dials"][0]["status"], "completed");
    assert_eq!(stored["dials"][0]["answered_by"], "human");
    assert_proved(&atlas, &stored);
    atlas.finish(1).await;
}

/// The proof, step by step.
fn assert_proved(atlas: &TestAtlas, stored: &Value) {
    let sid = &atlas.sim.calls()[0].sid;
    let proof = stored["proof"].as_array().unwrap();
    let told: Vec<_> = proof
        .iter()
        .map(|step| {
            let mut step = step.clone();
            let at = step.as_object_mut().unwrap().remove("at");
            assert!(at.is_some_and(|at| at.is_string()), "{step}");
            step
        })
        .collect();
    let step =
        |step: &str, from: &str| json!({"step": step, "dial_no": 1, "call_sid": sid, "from": from});
    let with = |mut step: Value, name: &str, value: &str| {
        step[name] = json!(value);
        step
    };
    assert_eq!(
        told,
        [
            json!({"step": "intent_stored", "dial_no": 1, "from": "POST /notifications/call"}),
            step("dialled", "Twilio's answer to POST Calls.json"),
            step("answered", "POST /notifications/call/status"),
            step("words_offered", "POST /notifications/call/twiml"),
            with(
                step("answered", "POST /notifications/call/amd"),
                "answered_by",
                "human"
            ),
            with(
                step("key_pressed", "POST /notifications/call/gather"),
                "digits",
                "1"
            ),
            with(
                step("committed", "POST /notifications/call/gather"),
                "via",
                "keypress"
            ),
        ]
    );
    let times: Vec<_> = proof
        .iter()
        .map(|step| step["at"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    assert_eq!(proof[6]["at"], stored["acknowledged_at"]);
}

#[tokio::test]
async fn the_words_are_spoken_in_the_configured_voice_and_name_as_often_as_configured() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_SENDER_NAME", "Rohr & Söhne <Leitstand>")
        .with("NOTIFICATION_REPEATS", "3")
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .with("TTS_VOICE", "Polly.Vicki")
        .with("TTS_LANGUAGE", "de-DE")
        .start()
        .await;
    notify(&atlas, LISTENS).await;
    atlas.advance(120).await;
    let prompt = "Hi! This is Rohr & Söhne <Leitstand>. You have a critical task: Restart the \
        pump. Press 1 to acknowledge.";
    let kinds: Vec<_> = atlas.sim.calls()[0]
        .heard
        .iter()
        .map(|heard| heard.kind.clone())
        .collect();
    let said = |text: &str| HeardKind::Said {
        text: text.to_owned(),
        voice: Some("Polly.Vicki".to_owned()),
        language: Some("de-DE".to_owned()),
    };
    assert_eq!(
        kinds,
        [
            said(prompt),
            said(prompt),
            said(prompt),
            said(NOT_ACKNOWLEDGED)
        ]
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_person_who_presses_nothing_is_rung_again_and_stays_unacknowledged() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(50).await;
    let between = shown(&atlas, &id).await;
    assert_stands(&between, "unacknowledged", false);
    assert!(between["next_retry_at"].is_string(), "{between}");
    atlas.advance(3600).await;
    let unanswered = [PROMPT, PROMPT, NOT_ACKNOWLEDGED];
    assert_eq!(
        heard(&atlas),
        [unanswered; 4],
        "once, and three times again"
    );
    let created: Vec<_> = atlas.sim.calls().iter().map(|leg| leg.created_at).collect();
    let ended: Vec<_> = atlas
        .sim
        .calls()
        .iter()
        .map(|leg| leg.history.last().unwrap().at)
        .collect();
    for (next, before) in created.iter().skip(1).zip(&ended) {
        assert_eq!((*next - *before).whole_seconds(), 60);
    }
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "unacknowledged", true);
    assert_eq!(stored.get("acknowledged_by"), None);
    let named = [
        "intent_stored",
        "dialled",
        "answered",
        "words_offered",
        "answered",
    ];
    assert_eq!(steps(&stored), named.repeat(4));
    atlas.finish(4).await;
}

#[tokio::test]
async fn who_is_not_reached_is_rung_again_and_may_acknowledge_then() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_RETRY_DELAY", "5")
        .start()
        .await;
    let busy_twice = "+15550100602";
    let presses_after = twilio_sim::Behaviour::Custom(twilio_sim::Callee {
        busy_first: 2,
        digits: "1".to_owned(),
        ..twilio_sim::Callee::default()
    });
    atlas.sim.set_behaviour(busy_twice, presses_after);
    let id = notify(&atlas, busy_twice).await;
    atlas.advance(3).await;
    let between = shown(&atlas, &id).await;
    assert_stands(&between, "not_reached", false);
    atlas.advance(120).await;
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(stored["acknowledged_by"]["dial_no"], 3);
    assert_eq!(stored["call_sid"], atlas.sim.calls()[2].sid.as_str());
    let statuses: Vec<_> = atlas.sim.calls().iter().map(|leg| leg.status).collect();
    assert_eq!(
        statuses,
        [CallStatus::Busy, CallStatus::Busy, CallStatus::Completed]
    );
    assert_eq!(heard(&atlas)[2], [PROMPT, THANKS]);
    let redials: Vec<_> = stored["proof"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["step"] == "intent_stored")
        .map(|step| step["from"].as_str().unwrap())
        .collect();
    assert_eq!(redials, ["POST /notifications/call", "redial", "redial"]);
    atlas.finish(3).await;
}

#[tokio::test]
async fn nobody_who_could_not_be_reached_was_reached() {
    for (to, dials) in [
        ("+15550100005", 2),
        ("+15550100004", 2),
        ("+15550103404", 1),
    ] {
        let atlas = Setup::stepped()
            .with("NOTIFICATION_RETRY_LIMIT", "1")
            .start()
            .await;
        let id = notify(&atlas, to).await;
        atlas.advance(3).await;
        if to == "+15550100005" {
            assert_stands(&shown(&atlas, &id).await, "ringing", false);
        }
        atlas.advance(600).await;
        assert_stands(&shown(&atlas, &id).await, "not_reached", true);
        atlas.finish(dials).await;
    }
}
