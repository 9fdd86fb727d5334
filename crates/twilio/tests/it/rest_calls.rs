//! Reading, listing and ending calls over HTTP.

use atlas_twilio::rest::{Call, HangUp, ListCalls, ReadError, WriteError};
use atlas_twilio::sid::CallSid;
use atlas_twilio::vocabulary::{AccountStatus, CallStatus};
use futures_util::{StreamExt as _, TryStreamExt as _};
use tokio::net::TcpListener;

use crate::server::{Server, answer, client};

pub(crate) const SID: &str = "CA0123456789abcdef0123456789abcdef";

pub(crate) fn sid() -> CallSid {
    SID.parse().unwrap()
}

pub(crate) fn call_json(sid: &str, status: &str) -> String {
    format!(r#"{{"sid":"{sid}","status":"{status}"}}"#)
}

#[tokio::test]
async fn errors_show_neither_numbers_nor_credentials() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let client = client(&format!("http://{address}"));
    let filter = ListCalls {
        to: Some("+14155550123".into()),
        ..ListCalls::default()
    };
    let error = client.calls().list(&filter).await.unwrap_err();
    let shown = format!(
        "{error:?} {error} {}",
        std::error::Error::source(&error).unwrap()
    );
    assert!(!shown.contains("14155550123"), "{shown}");
    assert!(!shown.contains("token"), "{shown}");
}

#[tokio::test]
async fn a_call_is_fetched_or_not_there() {
    let server = Server::answering(&[
        answer("200 OK", "", &call_json(SID, "completed")),
        answer(
            "404 Not Found",
            "",
            r#"{"code":20404,"message":"x","status":404}"#,
        ),
        answer("500 Internal Server Error", "", ""),
    ])
    .await;
    let client = server.client();
    let call = client.calls().fetch(&sid()).await.unwrap().unwrap();
    assert_eq!(call.status, CallStatus::Completed);
    assert!(client.calls().fetch(&sid()).await.unwrap().is_none());
    let error = client.calls().fetch(&sid()).await.unwrap_err();
    assert!(
        matches!(
            error,
            ReadError::Unavailable {
                http_status: 500,
                ..
            }
        ),
        "{error:?}"
    );
    assert!(server.requests()[0].contains(&format!("/Calls/{SID}.json HTTP")));
}

fn page_json(last_digit: u32, next: &str) -> String {
    let sid = format!("CA0123456789abcdef0123456789abcde{last_digit}");
    format!(
        r#"{{"calls":[{}],"page":0,"next_page_uri":{next}}}"#,
        call_json(&sid, "queued")
    )
}

#[tokio::test]
async fn a_list_follows_the_next_page_as_twilio_wrote_it() {
    let next = "\"/2010-04-01/Accounts/AC/Calls.json?To=%2B1&PageToken=PACA%7e_x&Page=1\"";
    let server = Server::answering(&[
        answer("200 OK", "", &page_json(1, next)),
        answer("200 OK", "", &page_json(2, "null")),
    ])
    .await;
    let client = server.client();
    let filter = ListCalls {
        to: Some("+14155550123".into()),
        page_size: Some(1),
        ..ListCalls::default()
    };
    let calls: Vec<Call> = client.calls().stream(&filter).try_collect().await.unwrap();
    assert_eq!(calls.len(), 2);
    assert!(calls[1].sid.as_str().ends_with('2'));
    let requests = server.requests();
    assert!(
        requests[0].contains("/Calls.json?To=%2B14155550123&PageSize=1 HTTP"),
        "{}",
        requests[0]
    );
    let second = "GET /2010-04-01/Accounts/AC/Calls.json?To=%2B1&PageToken=PACA%7e_x&Page=1 HTTP";
    assert!(requests[1].starts_with(second), "{}", requests[1]);
}

#[tokio::test]
async fn a_list_asks_only_for_pages_that_are_wanted() {
    let server = Server::answering(&[answer("200 OK", "", &page_json(1, "\"/next\""))]).await;
    let client = server.client();
    let first: Vec<_> = client
        .calls()
        .stream(&ListCalls::default())
        .take(1)
        .collect()
        .await;
    assert!(first[0].is_ok());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_list_that_leads_elsewhere_or_to_itself_ends_with_an_error() {
    for next in [
        "\"https://evil.example/\"",
        "\"@evil.example/\"",
        "\"/again\"",
    ] {
        let page = answer("200 OK", "", &page_json(1, next));
        let server = Server::answering(&vec![page; 3]).await;
        let client = server.client();
        let calls: Vec<_> = client.calls().stream(&ListCalls::default()).collect().await;
        assert!(
            matches!(calls.last(), Some(Err(ReadError::Unreadable { .. }))),
            "{next}: {calls:?}"
        );
    }
}

#[tokio::test]
async fn hanging_up_tells_apart_what_became_of_the_call() {
    let over =
        r#"{"code":21220,"message":"Call is not in-progress. Cannot redirect.","status":400}"#;
    let server = Server::answering(&[
        answer("200 OK", "", &call_json(SID, "in-progress")),
        answer("400 Bad Request", "", over),
        answer(
            "404 Not Found",
            "",
            r#"{"code":20404,"message":"gone","status":404}"#,
        ),
        answer("404 Not Found", "", ""),
        answer("401 Unauthorized", "", ""),
    ])
    .await;
    let client = server.client();
    assert!(matches!(
        client.calls().hang_up(&sid()).await,
        Ok(HangUp::Accepted(_))
    ));
    assert_eq!(
        client.calls().hang_up(&sid()).await.unwrap(),
        HangUp::AlreadyOver
    );
    assert_eq!(
        client.calls().hang_up(&sid()).await.unwrap(),
        HangUp::NotFound
    );
    for what in ["a 404 that is not Twilio's own", "wrong credentials"] {
        let outcome = client.calls().hang_up(&sid()).await;
        assert!(matches!(outcome, Err(WriteError::Refused(_))), "{what}");
    }
    assert!(server.requests()[0].ends_with("\r\n\r\nStatus=completed"));
}

#[tokio::test]
async fn the_account_is_read_as_a_check_of_the_credentials() {
    let body =
        r#"{"sid":"AC0123456789abcdef0123456789abcdef","status":"suspended","auth_token":"x"}"#;
    let server = Server::answering(&[
        answer("200 OK", "", body),
        answer(
            "401 Unauthorized",
            "",
            r#"{"code":20003,"message":"Authenticate"}"#,
        ),
    ])
    .await;
    let client = server.client();
    assert_eq!(
        client.account().await.unwrap().status,
        Some(AccountStatus::Suspended)
    );
    assert!(matches!(client.account().await, Err(ReadError::Refused(_))));
}
