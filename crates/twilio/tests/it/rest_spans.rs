//! What a log shows of requests, and what it must not.

use std::io;
use std::sync::{Arc, Mutex};

use atlas_twilio::rest::{CallInstructions, CreateCall, ListCalls, LookupNumber};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use crate::rest_calls::{SID, call_json, sid};
use crate::server::{Server, answer};

/// Keeps all that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'log> MakeWriter<'log> for Log {
    type Writer = Self;

    fn make_writer(&'log self) -> Self {
        self.clone()
    }
}

/// Takes everything, spans with all of their fields when they close.
fn subscriber(log: &Log) -> tracing::Dispatch {
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(log.clone())
        .finish();
    tracing::Dispatch::new(subscriber)
}

#[tokio::test]
async fn every_request_is_a_span_without_numbers_tokens_and_texts() {
    let log = Log::default();
    // While there is only one subscriber, a thread without one that makes a span first, as other tests do,
    // settles for all threads that nobody listens to it.
    let _second = subscriber(&Log::default());
    let guard = tracing::dispatcher::set_default(&subscriber(&log));
    let id = "twilio-request-id: RQ0123456789abcdef0123456789abcdef\r\n";
    let refused = r#"{"code":21211,"message":"The 'To' number +14155550123 is not valid"}"#;
    let with_texts =
        format!(r#"{{"sid":"{SID}","status":"queued","to":"+14155550123","caller_name":"Anna"}}"#);
    let server = Server::answering(&[
        answer("400 Bad Request", id, refused),
        answer("201 Created", id, &with_texts),
        answer("200 OK", id, r#"{"calls":[],"next_page_uri":null}"#),
        answer(
            "200 OK",
            id,
            r#"{"valid":true,"phone_number":"+14155550123"}"#,
        ),
        answer("200 OK", id, &call_json(SID, "busy")),
        answer("404 Not Found", "", ""),
    ])
    .await;
    let client = server.client();
    let document = "<Response><Say>Hello Anna</Say></Response>";
    let instructions = CallInstructions::Twiml(document.into());
    let order = CreateCall::builder("+14155550123", "+14155550100", instructions)
        .build()
        .unwrap();
    client.calls().create(&order).await.unwrap_err();
    client.calls().create(&order).await.unwrap();
    let filter = ListCalls {
        to: Some("+14155550123".into()),
        ..ListCalls::default()
    };
    client.calls().list(&filter).await.unwrap();
    let number = LookupNumber::new("+14155550123");
    client.lookups().phone_number(&number).await.unwrap();
    client.calls().fetch(&sid()).await.unwrap();
    drop(guard);

    let text = log.text();
    for secret in ["4155550123", "4155550100", "Anna", "token", "QUMwMTIz"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    let account = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef";
    let spans: Vec<_> = text
        .lines()
        .filter(|line| line.contains("twilio.request{") && line.contains(": close "))
        .collect();
    assert_eq!(spans.len(), 5, "{text}");
    for (span, parts) in spans.iter().zip([
        vec![
            "http.request.method=\"POST\"",
            &format!("url.path=\"{account}/Calls.json\""),
            "http.response.status_code=400",
            "twilio.error_code=21211",
            "twilio.request_id=\"RQ0123456789abcdef0123456789abcdef\"",
            "duration_ms=",
        ],
        vec!["http.response.status_code=201"],
        vec![
            "http.request.method=\"GET\"",
            "http.response.status_code=200",
        ],
        vec!["url.path=\"/v2/PhoneNumbers/[private]\""],
        vec![&*format!("url.path=\"{account}/Calls/{SID}.json\"")],
    ]) {
        for part in parts {
            assert!(span.contains(part), "{part}: {span}");
        }
    }
}
