//! Answers of a service that misbehaves, moves or asks who is there.

use twilio_sim::HeardKind;

use crate::app::{Bench, Canned};
use crate::webhooks::is_signed;

/// The size of a document that Twilio still reads.
const DOCUMENT_BYTES: usize = 64 * 1024;

fn unauthorised(challenge: &str) -> Canned {
    Canned {
        status: 401,
        headers: vec![("www-authenticate", challenge.to_owned())],
        ..Canned::default()
    }
}

fn document_of(bytes: usize) -> String {
    let frame = "<Response><Say>Long</Say><!----></Response>";
    frame.replace(
        "<!---->",
        &format!("<!--{}-->", "x".repeat(bytes - frame.len())),
    )
}

#[tokio::test]
async fn an_empty_body_is_told_apart_by_how_it_came() {
    for (chunked, body, code) in [
        (false, "", Some(12100)),
        (true, "", Some(11770)),
        (true, "<Response/>", None),
    ] {
        let bench = Bench::fast().await;
        let canned = Canned {
            status: 200,
            content_type: "text/xml",
            body: body.to_owned(),
            chunked,
            ..Canned::default()
        };
        bench.app.answer_with("/voice", canned);
        bench.whole_call("+15550100042").await;
        assert_eq!(
            bench.alert_codes(),
            Vec::from_iter(code),
            "{chunked} {body:?}"
        );
    }
}

#[tokio::test]
async fn a_document_is_read_up_to_64_kb_and_sound_to_its_end() {
    for (content_type, bytes, codes) in [
        ("text/xml", DOCUMENT_BYTES, vec![]),
        ("text/xml", DOCUMENT_BYTES + 1, vec![11750]),
        ("text/plain", 50 * DOCUMENT_BYTES, vec![11750]),
        ("audio/mpeg", 50 * DOCUMENT_BYTES, vec![]),
    ] {
        for chunked in [false, true] {
            let bench = Bench::fast().await;
            let canned = Canned {
                status: 200,
                content_type,
                body: document_of(bytes),
                chunked,
                ..Canned::default()
            };
            bench.app.answer_with("/voice", canned);
            let call = bench.whole_call("+15550100042").await;
            assert_eq!(bench.alert_codes(), codes, "{content_type} {bytes}");
            let expected = match (content_type, codes.is_empty()) {
                (_, false) => HeardKind::ApplicationError,
                ("audio/mpeg", true) => HeardKind::Played {
                    url: bench.app.at("/voice?call=7"),
                },
                (_, true) => HeardKind::Said {
                    text: "Long".to_owned(),
                    voice: None,
                    language: None,
                },
            };
            assert_eq!(call.heard[0].kind, expected, "{content_type} {bytes}");
        }
    }
}

#[tokio::test]
async fn an_endless_document_is_cut_off() {
    use std::io::{Read as _, Write as _};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/voice", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        let _read = connection.read(&mut [0; 8192]).unwrap();
        connection
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<Response>")
            .unwrap();
        // Until the other side has had enough.
        while connection.write_all(&[b' '; 4096]).is_ok() {}
    });
    let bench = Bench::fast().await;
    bench
        .call_with("+15550100042", &[("Url", &url), ("StatusCallback", "")])
        .await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.alert_codes(), [11750]);
    server.join().unwrap();
}

#[tokio::test]
async fn a_redirect_keeps_the_method_or_makes_it_get_by_its_status_and_is_signed_anew() {
    for (status, method) in [
        (301, "GET"),
        (302, "GET"),
        (303, "GET"),
        (307, "POST"),
        (308, "POST"),
    ] {
        let bench = Bench::fast().await;
        bench.app.redirect("/voice", status, "/moved?to=here");
        bench.app.twiml("/moved", "<Redirect>next</Redirect>");
        bench.app.twiml("/next", "<Say>Here</Say>");
        let call = bench.whole_call("+15550100042").await;
        assert_eq!(call.said(), ["Here"], "{status}");
        let moved = &bench.app.received("/moved")[0];
        assert_eq!(moved.method, method, "{status}");
        assert!(moved.query.starts_with("to=here"), "{status}");
        assert_eq!(moved.param("CallSid"), call.sid, "{status}");
        for path in ["/voice", "/moved"] {
            assert!(is_signed(&bench, &bench.app.received(path)[0]), "{status}");
        }
    }
}

#[tokio::test]
async fn redirects_lead_to_http_only() {
    for location in ["file:///etc/hostname", "ftp://127.0.0.1/voice", "http://"] {
        let bench = Bench::fast().await;
        bench.app.redirect("/voice", 302, location);
        let call = bench.whole_call("+15550100042").await;
        assert_eq!(call.heard[0].kind, HeardKind::ApplicationError);
        assert_eq!(bench.alert_codes(), [11100], "{location}");
    }
}

#[tokio::test]
async fn credentials_in_a_url_are_sent_only_when_asked_for() {
    let bench = Bench::fast().await;
    bench
        .app
        .answer_with("/status", unauthorised("Basic realm=\"calls\""));
    bench.app.answer("/status", 200, "text/plain", "");
    let status = bench
        .app
        .at("/status")
        .replace("http://", "http://us%65r:secret@");
    let more = [
        ("StatusCallback", status.as_str()),
        ("StatusCallbackEvent", "completed"),
    ];
    bench.call_with("+15550100004", &more).await;
    bench.sim.run_until_idle().await;
    let received = bench.app.received("/status");
    assert_eq!(received.len(), 2);
    assert!(!received[0].headers.contains_key("authorization"));
    assert_eq!(
        received[1].headers["authorization"],
        "Basic dXNlcjpzZWNyZXQ="
    );
    assert!(is_signed(&bench, &received[1]));
    assert!(
        bench
            .sim
            .deliveries()
            .iter()
            .all(|delivery| !delivery.url.contains("secret"))
    );
}

#[tokio::test]
async fn credentials_are_kept_from_whoever_does_not_ask_for_them() {
    for (answer, with_credentials) in [
        (unauthorised("Bearer realm=\"calls\""), true),
        (
            Canned {
                status: 401,
                ..Canned::default()
            },
            true,
        ),
        (unauthorised("Basic realm=\"calls\""), false),
    ] {
        let bench = Bench::fast().await;
        bench.app.answer_with("/voice", answer);
        let mut voice = bench.app.at("/voice");
        if with_credentials {
            voice = voice.replace("http://", "http://user:secret@");
        }
        bench.call_with("+15550100042", &[("Url", &voice)]).await;
        bench.sim.run_until_idle().await;
        let received = bench.app.received("/voice");
        assert_eq!(received.len(), 1);
        assert!(!received[0].headers.contains_key("authorization"));
        assert_eq!(bench.alert_codes(), [11200]);
    }
}

#[tokio::test]
async fn a_redirect_to_another_host_takes_no_credentials_along() {
    let bench = Bench::fast().await;
    let elsewhere = crate::app::TestApp::start().await;
    let voice = bench
        .app
        .at("/voice")
        .replace("http://", "http://user:secret@");
    bench.app.redirect("/voice", 307, &elsewhere.at("/voice"));
    elsewhere.answer_with("/voice", unauthorised("Basic realm=\"others\""));
    bench.call_with("+15550100042", &[("Url", &voice)]).await;
    bench.sim.run_until_idle().await;
    let received = elsewhere.received("/voice");
    assert_eq!(received.len(), 1);
    assert!(!received[0].headers.contains_key("authorization"));
}

fn setting(cookies: &[&str]) -> Canned {
    Canned {
        status: 200,
        content_type: "text/xml",
        body: "<Response><Pause length=\"60\"/><Redirect>/next</Redirect></Response>".to_owned(),
        headers: cookies
            .iter()
            .map(|cookie| ("set-cookie", (*cookie).to_owned()))
            .collect(),
        ..Canned::default()
    }
}

fn cookies(request: &crate::app::Received) -> Option<&str> {
    request.headers.get("cookie").map(String::as_str)
}

#[tokio::test]
async fn cookies_come_back_in_the_same_call_and_in_no_other() {
    let bench = Bench::fast().await;
    let canned = setting(&["call=first; Path=/", "short=1; Path=/; Max-Age=30"]);
    bench.app.answer_with("/voice", canned);
    bench
        .app
        .answer_with("/voice", setting(&["call=second; Path=/"]));
    bench.app.twiml("/next", "<Hangup/>");
    bench.whole_call("+15550100042").await;
    bench.whole_call("+15550100042").await;
    let asked = bench.app.received("/voice");
    assert_eq!((cookies(&asked[0]), cookies(&asked[1])), (None, None));
    let next = bench.app.received("/next");
    assert_eq!(cookies(&next[0]), Some("call=first"));
    assert_eq!(cookies(&next[1]), Some("call=second"));
    let status = bench.app.received("/status");
    assert_eq!(cookies(&status[0]), None);
    assert_eq!(cookies(&status[3]), Some("call=first"));
    assert_eq!(cookies(&status[4]), None);
    assert!(is_signed(&bench, &next[0]));
}

#[tokio::test]
async fn cookies_of_a_redirect_are_kept_and_go_to_no_other_host() {
    let bench = Bench::fast().await;
    let elsewhere = crate::app::TestApp::start().await;
    let other_host = elsewhere.at("/next").replace("127.0.0.1", "localhost");
    let canned = Canned {
        status: 307,
        headers: vec![
            ("location", "/moved".to_owned()),
            ("set-cookie", "a=1; Path=/".to_owned()),
        ],
        ..Canned::default()
    };
    bench.app.answer_with("/voice", canned);
    bench
        .app
        .twiml("/moved", &format!("<Redirect>{other_host}</Redirect>"));
    elsewhere.twiml("/next", "<Say>Here</Say>");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.said(), ["Here"]);
    assert_eq!(cookies(&bench.app.received("/moved")[0]), Some("a=1"));
    assert_eq!(cookies(&elsewhere.received("/next")[0]), None);
}

#[tokio::test]
async fn the_messages_between_two_numbers_share_their_cookies() {
    let bench = Bench::fast().await;
    bench
        .sim
        .set_message_webhook(&bench.app.at("/message"))
        .unwrap();
    let canned = Canned {
        status: 200,
        content_type: "text/xml",
        body: "<Response/>".to_owned(),
        headers: vec![("set-cookie", "thread=1".to_owned())],
        ..Canned::default()
    };
    bench.app.answer_with("/message", canned);
    for from in ["+15550100042", "+15550100043", "+15550100042"] {
        bench
            .sim
            .send_message(from, crate::app::FROM, "Hello", &[])
            .unwrap();
        bench.sim.run_until_idle().await;
    }
    let asked = bench.app.received("/message");
    let came: Vec<Option<&str>> = asked.iter().map(cookies).collect();
    assert_eq!(came, [None, None, Some("thread=1")]);
}
