//! Sending, reading and changing messages over HTTP.

use atlas_twilio::rest::{
    CreateMessage, DateFilter, Deletion, ListMessages, MessageContent, MessageOptions,
    MessageSender, RetryPolicy, UnknownOutcome, WriteError,
};
use atlas_twilio::sid::MessageSid;
use atlas_twilio::vocabulary::MessageStatus;
use time::macros::date;

use crate::server::{Act, Server, answer};

const SID: &str = "SM0123456789abcdef0123456789abcdef";

fn sid() -> MessageSid {
    SID.parse().unwrap()
}

fn message(status: &str) -> String {
    let body = format!(r#"{{"sid":"{SID}","status":"{status}","num_segments":"1"}}"#);
    answer("201 Created", "", &body)
}

fn order() -> CreateMessage {
    CreateMessage::new(
        "+14155550123",
        MessageSender::From("+14155550100".into()),
        MessageContent::Body("Grüße & more".into()),
        MessageOptions::default(),
    )
    .unwrap()
}

#[tokio::test]
async fn a_message_is_sent_by_one_form_post() {
    let server = Server::answering(&[message("queued")]).await;
    let sent = server.client().messages().create(&order()).await.unwrap();
    assert_eq!(sent.status, MessageStatus::Queued);
    assert_eq!(sent.num_segments, Some(1));
    let request = &server.requests()[0];
    assert!(request.contains("/Messages.json HTTP"));
    let form = "To=%2B14155550123&From=%2B14155550100&Body=Gr%C3%BC%C3%9Fe+%26+more";
    assert!(request.ends_with(form), "{request}");
}

#[tokio::test]
async fn a_message_that_may_be_on_its_way_is_never_sent_again() {
    let server = Server::start(vec![Act::Reset, Act::Answer(message("queued"))]).await;
    let client = server.client().with_retry_policy(RetryPolicy::default());
    let outcome = client.messages().create(&order()).await;
    assert!(matches!(
        outcome,
        Err(WriteError::Unknown(UnknownOutcome::NoAnswer { .. }))
    ));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_recipient_who_opted_out_is_a_lasting_refusal() {
    let body = r#"{"code":21610,"message":"unsubscribed","status":400}"#;
    let server = Server::answering(&[answer("400 Bad Request", "", body)]).await;
    let outcome = server.client().messages().create(&order()).await;
    let Err(WriteError::Refused(refusal)) = outcome else {
        panic!("not refused")
    };
    assert_eq!(
        refusal.known_code().unwrap().meaning,
        "recipient has opted out"
    );
    assert!(!refusal.is_curable());
}

#[tokio::test]
async fn a_message_is_read_redacted_canceled_and_deleted() {
    let server = Server::answering(&[
        message("delivered"),
        message("delivered"),
        message("canceled"),
        answer("204 No Content", "", ""),
        answer("200 OK", "", r#"{"messages":[],"next_page_uri":null}"#),
    ])
    .await;
    let client = server.client();
    let messages = client.messages();
    assert!(messages.fetch(&sid()).await.unwrap().is_some());
    messages.redact(&sid()).await.unwrap();
    messages.cancel(&sid()).await.unwrap();
    assert_eq!(messages.delete(&sid()).await.unwrap(), Deletion::Deleted);
    let filter = ListMessages {
        to: Some("+14155550123".into()),
        from: Some("+14155550100".into()),
        date_sent: Some(DateFilter::On(date!(2026 - 11 - 20))),
        page_size: Some(20),
    };
    assert!(messages.list(&filter).await.unwrap().items.is_empty());
    let requests = server.requests();
    assert!(requests[1].ends_with("\r\n\r\nBody="));
    assert!(requests[2].ends_with("\r\n\r\nStatus=canceled"));
    assert!(requests[3].starts_with("DELETE "));
    for request in &requests[..4] {
        assert!(request.contains(&format!("/Messages/{SID}.json HTTP")));
    }
    let query = "?To=%2B14155550123&From=%2B14155550100&DateSent=2026-11-20&PageSize=20 HTTP";
    assert!(requests[4].contains(query), "{}", requests[4]);
}
