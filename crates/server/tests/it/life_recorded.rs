//! Calls that are recorded, from the first ring to the transcription.

use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{
    CallReport, CallStatus, DEFAULT_PHRASE, DeliveryKind, Heard, HeardKind, speech_ms,
};

use crate::support::{CONSENT_NOTICE, DEFAULT_MESSAGE, Setup, TestAtlas};

const SCRIPT: &str = "Hello Ann, please tell us whether you can come on Monday.";

fn recorded(to: &str) -> Value {
    json!({"to": to, "user_external_id": "crm-1", "script": SCRIPT})
}

fn said(text: &str) -> HeardKind {
    HeardKind::Said {
        text: text.to_owned(),
        voice: Some("alice".to_owned()),
        language: Some("en-US".to_owned()),
    }
}

fn kinds(heard: &[Heard]) -> Vec<HeardKind> {
    heard.iter().map(|heard| heard.kind.clone()).collect()
}

/// Places a call, lets everything happen, and returns it and what the callee's side saw.
async fn whole_call(atlas: &TestAtlas, body: &Value) -> (Value, CallReport) {
    let call_id = atlas.client.place(body).await;
    atlas.advance(300).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["finished"], true, "{call}");
    let leg = atlas.leg(&call);
    (call, leg)
}

async fn recordings(atlas: &TestAtlas, call: &Value) -> Vec<Value> {
    let path = format!("/calls/{}/recordings", call["call_id"].as_str().unwrap());
    let list = atlas.client.get(&path).await.expect(200);
    list["data"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_callee_hears_notice_script_and_beep_and_is_recorded_and_transcribed() {
    let atlas = Setup::stepped().start().await;
    let (call, leg) = whole_call(&atlas, &recorded("+15550100042")).await;
    let answered_at = leg.created_at + Duration::from_secs(3);
    let script_at = answered_at + Duration::from_millis(speech_ms(CONSENT_NOTICE));
    let beep_at = script_at + Duration::from_millis(speech_ms(SCRIPT));
    let heard = |at, kind| Heard { at, kind };
    assert_eq!(
        leg.heard,
        [
            heard(answered_at, said(CONSENT_NOTICE)),
            heard(script_at, said(SCRIPT)),
            heard(beep_at, HeardKind::Beep),
        ]
    );
    assert_eq!(
        leg.documents.len(),
        2,
        "the voice document, then the end after the recording"
    );
    assert_eq!(leg.recordings.len(), 1);
    assert_eq!(leg.recordings[0].duration_ms, 3000);

    assert_eq!(call["status"], "completed");
    assert_eq!(call["recording_enabled"], true);
    assert_eq!(call["recording_url"], leg.recordings[0].url.as_str());
    assert_eq!(call["transcription_text"], DEFAULT_PHRASE);
    assert_eq!(call["duration_sec"].as_u64(), leg.duration_seconds);
    assert_eq!(call["dials"][0]["reason"], "answered");
    let statuses: Vec<_> = call["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["status"].clone())
        .collect();
    assert_eq!(
        statuses,
        ["initiated", "ringing", "in-progress", "completed"]
    );

    let kept = recordings(&atlas, &call).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["duration_sec"], 3);
    assert_eq!(kept[0]["transcription_status"], "completed");
    let told: Vec<_> = atlas
        .deliveries(DeliveryKind::RecordingStatus)
        .iter()
        .map(|delivery| delivery.param("RecordingStatus").unwrap().to_owned())
        .collect();
    assert_eq!(told, ["in-progress", "completed"]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_a_script_the_default_message_is_heard() {
    let atlas = Setup::stepped().start().await;
    let body = json!({"to": "+15550100042", "user_external_id": "crm-1"});
    let (_, leg) = whole_call(&atlas, &body).await;
    assert_eq!(
        kinds(&leg.heard),
        [said(CONSENT_NOTICE), said(DEFAULT_MESSAGE), HeardKind::Beep]
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_recording_the_script_is_all_there_is() {
    let atlas = Setup::stepped().start().await;
    let mut body = recorded("+15550100042");
    body["recording_enabled"] = json!(false);
    let (call, leg) = whole_call(&atlas, &body).await;
    assert_eq!(kinds(&leg.heard), [said(SCRIPT)]);
    assert_eq!(leg.documents.len(), 1);
    assert_eq!(leg.recordings, []);
    let talked_ms = leg.history.last().unwrap().at - (leg.created_at + Duration::from_secs(3));
    assert_eq!(
        talked_ms.whole_milliseconds(),
        i128::from(speech_ms(SCRIPT))
    );
    assert_eq!(call["status"], "completed");
    assert_eq!(call.get("recording_url"), None);
    assert_eq!(recordings(&atlas, &call).await, Vec::<Value>::new());
    atlas.finish(1).await;
}

#[tokio::test]
async fn without_transcription_a_recording_has_no_text() {
    let atlas = Setup::stepped()
        .with("TRANSCRIBE_RECORDINGS", "false")
        .start()
        .await;
    let (call, leg) = whole_call(&atlas, &recorded("+15550100042")).await;
    assert_eq!(call["recording_url"], leg.recordings[0].url.as_str());
    assert_eq!(call.get("transcription_text"), None);
    let kept = recordings(&atlas, &call).await;
    assert_eq!(kept[0]["status"], "completed");
    assert_eq!(kept[0].get("transcription_status"), None);
    assert_eq!(atlas.deliveries(DeliveryKind::Transcription), []);
    atlas.finish(1).await;
}

#[tokio::test]
async fn silence_is_a_normal_end_whether_or_not_the_action_is_asked() {
    let cases = [
        (Setup::stepped(), 1, &[13617][..]),
        (Setup::stepped().with_silence_falling_through(), 0, &[]),
    ];
    for (setup, actions, alerts) in cases {
        let atlas = setup.start().await;
        let (call, leg) = whole_call(&atlas, &recorded("+15550100001")).await;
        assert_eq!(
            kinds(&leg.heard),
            [said(CONSENT_NOTICE), said(SCRIPT), HeardKind::Beep]
        );
        assert_eq!(atlas.deliveries(DeliveryKind::Action).len(), actions);
        assert_eq!(call["status"], "completed");
        assert_eq!(
            call.get("recording_url"),
            None,
            "there is nothing to be had"
        );
        assert_eq!(call.get("transcription_text"), None);
        let kept = recordings(&atlas, &call).await;
        assert_eq!(kept.len(), 1);
        assert_eq!(kept[0]["recording_status"], "absent");
        assert_eq!(kept[0]["status"], "failed");
        let audio = format!("/recordings/{}/media", kept[0]["id"].as_str().unwrap());
        atlas
            .client
            .get(&audio)
            .await
            .expect_problem(404, "not_found");
        atlas.finish_with_alerts(1, alerts).await;
    }
}

#[tokio::test]
async fn who_does_not_consent_and_hangs_up_is_neither_recorded_nor_called_again() {
    let atlas = Setup::stepped().start().await;
    let mut body = recorded("+15550100003");
    body["retry_limit"] = json!(3);
    let (call, leg) = whole_call(&atlas, &body).await;
    assert_eq!(kinds(&leg.heard), [said(CONSENT_NOTICE)]);
    assert_eq!(leg.recordings, []);
    assert_eq!(call["status"], "completed");
    assert_eq!(call["redial_count"], 0);
    assert_eq!(recordings(&atlas, &call).await, Vec::<Value>::new());
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_hash_ends_the_recording_and_the_call() {
    let atlas = Setup::stepped().start().await;
    let (call, leg) = whole_call(&atlas, &recorded("+15550100710")).await;
    assert_eq!(leg.keys_pressed, "#");
    assert_eq!(leg.recordings[0].digits, "#");
    assert_eq!(leg.statuses().last(), Some(&CallStatus::Completed));
    assert_eq!(call["status"], "completed");
    assert_eq!(call["transcription_text"], DEFAULT_PHRASE);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_callee_who_hangs_up_while_recorded_is_recorded_up_to_there() {
    let atlas = Setup::stepped().start().await;
    let (call, leg) = whole_call(&atlas, &recorded("+15550100820")).await;
    assert_eq!(leg.recordings[0].digits, "hangup");
    assert_eq!(call["status"], "completed");
    assert_eq!(call["duration_sec"], 20);
    assert_eq!(recordings(&atlas, &call).await[0]["status"], "completed");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_transcription_that_failed_is_a_normal_end() {
    let atlas = Setup::stepped().start().await;
    let (call, leg) = whole_call(&atlas, &recorded("+15550100102")).await;
    assert_eq!(leg.recordings[0].duration_ms, 2000);
    assert_eq!(call["recording_url"], leg.recordings[0].url.as_str());
    assert_eq!(call.get("transcription_text"), None);
    let kept = recordings(&atlas, &call).await;
    assert_eq!(kept[0]["status"], "completed");
    assert_eq!(kept[0]["transcription_status"], "failed");
    assert_eq!(kept[0].get("transcription_text"), None);
    atlas.finish_with_alerts(1, &[13617]).await;
}

#[tokio::test]
async fn a_recording_ends_before_it_is_too_long_to_be_transcribed() {
    let atlas = Setup::stepped().start().await;
    let forever = twilio_sim::Behaviour::Talks { seconds: 600 };
    atlas.sim.set_behaviour("+15550100042", forever);
    let (call, leg) = whole_call(&atlas, &recorded("+15550100042")).await;
    assert_eq!(leg.recordings[0].duration_ms, 119_000);
    assert_eq!(call["transcription_text"], DEFAULT_PHRASE);
    atlas.finish(1).await;
}

#[tokio::test]
async fn many_calls_at_once_are_all_told_apart() {
    let atlas = Setup::fast().start().await;
    let numbers: Vec<String> = (0..20)
        .map(|index| format!("+155512300{index:02}"))
        .collect();
    let client = &atlas.client;
    let placing = numbers.iter().map(|number| async move {
        let mut body = recorded(number);
        body["script"] = json!(format!("This is for {number}."));
        client.place(&body).await
    });
    let ids = futures_util::future::join_all(placing).await;
    atlas.sim.run_until_idle().await;
    for (number, id) in numbers.iter().zip(&ids) {
        let call = atlas.client.call(id).await;
        assert_eq!(call["status"], "completed", "{call}");
        assert_eq!(call["to_number"], number.as_str());
        let leg = atlas.leg(&call);
        assert_eq!(&leg.to, number);
        assert_eq!(
            leg.said(),
            [CONSENT_NOTICE, &format!("This is for {number}.")]
        );
        assert_eq!(call["recording_url"], leg.recordings[0].url.as_str());
    }
    atlas.finish(20).await;
}
