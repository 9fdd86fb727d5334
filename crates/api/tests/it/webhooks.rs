//! What Twilio reports.

use actix_web::test::TestRequest;
use atlas_domain::call::CallStatus;
use atlas_domain::{Recording, RecordingId};
use atlas_storage::{MockDirectory, StorageError};
use serde_json::json;

use crate::support::{CALL_ID, CALL_SID, World, ask, call, signed};

fn status_uri() -> String {
    format!("/twilio/status?call_id={CALL_ID}&dial=1")
}

#[actix_web::test]
async fn a_status_update_is_stored_as_an_attempt() {
    let mut world = World::new();
    let kept = world.keep_call(Some(call()));
    let service = world.serve().await;
    let parameters = [
        ("CallSid", CALL_SID),
        ("CallStatus", "ringing"),
        ("SequenceNumber", "1"),
    ];
    let answer = ask(&service, signed(&status_uri(), &parameters)).await;
    assert_eq!(
        (answer.status.as_u16(), answer.json()),
        (200, json!({"status": "ok"}))
    );
    let call = kept.lock().unwrap().clone().unwrap();
    assert_eq!(call.status(), CallStatus::Ringing);
    assert_eq!(call.attempts.len(), 1);
}

#[actix_web::test]
async fn what_means_nothing_here_is_answered_all_the_same() {
    let mut world = World::new();
    let kept = world.keep_call(Some(call()));
    let service = world.serve().await;
    let stranger = "CAffffffffffffffffffffffffffffffff";
    for (uri, parameters) in [
        (status_uri(), vec![("CallStatus", "ringing")]),
        (
            status_uri(),
            vec![("CallSid", "CA1"), ("CallStatus", "ringing")],
        ),
        (
            status_uri(),
            vec![("CallSid", CALL_SID), ("CallStatus", "levitating")],
        ),
        (
            "/twilio/status".to_owned(),
            vec![("CallSid", stranger), ("CallStatus", "busy")],
        ),
        (
            "/twilio/status?call_id=x&dial=y".to_owned(),
            vec![("CallSid", stranger), ("CallStatus", "busy")],
        ),
        ("/twilio/recording".to_owned(), vec![("CallSid", stranger)]),
    ] {
        let answer = ask(&service, signed(&uri, &parameters)).await;
        assert_eq!(
            answer.json(),
            json!({"status": "ok"}),
            "{uri} {parameters:?}"
        );
    }
    assert_eq!(
        kept.lock().unwrap().clone(),
        Some(call()),
        "nothing was changed"
    );
}

#[actix_web::test]
async fn a_recording_and_its_transcription_are_stored() {
    let mut world = World::new();
    let kept = world.keep_call(Some(call()));
    world.recordings.expect_apply().times(2).returning(
        |_, call_id, event, id: RecordingId, now| Ok(Recording::begin(id, call_id, event, now)),
    );
    world
        .recordings
        .expect_mark_linked()
        .returning(|_, _| Ok(()));
    let service = world.serve().await;
    let uri = format!("/twilio/recording?call_id={CALL_ID}&dial=1");
    let sid = ("RecordingSid", "RE0123456789abcdef0123456789abcdef");
    let transcription = [
        ("CallSid", CALL_SID),
        sid,
        ("TranscriptionSid", "TR0123456789abcdef0123456789abcdef"),
        ("TranscriptionStatus", "completed"),
        ("TranscriptionText", "Please call me back."),
    ];
    let recording = [
        ("CallSid", CALL_SID),
        sid,
        ("RecordingStatus", "completed"),
        ("RecordingUrl", "https://api.twilio.com/RE"),
    ];
    assert_eq!(
        ask(&service, signed(&uri, &transcription)).await.status,
        200
    );
    assert_eq!(ask(&service, signed(&uri, &recording)).await.status, 200);
    let call = kept.lock().unwrap().clone().unwrap();
    assert_eq!(
        call.transcription_text.as_deref(),
        Some("Please call me back.")
    );
    assert_eq!(
        call.recording_url.as_deref(),
        Some("https://api.twilio.com/RE")
    );
}

#[actix_web::test]
async fn what_cannot_be_stored_is_to_be_sent_again() {
    let mut world = World::new();
    let mut directory = MockDirectory::new();
    directory
        .expect_locate_call()
        .returning(|_| Err(StorageError::Unavailable("away".into())));
    world.directory = std::sync::Arc::new(directory);
    let service = world.serve().await;
    let parameters = [("CallSid", CALL_SID), ("CallStatus", "ringing")];
    let answer = ask(&service, signed(&status_uri(), &parameters)).await;
    assert_eq!(answer.problem(), (503, "storage_unavailable".to_owned()));
}

#[actix_web::test]
async fn a_signature_over_anything_else_is_refused_and_nothing_is_done() {
    // No mock expects anything: whatever reaches a use case fails the test.
    let service = World::new().serve().await;
    let parameters = [("CallSid", CALL_SID), ("CallStatus", "ringing")];
    let uri = status_uri();
    let other_query = uri.replace("dial=1", "dial=2");
    let requests = [
        signed(&uri, &parameters).uri(&other_query),
        signed(&uri, &parameters).uri("/twilio/recording"),
        signed(&uri, &parameters).set_form([("CallSid", CALL_SID), ("CallStatus", "busy")]),
        signed(&uri, &parameters).insert_header(("x-twilio-signature", "AAAA")),
        TestRequest::post().uri(&uri).set_form(parameters),
        // What a proxy or sender claims of the host has no part in it.
        TestRequest::post()
            .uri(&uri)
            .insert_header(("host", "evil.example"))
            .insert_header(("x-forwarded-host", "evil.example"))
            .insert_header((
                "x-twilio-signature",
                atlas_twilio::webhook::sign(
                    &format!("https://evil.example{uri}"),
                    &parameters,
                    crate::support::AUTH_TOKEN,
                ),
            ))
            .set_form(parameters),
    ];
    for request in requests {
        let answer = ask(&service, request).await;
        assert_eq!(answer.problem(), (403, "invalid_signature".to_owned()));
    }
}

#[actix_web::test]
async fn the_query_is_signed_byte_for_byte() {
    let mut world = World::new();
    world.keep_call(Some(call()));
    let service = world.serve().await;
    let uri = format!("{}&x=%7e+a&&y", status_uri());
    let parameters = [("CallSid", CALL_SID), ("CallStatus", "ringing")];
    assert_eq!(ask(&service, signed(&uri, &parameters)).await.status, 200);
}
