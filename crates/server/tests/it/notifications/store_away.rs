//! Key presses and answers while the database is slow or away.

use serde_json::json;
use twilio_sim::{DeliveryKind, Fault, FaultKind, HeardKind};

use super::{
    HOLD, LISTENS, MACHINE_MESSAGE, NOT_ACKNOWLEDGED, NOT_CONFIRMED, PROMPT, THANKS, assert_stands,
    heard, notify, shown,
};
use crate::support::{Answer, CONNECTION_OVERRIDES, Setup, TestAtlas, read_verbs, until_async};

/// Presses 1 while the first prompt is spoken.
const PRESSES_EARLY: &str = "+15550100741";

/// An Atlas with somebody who has answered, hears the prompt and is about to press.
async fn about_to_press(to: &str) -> (TestAtlas, String) {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, to).await;
    while heard(&atlas)[0].is_empty() {
        atlas.advance_ms(100).await;
    }
    (atlas, id)
}

/// Goes on until somebody has heard these words.
async fn until_heard(atlas: &TestAtlas, words: &str) {
    for _ in 0..600 {
        if heard(atlas)[0].iter().any(|said| said == words) {
            return;
        }
        atlas.advance_ms(100).await;
    }
    panic!("{words:?} was not heard but {:?}", heard(atlas));
}

/// Waits until a press is stored that goes on being committed by itself.
async fn until_acknowledged(atlas: &TestAtlas, id: &str) {
    until_async(async || {
        let answer = atlas.client.get(&format!("/notifications/{id}")).await;
        answer.status.as_u16() == 200 && answer.json()["acknowledged"] == true
    })
    .await;
}

#[tokio::test]
async fn a_press_that_cannot_be_stored_is_held_and_nothing_untrue_is_said_and_counts_later() {
    let (atlas, id) = about_to_press(PRESSES_EARLY).await;
    let alone = Fault::always(FaultKind::DropCallback);
    atlas.sim.add_fault(alone).unwrap();
    atlas.database().take_away();
    until_heard(&atlas, NOT_CONFIRMED).await;
    atlas.sim.clear_faults();
    atlas.database().put_back();
    until_acknowledged(&atlas, &id).await;
    atlas.advance(3600).await;
    assert_eq!(
        heard(&atlas),
        [[PROMPT, HOLD, HOLD, HOLD, NOT_CONFIRMED]],
        "once: nobody is rung again"
    );
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(
        stored["acknowledged_by"],
        json!({"via": "keypress", "dial_no": 1, "digits": "1"})
    );
    let at = |step: &str| {
        let proof = stored["proof"].as_array().unwrap();
        let found = proof.iter().find(|one| one["step"] == step).unwrap();
        found["at"].as_str().unwrap().to_owned()
    };
    assert!(at("key_pressed") < at("committed"), "{stored}");
    assert_held_urls(&atlas, &id);
    atlas.finish(1).await;
}

/// That the press travelled in the signed URL, and how often Twilio came with it.
fn assert_held_urls(atlas: &TestAtlas, id: &str) {
    let leg = atlas.sim.calls().remove(0);
    let urls: Vec<String> = leg
        .documents
        .iter()
        .skip(1)
        .map(|document| document.url.clone().unwrap())
        .collect();
    let gather = format!(
        "{}/notifications/call/gather?call_id={id}&dial=1&ask=1",
        atlas.public_url
    );
    assert_eq!(urls[0], gather);
    let mut ends: Vec<&str> = Vec::new();
    for (tries, url) in urls.iter().enumerate().skip(1) {
        let held = url
            .strip_prefix(&format!("{gather}&pressed=1&at="))
            .unwrap();
        let (at, end) = held.split_once('&').unwrap();
        assert!(at.parse::<u64>().is_ok(), "{url}");
        assert_eq!(end, format!("tries={tries}"));
        ends.push(at);
    }
    assert_eq!(ends.len(), 3, "{urls:?}");
    assert!(
        ends.iter().all(|at| *at == ends[0]),
        "the time of the press"
    );
    let answers: Vec<_> = atlas
        .deliveries(DeliveryKind::Action)
        .iter()
        .chain(&atlas.deliveries(DeliveryKind::Twiml))
        .map(|delivery| (delivery.attempt, delivery.answer_status()))
        .collect();
    assert_eq!(
        answers,
        [(1, Some(200)); 5],
        "answered before Twilio gave up"
    );
}

#[tokio::test]
async fn a_press_is_thanked_for_as_soon_as_it_is_stored() {
    let (atlas, id) = about_to_press(PRESSES_EARLY).await;
    atlas.database().take_away();
    until_heard(&atlas, HOLD).await;
    atlas.database().put_back();
    atlas.advance(60).await;
    assert_eq!(heard(&atlas), [[PROMPT, HOLD, THANKS]]);
    assert_stands(&shown(&atlas, &id).await, "acknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn while_writes_wait_nothing_is_said_to_be_stored() {
    let (atlas, id) = about_to_press(PRESSES_EARLY).await;
    atlas.database().lock();
    until_heard(&atlas, HOLD).await;
    let stored = shown(&atlas, &id).await;
    assert_eq!(stored["acknowledged"], false);
    atlas.database().unlock();
    atlas.advance(60).await;
    assert_eq!(heard(&atlas), [[PROMPT, HOLD, THANKS]]);
    assert_stands(&shown(&atlas, &id).await, "acknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_press_counts_though_who_pressed_has_hung_up_long_since() {
    let atlas = Setup::stepped().start().await;
    let presses_and_leaves = "+15550100771";
    let id = notify(&atlas, presses_and_leaves).await;
    while heard(&atlas)[0].is_empty() {
        atlas.advance_ms(100).await;
    }
    // The press comes one second after the words, which take some five.
    atlas.advance(4).await;
    let alone = Fault::always(FaultKind::DropCallback);
    atlas.sim.add_fault(alone).unwrap();
    atlas.database().take_away();
    atlas.advance(10).await;
    assert!(atlas.sim.calls()[0].status.is_terminal());
    atlas.database().put_back();
    until_acknowledged(&atlas, &id).await;
    assert_eq!(heard(&atlas), [[PROMPT]]);
    let stored = shown(&atlas, &id).await;
    assert_eq!(stored["status"], "acknowledged");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_verdict_that_came_with_the_question_is_kept_until_it_can_be_stored() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_MACHINE_DETECTION", "sync")
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .start()
        .await;
    let greets_and_beeps = "+15550100405";
    let id = notify(&atlas, greets_and_beeps).await;
    let alone = Fault::always(FaultKind::DropCallback);
    atlas.sim.add_fault(alone).unwrap();
    atlas.database().take_away();
    while pauses(&atlas) == 0 {
        atlas.advance_ms(100).await;
    }
    atlas.database().put_back();
    atlas.advance(60).await;
    assert_eq!(heard(&atlas), [[MACHINE_MESSAGE]]);
    let stored = shown(&atlas, &id).await;
    assert_eq!(stored["dials"][0]["answered_by"], "machine_end_beep");
    let offered: Vec<_> = stored["proof"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["step"].as_str().unwrap().ends_with("_offered"))
        .map(|step| (step["step"].as_str(), step["from"].as_str()))
        .collect();
    assert_eq!(
        offered,
        [(
            Some("machine_message_offered"),
            Some("POST /notifications/call/twiml")
        )]
    );
    atlas.finish(1).await;
}

/// How many pauses the only leg has heard.
fn pauses(atlas: &TestAtlas) -> usize {
    let heard = atlas.sim.calls().remove(0).heard;
    let pause = HeardKind::Pause { seconds: 3 };
    heard.iter().filter(|heard| heard.kind == pause).count()
}

#[tokio::test]
async fn a_wrong_key_is_answered_when_the_database_is_back() {
    let (atlas, id) = about_to_press("+15550100749").await;
    atlas.database().take_away();
    while pauses(&atlas) == 0 {
        atlas.advance_ms(100).await;
    }
    atlas.database().put_back();
    atlas.advance(60).await;
    assert_eq!(pauses(&atlas), 1);
    assert_eq!(
        heard(&atlas)[0],
        [PROMPT, PROMPT, NOT_ACKNOWLEDGED],
        "nothing is said of a confirmation"
    );
    assert_eq!(shown(&atlas, &id).await["acknowledged"], false);
    atlas.finish(1).await;
}

#[tokio::test]
async fn while_the_task_cannot_be_read_twilio_is_asked_to_come_again_three_times() {
    const APOLOGY: &str = "We are sorry, this call cannot be continued. Goodbye.";
    for comes_back in [false, true] {
        let atlas = Setup::stepped()
            .with("NOTIFICATION_RETRY_LIMIT", "0")
            .start()
            .await;
        let id = notify(&atlas, LISTENS).await;
        atlas.advance_ms(2900).await;
        let alone = Fault::always(FaultKind::DropCallback);
        atlas.sim.add_fault(alone).unwrap();
        atlas.database().take_away();
        atlas.advance(4).await;
        if comes_back {
            atlas.database().put_back();
        }
        atlas.advance(60).await;
        if !comes_back {
            atlas.database().put_back();
        }
        let expected = if comes_back {
            vec![PROMPT, PROMPT, NOT_ACKNOWLEDGED]
        } else {
            vec![APOLOGY]
        };
        assert_eq!(heard(&atlas), [expected]);
        assert_eq!(shown(&atlas, &id).await["acknowledged"], false);
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn verdicts_and_status_updates_that_cannot_be_stored_answer_503() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    atlas.database().take_away();
    let named = format!("call_id={id}&dial=1");
    let verdict = atlas.callback(
        &format!("/notifications/call/amd?{named}"),
        &[("CallSid", sid.as_str()), ("AnsweredBy", "human")],
    );
    let update = atlas.callback(
        &format!("/notifications/call/status?{named}"),
        &[
            ("CallSid", sid.as_str()),
            ("CallStatus", "ringing"),
            ("SequenceNumber", "1"),
        ],
    );
    for callback in [&verdict, &update] {
        let answer = callback.clone().send().await;
        answer.expect_problem(503, "storage_unavailable");
    }
    atlas.database().put_back();
    for callback in [verdict, update] {
        let told = callback.send().await.expect(200);
        assert_eq!(told, json!({"status": "received", "call_sid": sid}));
    }
    atlas.finish(1).await;
}

/// The text and the next URL of a document that asks Twilio to come again.
fn again(answer: &Answer) -> (String, Option<String>) {
    let verbs = read_verbs(&answer.text());
    let url = verbs
        .iter()
        .find(|verb| verb.name == "Redirect")
        .map(|verb| verb.text.clone());
    let first = verbs.first().unwrap();
    let said = match first.name.as_str() {
        "Say" => first.text.clone(),
        other => format!("{other} {}", first.attributes["length"]),
    };
    (said, url)
}

#[tokio::test]
async fn twilio_is_sent_back_with_everything_it_came_with_and_not_for_ever() {
    const APOLOGY: &str = "We are sorry, this call cannot be continued. Goodbye.";
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    atlas.database().take_away();
    let named = format!("call_id={id}&dial=1");
    let held = "pressed=1&at=1767323045678";
    let cases = [
        (format!("twiml?{named}"), "", "Pause 3", APOLOGY),
        (format!("machine?{named}"), "", "Pause 3", APOLOGY),
        (format!("gather?{named}&ask=2"), "x", "Pause 3", APOLOGY),
        (
            format!("gather?{named}&ask=2&{held}"),
            "",
            HOLD,
            NOT_CONFIRMED,
        ),
        (
            format!("gather?{named}&confirm=1&{held}"),
            "",
            HOLD,
            NOT_CONFIRMED,
        ),
        (
            format!("gather?{named}&ask=1&pressed=%23&at=1767323045678"),
            "",
            "Pause 3",
            APOLOGY,
        ),
    ];
    let asking = cases.iter().map(|(path, digits, first, last)| {
        let (atlas, sid) = (&atlas, &sid);
        async move {
            let form = [("CallSid", sid.as_str()), ("Digits", *digits)];
            for (tries, next) in [("", 1), ("&tries=2", 3)] {
                let path = format!("/notifications/call/{path}");
                let asked = format!("{path}{tries}");
                let answer = atlas.callback(&asked, &form).send().await;
                let url = format!(
                    "{}{path}&tries={next}{CONNECTION_OVERRIDES}",
                    atlas.public_url
                );
                assert_eq!(again(&answer), ((*first).to_owned(), Some(url)), "{asked}");
            }
            let asked = format!("/notifications/call/{path}&tries=3");
            let answer = atlas.callback(&asked, &form).send().await;
            assert_eq!(again(&answer), ((*last).to_owned(), None), "{asked}");
        }
    });
    futures_util::future::join_all(asking).await;
    atlas.database().put_back();
    atlas.finish(1).await;
}
