//! Making a call over HTTP, in good times and in bad ones.

use std::time::Duration;

use atlas_twilio::rest::{
    Call, CallInstructions, CreateCall, StatusCallbackEvent, UnknownOutcome, WriteError,
};
use atlas_twilio::vocabulary::CallStatus;
use tokio::net::TcpListener;

use crate::rest_calls::{SID, call_json, sid};
use crate::server::{Act, Server, answer, client, impatient_client};

fn order() -> CreateCall {
    let url = "https://example.com/voice?call=1&dial=1".to_owned();
    CreateCall::builder(
        "+14155550123",
        "+14155550100",
        CallInstructions::Url { url, method: None },
    )
    .status_callback("https://example.com/status")
    .status_callback_events(&[
        StatusCallbackEvent::Answered,
        StatusCallbackEvent::Completed,
    ])
    .build()
    .unwrap()
}

async fn create_at(server: &Server) -> Result<Call, WriteError> {
    server.client().calls().create(&order()).await
}

#[tokio::test]
async fn a_call_is_created_by_one_signed_in_form_post() {
    let server = Server::answering(&[answer("201 Created", "", &call_json(SID, "queued"))]).await;
    let call = create_at(&server).await.unwrap();
    assert_eq!(call.sid, sid());
    assert_eq!(call.status, CallStatus::Queued);
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with(
        "POST /2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Calls.json HTTP/1.1\r\n"
    ));
    // AC0123456789abcdef0123456789abcdef:token
    assert!(
        head.contains(
            "authorization: Basic QUMwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjp0b2tlbg=="
        )
    );
    assert!(head.contains("content-type: application/x-www-form-urlencoded"));
    assert_eq!(
        body,
        "To=%2B14155550123&From=%2B14155550100&Url=https%3A%2F%2Fexample.com%2Fvoice%3Fcall%3D1%26dial%3D1\
         &StatusCallback=https%3A%2F%2Fexample.com%2Fstatus&StatusCallbackEvent=answered\
         &StatusCallbackEvent=completed"
    );
}

#[tokio::test]
async fn a_refused_connection_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let outcome = client(&format!("http://{address}"))
        .calls()
        .create(&order())
        .await;
    assert!(
        matches!(outcome, Err(WriteError::NotSent { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_name_that_does_not_resolve_means_not_sent() {
    let outcome = client("http://twilio.invalid")
        .calls()
        .create(&order())
        .await;
    assert!(
        matches!(outcome, Err(WriteError::NotSent { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_failed_tls_handshake_means_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let handshake = async {
        let (stream, _) = listener.accept().await.unwrap();
        drop(stream);
    };
    let client = client(&format!("https://{address}"));
    let order = order();
    let (outcome, ()) = tokio::join!(async { client.calls().create(&order).await }, handshake);
    assert!(
        matches!(outcome, Err(WriteError::NotSent { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_reset_after_the_request_leaves_the_outcome_unknown_and_sends_nothing_twice() {
    let server = Server::start(vec![
        Act::Reset,
        Act::Answer(answer("201 Created", "", &call_json(SID, "queued"))),
    ])
    .await;
    let outcome = create_at(&server).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
        ),
        "{outcome:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_missing_answer_leaves_the_outcome_unknown() {
    let server = Server::start(vec![Act::Hang]).await;
    let client = impatient_client(&server.base_url());
    let outcome = client.calls().create(&order()).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
        ),
        "{outcome:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn half_a_body_leaves_the_outcome_unknown() {
    let half = "HTTP/1.1 201 Created\r\ncontent-length: 500\r\n\r\n{\"sid\":\"CA0123".to_owned();
    let server = Server::answering(&[half]).await;
    let outcome = create_at(&server).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Unknown(UnknownOutcome::Unreadable {
                http_status: 201,
                ..
            }))
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_yes_that_cannot_be_read_leaves_the_outcome_unknown() {
    for body in [
        "{\"sid\":",
        "",
        "<TwilioResponse/>",
        "{}",
        "{\"sid\":\"CA1\",\"status\":\"queued\"}",
    ] {
        let server = Server::answering(&[answer("201 Created", "", body)]).await;
        let outcome = create_at(&server).await;
        assert!(
            matches!(
                outcome,
                Err(WriteError::Unknown(UnknownOutcome::Unreadable {
                    http_status: 201,
                    ..
                }))
            ),
            "{body}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn a_server_error_leaves_the_outcome_unknown() {
    let body = r#"{"code":20503,"message":"unavailable","status":503}"#;
    let server = Server::answering(&[answer("503 Service Unavailable", "", body)]).await;
    let outcome = create_at(&server).await;
    assert!(
        matches!(
            outcome,
            Err(WriteError::Unknown(UnknownOutcome::NoVerdict {
                http_status: 503,
                code: Some(20503),
                ..
            }))
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere =
        Server::answering(&[answer("201 Created", "", &call_json(SID, "queued"))]).await;
    let location = format!("location: http://{}/\r\n", elsewhere.address);
    for status in ["302 Found", "307 Temporary Redirect"] {
        let server = Server::answering(&[answer(status, &location, "")]).await;
        let outcome = create_at(&server).await;
        assert!(
            matches!(
                outcome,
                Err(WriteError::Unknown(UnknownOutcome::NoVerdict { .. }))
            ),
            "{outcome:?}"
        );
    }
    assert!(elsewhere.requests().is_empty());
}

#[tokio::test]
async fn a_wrong_number_is_refused_with_its_code() {
    let body =
        r#"{"code":21211,"message":"The 'To' number 1 is not a valid phone number.","status":400}"#;
    let server = Server::answering(&[answer("400 Bad Request", "", body)]).await;
    let Err(WriteError::Refused(refusal)) = create_at(&server).await else {
        panic!("not refused")
    };
    assert_eq!(refusal.http_status, 400);
    assert_eq!(refusal.code, Some(21211));
    assert_eq!(
        refusal.message,
        "The 'To' number 1 is not a valid phone number."
    );
    assert_eq!(refusal.answer.retry_after, None);
}

#[tokio::test]
async fn wrong_credentials_and_a_bare_404_are_refused() {
    let body = r#"{"code":20003,"detail":"x","message":"Authenticate","status":401}"#;
    for (answer, http_status, code) in [
        (answer("401 Unauthorized", "", body), 401, Some(20003)),
        (answer("404 Not Found", "", ""), 404, None),
    ] {
        let server = Server::answering(&[answer]).await;
        let Err(WriteError::Refused(refusal)) = create_at(&server).await else {
            panic!("not refused")
        };
        assert_eq!((refusal.http_status, refusal.code), (http_status, code));
    }
}

#[tokio::test]
async fn too_many_requests_are_refused_with_the_time_to_wait() {
    let body = r#"{"code":20429,"message":"Too Many Requests","status":429}"#;
    let server =
        Server::answering(&[answer("429 Too Many Requests", "retry-after: 7\r\n", body)]).await;
    let Err(WriteError::Refused(refusal)) = create_at(&server).await else {
        panic!("not refused")
    };
    assert!(refusal.is_rate_limit());
    assert_eq!(refusal.answer.retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_request_lost_on_a_kept_connection_is_not_sent_on_another() {
    let body = call_json(SID, "queued");
    let kept = format!(
        "HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let server = Server::start(vec![
        Act::AnswerOnceThenReset(kept.clone()),
        Act::Answer(kept),
    ])
    .await;
    let client = server.client();
    client.calls().create(&order()).await.unwrap();
    let second = client.calls().create(&order()).await;
    assert!(
        matches!(
            second,
            Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
        ),
        "{second:?}"
    );
    assert_eq!(server.requests().len(), 2);
}
