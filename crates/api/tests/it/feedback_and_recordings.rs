//! Feedback, and recordings with their audio.

use std::sync::Arc;

use actix_web::test::TestRequest;
use actix_web::web::Bytes;
use atlas_domain::carrier::{MediaExtent, MediaFormat, RecordingMedia};
use atlas_domain::{
    Recording, RecordingEvent, RecordingEventKind, RecordingStatus, RecordingUpdate,
};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};

use crate::support::{CALL_ID, CALL_SID, USER_ID, World, ask, call, start};

const RECORDING_SID: &str = "RE0123456789abcdef0123456789abcdef";

fn recording() -> Recording {
    let event = RecordingEvent {
        recording_sid: RECORDING_SID.parse().unwrap(),
        call_sid: Some(CALL_SID.parse().unwrap()),
        update: RecordingEventKind::Recording(RecordingUpdate {
            status: RecordingStatus::Completed,
            recording_url: Some("https://api.twilio.com/RE".to_owned()),
            duration_seconds: Some(12),
            channels: None,
        }),
    };
    let id = USER_ID.parse().unwrap();
    Recording::begin(id, CALL_ID.parse().unwrap(), &event, start())
}

fn media(extent: MediaExtent, content_length: Option<u64>) -> RecordingMedia {
    let chunks = [Bytes::from_static(b"RI"), Bytes::from_static(b"FF")];
    RecordingMedia {
        extent,
        content_type: "audio/wav".to_owned(),
        content_length,
        body: stream::iter(chunks.map(Ok)).boxed(),
    }
}

fn scores(value: Value) -> Value {
    json!({
        "call_quality": value, "agent_helpfulness": 4, "resolution": 4, "call_ease": 5,
        "overall_satisfaction": 5,
    })
}

#[actix_web::test]
async fn feedback_is_kept_and_shown() {
    let mut world = World::new();
    world.keep_call(Some(call()));
    let service = world.serve().await;
    let uri = format!("/calls/{CALL_ID}/feedback");
    let answer = ask(&service, TestRequest::get().uri(&uri)).await;
    let detail = format!("No feedback found for call: {CALL_ID}");
    assert_eq!(answer.json()["detail"], detail);
    let request = TestRequest::patch().uri(&uri).set_json(scores(json!(5)));
    let given = ask(&service, request).await.json();
    let expected = json!({
        "call_sid": null, "call_quality": 5, "agent_helpfulness": 4, "resolution": 4,
        "call_ease": 5, "overall_satisfaction": 5, "notes": null,
        "created_at": "2026-01-02T03:04:05.678Z",
    });
    assert_eq!(given, expected);
    assert_eq!(
        ask(&service, TestRequest::get().uri(&uri)).await.json(),
        expected
    );
}

#[actix_web::test]
async fn scores_are_integers_from_one_to_five() {
    let service = World::new().serve().await;
    for value in [
        json!(0),
        json!(6),
        json!("4"),
        json!(true),
        json!(4.5),
        json!(null),
    ] {
        let request = TestRequest::patch()
            .uri(&format!("/calls/{CALL_ID}/feedback"))
            .set_json(scores(value.clone()));
        let answer = ask(&service, request).await;
        assert_eq!(answer.problem().0, 400, "{value}");
        assert_eq!(answer.pointers(), ["/call_quality"], "{value}");
    }
}

#[actix_web::test]
async fn a_recording_is_shown() {
    let mut world = World::new();
    world.keep_call(Some(call()));
    world
        .recordings
        .expect_find()
        .returning(|_, _| Ok(Some(recording())));
    world
        .recordings
        .expect_list_of_call()
        .returning(|_, _| Ok(vec![recording()]));
    let service = world.serve().await;
    let expected = json!({
        "id": USER_ID, "call_id": CALL_ID, "twilio_sid": RECORDING_SID,
        "recording_url": "https://api.twilio.com/RE", "recording_status": "completed",
        "status": "completed", "duration_sec": 12,
        "created_at": "2026-01-02T03:04:05.678Z", "updated_at": "2026-01-02T03:04:05.678Z",
    });
    let uri = format!("/recordings/{USER_ID}");
    assert_eq!(
        ask(&service, TestRequest::get().uri(&uri)).await.json(),
        expected
    );
    let uri = format!("/calls/{CALL_ID}/recordings");
    let list = ask(&service, TestRequest::get().uri(&uri)).await.json();
    assert_eq!(list, json!({"data": [expected]}));
    let answer = ask(&service, TestRequest::get().uri("/recordings/42")).await;
    assert_eq!(answer.json()["detail"], "Recording not found");
}

#[actix_web::test]
async fn audio_is_streamed_whole_or_in_part() {
    let part = MediaExtent::Part {
        content_range: "bytes 0-3/100".to_owned(),
    };
    for (extent, length, status, content_range) in [
        (MediaExtent::Whole, Some(4), 200, None),
        (MediaExtent::Whole, None, 200, None),
        (part, Some(4), 206, Some("bytes 0-3/100")),
    ] {
        let mut world = World::new();
        world
            .recordings
            .expect_find()
            .returning(|_, _| Ok(Some(recording())));
        *world.carrier.media.lock().unwrap() = Some(media(extent, length));
        let asked = Arc::clone(&world.carrier.asked);
        let service = world.serve().await;
        let request = TestRequest::get()
            .uri(&format!("/recordings/{USER_ID}/media?format=mp3"))
            .insert_header(("range", "bytes=0-3"));
        let answer = ask(&service, request).await;
        assert_eq!(answer.status.as_u16(), status);
        assert_eq!(answer.text(), "RIFF");
        assert_eq!(answer.header("content-type"), Some("audio/wav"));
        assert_eq!(answer.header("accept-ranges"), Some("bytes"));
        assert_eq!(answer.header("content-range"), content_range);
        let asked = asked.lock().unwrap();
        assert_eq!(asked.media[0].format, MediaFormat::Mp3);
        assert_eq!(asked.media[0].range.as_deref(), Some("bytes=0-3"));
        assert_eq!(asked.media[0].recording_sid.as_str(), RECORDING_SID);
    }
}

#[actix_web::test]
async fn audio_that_cannot_be_had_is_a_problem() {
    let outside = MediaExtent::Unsatisfiable {
        content_range: Some("bytes */100".to_owned()),
    };
    for (media, query, problem) in [
        (
            Some(media(outside, None)),
            "",
            (416, "range_not_satisfiable"),
        ),
        (None, "", (404, "not_found")),
        (None, "?format=ogg", (400, "validation_failed")),
    ] {
        let mut world = World::new();
        world
            .recordings
            .expect_find()
            .returning(|_, _| Ok(Some(recording())));
        *world.carrier.media.lock().unwrap() = media;
        let service = world.serve().await;
        let uri = format!("/recordings/{USER_ID}/media{query}");
        let answer = ask(&service, TestRequest::get().uri(&uri)).await;
        assert_eq!(answer.problem(), (problem.0, problem.1.to_owned()));
        let content_range = (problem.0 == 416).then_some("bytes */100");
        assert_eq!(answer.header("content-range"), content_range);
    }
}
