//! What happened during a call, and what was said, over HTTP.

use atlas_twilio::rest::{DateFilter, Deletion, ListNotifications, ReadError};
use atlas_twilio::sid::TranscriptionSid;
use atlas_twilio::vocabulary::TranscriptionStatus;
use futures_util::TryStreamExt as _;
use time::macros::date;

use crate::rest_calls::sid;
use crate::server::{Server, answer};

#[tokio::test]
async fn the_events_and_notifications_of_a_call_are_listed() {
    let events = r#"{"events":[{"request":{"method":"POST","url":"https://example.com/"},
        "response":{"response_code":404}}],"next_page_uri":null}"#;
    let notifications = r#"{"notifications":[{"sid":"NO0123456789abcdef0123456789abcdef",
        "error_code":"11200","log":"0"}],"next_page_uri":null}"#;
    let server = Server::answering(&[
        answer("200 OK", "", events),
        answer("200 OK", "", notifications),
    ])
    .await;
    let client = server.client();
    let events = client.calls().events(&sid()).await.unwrap();
    assert_eq!(events.items[0].response_code, Some(404));
    let filter = ListNotifications {
        log_level: Some(0),
        message_date: Some(DateFilter::OnOrAfter(date!(2026 - 11 - 20))),
        page_size: None,
    };
    let noted = client.calls().notifications(&sid(), &filter).await.unwrap();
    assert_eq!(noted.items[0].error_code, Some(11200));
    let requests = server.requests();
    assert!(requests[0].contains(&format!("/Calls/{}/Events.json HTTP", sid())));
    let path = "/Notifications.json?Log=0&MessageDate%3E=2026-11-20 HTTP";
    assert!(requests[1].contains(path), "{}", requests[1]);
    let odd = ListNotifications {
        log_level: Some(2),
        ..filter
    };
    let outcome = client.calls().notifications(&sid(), &odd).await;
    assert!(matches!(outcome, Err(ReadError::Parameter(_))));
}

#[tokio::test]
async fn a_finished_call_is_deleted_and_a_live_one_is_not() {
    let live = r#"{"code":20009,"message":"not finished","status":409}"#;
    let server = Server::answering(&[
        answer("204 No Content", "", ""),
        answer("409 Conflict", "", live),
    ])
    .await;
    let client = server.client();
    assert_eq!(
        client.calls().delete(&sid()).await.unwrap(),
        Deletion::Deleted
    );
    assert!(client.calls().delete(&sid()).await.is_err());
}

#[tokio::test]
async fn transcriptions_are_read_listed_and_deleted() {
    let one = r#"{"sid":"TR0123456789abcdef0123456789abcdef","status":"completed",
        "transcription_text":"Hello Anna","duration":"7","price":-0.05}"#;
    let list = format!(r#"{{"transcriptions":[{one}],"next_page_uri":null}}"#);
    let server = Server::answering(&[
        answer("200 OK", "", one),
        answer("200 OK", "", &list),
        answer("200 OK", "", &list),
        answer("204 No Content", "", ""),
    ])
    .await;
    let client = server.client();
    let transcriptions = client.transcriptions();
    let sid: TranscriptionSid = "TR0123456789abcdef0123456789abcdef".parse().unwrap();
    let found = transcriptions.fetch(&sid).await.unwrap().unwrap();
    assert_eq!(found.status, Some(TranscriptionStatus::Completed));
    assert_eq!(found.duration_seconds, Some(7));
    assert_eq!(found.price.as_deref(), Some("-0.05"));
    assert_eq!(found.transcription_text.as_deref(), Some("Hello Anna"));
    assert!(!format!("{found:?}").contains("Anna"));
    let all: Vec<_> = transcriptions.stream().try_collect().await.unwrap();
    assert_eq!(all, [found]);
    let recording = "RE0123456789abcdef0123456789abcdef".parse().unwrap();
    let page = transcriptions.list_for_recording(&recording).await.unwrap();
    assert_eq!(page.items.len(), 1);
    assert_eq!(
        transcriptions.delete(&sid).await.unwrap(),
        Deletion::Deleted
    );
    assert!(server.requests()[2].contains(&format!("/Recordings/{recording}/Transcriptions.json")));
}
