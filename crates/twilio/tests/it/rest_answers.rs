//! What the head of an answer tells, and the bound of concurrent requests.

use std::num::NonZeroUsize;

use atlas_twilio::rest::{Client, ClientConfig, Credentials, ListCalls, RetryPolicy};
use futures_util::{FutureExt as _, TryStreamExt as _};
use tokio::sync::oneshot;

use crate::rest_calls::{SID, call_json, sid};
use crate::server::{Act, Server, answer};

const HEAD: &str = "twilio-request-id: RQ0123456789abcdef0123456789abcdef\r\n\
                    twilio-concurrent-requests: 3\r\n";

fn config(server: &Server) -> ClientConfig {
    ClientConfig {
        base_url: Some(server.base_url()),
        retry: RetryPolicy::never(),
        ..ClientConfig::new(
            "AC0123456789abcdef0123456789abcdef".parse().unwrap(),
            Credentials::ApiKey {
                sid: "SK0123456789abcdef0123456789abcdef".parse().unwrap(),
                secret: "secret".into(),
            },
        )
    }
}

#[tokio::test]
async fn answers_and_errors_name_their_request() {
    let list = format!(
        r#"{{"calls":[{}],"next_page_uri":null}}"#,
        call_json(SID, "busy")
    );
    let server = Server::answering(&[
        answer("200 OK", HEAD, &call_json(SID, "busy")),
        answer("200 OK", HEAD, &list),
        answer("503 Service Unavailable", HEAD, ""),
        answer(
            "401 Unauthorized",
            HEAD,
            r#"{"code":20003,"message":"Authenticate"}"#,
        ),
        answer("200 OK", HEAD, "<html>"),
    ])
    .await;
    let client = server.client();
    let call = client.calls().fetch(&sid()).await.unwrap().unwrap();
    let page = client.calls().list(&ListCalls::default()).await.unwrap();
    let mut infos = vec![call.received.answer().clone(), page.answer.clone()];
    for _ in 0..3 {
        let error = client.calls().fetch(&sid()).await.unwrap_err();
        infos.push(error.answer().unwrap().clone());
    }
    for info in infos {
        let id = info.request_id.as_deref();
        assert_eq!(id, Some("RQ0123456789abcdef0123456789abcdef"));
        assert_eq!(info.concurrent_requests, Some(3));
    }
    assert_eq!(page.items[0].received, call.received);
}

#[tokio::test]
async fn an_api_key_signs_in_while_the_path_names_the_account() {
    let server = Server::answering(&[answer("200 OK", "", &call_json(SID, "busy"))]).await;
    let client = Client::new(config(&server)).unwrap();
    client.calls().fetch(&sid()).await.unwrap();
    let request = &server.requests()[0];
    assert!(request.contains("/Accounts/AC0123456789abcdef0123456789abcdef/Calls/"));
    // SK0123456789abcdef0123456789abcdef:secret
    let expected = "authorization: Basic U0swMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWFiY2RlZjpzZWNyZXQ=";
    assert!(request.contains(expected), "{request}");
}

#[tokio::test]
async fn no_more_requests_than_allowed_are_under_way() {
    let (go_on, told) = oneshot::channel();
    let body = call_json(SID, "busy");
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
    let server = Server::start(vec![
        Act::AnswerInTwo(head, told, body.clone()),
        Act::Answer(answer("200 OK", "", &body)),
    ])
    .await;
    let client = Client::new(ClientConfig {
        max_concurrent_requests: NonZeroUsize::new(1),
        ..config(&server)
    })
    .unwrap();
    let first = tokio::spawn({
        let client = client.clone();
        async move { client.calls().fetch(&sid()).await }
    });
    while server.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let sid = sid();
    let calls = client.calls();
    let mut second = std::pin::pin!(calls.fetch(&sid));
    assert!(second.as_mut().now_or_never().is_none());
    assert_eq!(server.requests().len(), 1);
    go_on.send(()).unwrap();
    assert!(first.await.unwrap().unwrap().is_some());
    assert!(second.await.unwrap().is_some());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_list_that_grows_without_end_ends_with_an_error() {
    let pages: Vec<_> = (0..5)
        .map(|page| {
            let body = format!(r#"{{"calls":[],"next_page_uri":"/2010-04-01/x?Page={page}"}}"#);
            answer("200 OK", "", &body)
        })
        .collect();
    let server = Server::answering(&pages).await;
    let client = Client::new(ClientConfig {
        max_list_pages: 3,
        ..config(&server)
    })
    .unwrap();
    let all = client.calls().stream(&ListCalls::default());
    assert!(all.try_collect::<Vec<_>>().await.is_err());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn a_list_that_leads_back_in_a_circle_ends_with_an_error() {
    let page = |next: u32| {
        let body = format!(r#"{{"calls":[],"next_page_uri":"/2010-04-01/x?Page={next}"}}"#);
        answer("200 OK", "", &body)
    };
    let server = Server::answering(&[page(1), page(2), page(1), page(2)]).await;
    let client = server.client();
    let all = client.calls().stream(&ListCalls::default());
    assert!(all.try_collect::<Vec<_>>().await.is_err());
    assert_eq!(server.requests().len(), 3);
}
