//! What the client sends again by itself, and what it must not.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use atlas_twilio::rest::{
    CallInstructions, Client, CreateCall, Jitter, MediaFormat, MediaRequest, ReadError,
    RetryPolicy, UnknownOutcome, UpdateCall, WriteError,
};

use crate::rest_calls::{SID, call_json, sid};
use crate::server::{Act, Server, answer};

/// Three tries without a wait between them.
fn at_once() -> RetryPolicy {
    RetryPolicy {
        attempts: NonZeroU32::new(3).unwrap(),
        base: Duration::ZERO,
        cap: Duration::ZERO,
        jitter: Jitter::Fixed(1.0),
    }
}

fn persistent(server: &Server) -> Client {
    server.client().with_retry_policy(at_once())
}

fn order() -> CreateCall {
    let instructions = CallInstructions::Twiml("<Response/>".into());
    CreateCall::builder("+14155550123", "+14155550100", instructions)
        .build()
        .unwrap()
}

fn unavailable() -> String {
    let body = r#"{"code":20503,"message":"unavailable","status":503}"#;
    answer("503 Service Unavailable", "", body)
}

fn too_many() -> String {
    let body = r#"{"code":20429,"message":"Too Many Requests","status":429}"#;
    answer("429 Too Many Requests", "", body)
}

#[tokio::test]
async fn a_read_is_tried_again_after_trouble_of_any_kind() {
    let call = answer("200 OK", "", &call_json(SID, "completed"));
    let server = Server::start(vec![
        Act::Reset,
        Act::Answer(unavailable()),
        Act::Answer(call),
    ])
    .await;
    assert!(
        persistent(&server)
            .calls()
            .fetch(&sid())
            .await
            .unwrap()
            .is_some()
    );
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn the_tries_are_counted_and_the_last_answer_is_told() {
    let server = Server::answering(&vec![unavailable(); 4]).await;
    let error = persistent(&server).calls().fetch(&sid()).await.unwrap_err();
    assert!(matches!(
        error,
        ReadError::Unavailable {
            http_status: 503,
            ..
        }
    ));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_call_turned_away_unprocessed_is_sent_again() {
    let call = answer("201 Created", "", &call_json(SID, "queued"));
    let server = Server::answering(&[too_many(), call]).await;
    persistent(&server).calls().create(&order()).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0], requests[1]);
}

#[tokio::test]
async fn a_call_that_may_ring_is_never_sent_again() {
    for act in [
        Act::Reset,
        Act::Answer(unavailable()),
        Act::Answer(answer(
            "500 Internal Server Error",
            "retry-after: 0\r\n",
            "",
        )),
        Act::Answer(answer("408 Request Timeout", "", "")),
        Act::Answer(answer("201 Created", "", "{")),
        Act::Answer("HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{".to_owned()),
    ] {
        let call = answer("201 Created", "", &call_json(SID, "queued"));
        let server = Server::start(vec![act, Act::Answer(call)]).await;
        let outcome = persistent(&server).calls().create(&order()).await;
        assert!(
            matches!(outcome, Err(WriteError::Unknown(_))),
            "{outcome:?}"
        );
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_new_document_is_not_begun_twice_but_a_call_may_be_ended_twice() {
    let server = Server::start(vec![Act::Reset]).await;
    let change = UpdateCall::twiml("<Response/>");
    let outcome = persistent(&server).calls().update(&sid(), &change).await;
    assert!(matches!(
        outcome,
        Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
    ));

    let call = answer("200 OK", "", &call_json(SID, "completed"));
    let server = Server::start(vec![Act::Reset, Act::Answer(call)]).await;
    persistent(&server).calls().hang_up(&sid()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_wait_longer_than_the_policy_allows_is_handed_on() {
    let slow_down = answer("429 Too Many Requests", "retry-after: 7\r\n", "");
    let server = Server::answering(&vec![slow_down; 2]).await;
    let error = persistent(&server).calls().fetch(&sid()).await.unwrap_err();
    let answer = error.answer().unwrap();
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn chance_is_asked_for_once_before_each_wait() {
    let asked = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&asked);
    let policy = RetryPolicy {
        jitter: Jitter::Source(Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
            0.5
        })),
        ..at_once()
    };
    let call = answer("200 OK", "", &call_json(SID, "completed"));
    let server = Server::answering(&[unavailable(), too_many(), call]).await;
    let client = server.client().with_retry_policy(policy);
    client.calls().fetch(&sid()).await.unwrap();
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn audio_is_asked_for_again_as_well() {
    let server = Server::answering(&[unavailable(), answer("200 OK", "", "sound")]).await;
    let recording = "RE0123456789abcdef0123456789abcdef".parse().unwrap();
    let client = persistent(&server);
    let media = client
        .recordings()
        .media(&recording, &MediaRequest::new(MediaFormat::Wav))
        .await
        .unwrap();
    assert_eq!(media.unwrap().content_length, Some(5));
    assert_eq!(server.requests().len(), 2);
}
