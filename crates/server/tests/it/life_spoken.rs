//! Calls that are answered while the database is slow or away.

use serde_json::{Value, json};
use twilio_sim::{CallReport, DeliveryKind, Fault, FaultKind, HeardKind};

use crate::support::{Setup, TestAtlas, outbound};

const TO: &str = "+15550100042";
const APOLOGY: &str = "We are sorry, this call cannot be continued. Goodbye.";

const PAUSE: HeardKind = HeardKind::Pause { seconds: 3 };

fn words(text: &str) -> HeardKind {
    HeardKind::Said {
        text: text.to_owned(),
        voice: Some("alice".to_owned()),
        language: Some("en-US".to_owned()),
    }
}

/// An Atlas with one call that is about to be answered; status callbacks are left out, since this
/// is about the voice.
async fn before_the_answer(script: &Value) -> (TestAtlas, String) {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(Fault::always(FaultKind::DropCallback).on_number(TO))
        .unwrap();
    let mut body = outbound(TO);
    body["script"] = script.clone();
    let call_id = atlas.client.place(&body).await;
    atlas.advance_ms(2900).await;
    (atlas, call_id)
}

fn heard(atlas: &TestAtlas) -> (CallReport, Vec<HeardKind>) {
    let leg = atlas.sim.calls().remove(0);
    let kinds = leg.heard.iter().map(|heard| heard.kind.clone()).collect();
    (leg, kinds)
}

#[tokio::test]
async fn while_the_database_is_away_twilio_is_asked_to_come_again_three_times() {
    let (atlas, call_id) = before_the_answer(&json!("Hello.")).await;
    atlas.database().take_away();
    atlas.advance(60).await;
    atlas.database().put_back();
    let (leg, kinds) = heard(&atlas);
    assert_eq!(
        kinds,
        [PAUSE, PAUSE, PAUSE, words(APOLOGY)],
        "no script, no stack trace"
    );
    let asked: Vec<_> = leg
        .documents
        .iter()
        .map(|document| document.url.clone().unwrap())
        .collect();
    let url = format!(
        "{}/twilio/voice?call_id={call_id}&dial=1&recording=false",
        atlas.public_url
    );
    let again = |tries: u32| format!("{url}&tries={tries}");
    assert_eq!(asked, [url.clone(), again(1), again(2), again(3)]);
    let answers: Vec<_> = atlas
        .deliveries(DeliveryKind::Twiml)
        .iter()
        .map(|delivery| delivery.answer_status())
        .collect();
    assert_eq!(answers, [Some(200); 4]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn when_the_database_is_back_the_script_is_heard() {
    let (atlas, call_id) = before_the_answer(&json!("Hello.")).await;
    atlas.database().take_away();
    atlas.advance(4).await;
    atlas.database().put_back();
    atlas.sim.clear_faults();
    atlas.advance(60).await;
    let (_, kinds) = heard(&atlas);
    assert_eq!(kinds, [PAUSE, PAUSE, words("Hello.")]);
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["dials"][0]["reason"], "answered");
    atlas.finish(1).await;
}

#[tokio::test]
async fn when_the_database_is_slow_twilio_is_asked_to_come_again_in_time() {
    let (atlas, _) = before_the_answer(&json!("Hello.")).await;
    atlas.database().lock();
    atlas.advance_ms(200).await;
    atlas.database().unlock();
    atlas.advance(60).await;
    let (leg, kinds) = heard(&atlas);
    assert_eq!(kinds, [PAUSE, words("Hello.")]);
    assert_eq!(leg.documents.len(), 2);
    let attempts: Vec<_> = atlas
        .deliveries(DeliveryKind::Twiml)
        .iter()
        .map(|delivery| delivery.attempt)
        .collect();
    assert_eq!(attempts, [1, 1], "answered before Twilio gave up");
    atlas.finish(1).await;
}
