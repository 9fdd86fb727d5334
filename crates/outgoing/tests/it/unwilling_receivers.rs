//! Receivers that do not take what they are sent, or not in time.

use std::time::Duration;

use atlas_domain::notification::DeliveryOutcome;
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::support::{Behaviour, Receiver, answers, deliver_to, failed};

#[tokio::test]
async fn only_2xx_is_a_success_and_retry_after_is_taken_over() {
    for status in ["200 OK", "202 Accepted", "204 No Content", "299 Fine"] {
        let receiver = Receiver::start(answers(status, "")).await;
        let outcome = deliver_to(&receiver.url()).await;
        assert_eq!(outcome, DeliveryOutcome::Delivered, "{status}");
    }
    let (none, seconds) = (None, |seconds| Some(Duration::from_secs(seconds)));
    for (status, headers, reason, retry_after) in [
        ("400 hunter2", "", "400 Bad Request", none),
        ("404 Not Found", "", "404 Not Found", none),
        ("410 Gone", "", "410 Gone", none),
        (
            "429 Too Many Requests",
            "retry-after: 120\r\n",
            "429 Too Many Requests",
            seconds(120),
        ),
        ("500 Oops", "", "500 Internal Server Error", none),
        (
            "503 Service Unavailable",
            "retry-after: Fri, 02 Jan 2026 03:05:05 GMT\r\n",
            "503 Service Unavailable",
            // The date has no fraction of a second, the clock has.
            Some(Duration::from_millis(59_322)),
        ),
        (
            "503 Service Unavailable",
            "retry-after: later\r\n",
            "503 Service Unavailable",
            none,
        ),
        ("799 hunter2", "", "799", none),
    ] {
        let receiver = Receiver::start(answers(status, headers)).await;
        let told = failed(deliver_to(&receiver.url()).await);
        let expected = format!("the receiver answered {reason}");
        assert_eq!(told, (expected, retry_after), "{status}");
        assert_eq!(receiver.received().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Receiver::start(answers("200 OK", "")).await;
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 To",
        "308 To",
    ] {
        let location = format!("location: {}\r\n", elsewhere.url());
        let receiver = Receiver::start(answers(status, &location)).await;
        let (reason, _) = failed(deliver_to(&receiver.url()).await);
        assert!(reason.ends_with("redirects are not followed"), "{reason}");
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_does_not_answer_is_left_after_ten_seconds() {
    let silent = Behaviour::WritesAndStays(String::new());
    let half_a_head = Behaviour::WritesAndStays("HTTP/1.1 200 OK\r\ncontent-le".to_owned());
    for behaviour in [silent, half_a_head] {
        let receiver = Receiver::start(behaviour).await;
        let started = Instant::now();
        let (reason, _) = failed(deliver_to(&receiver.url()).await);
        assert_eq!(reason, "no answer within 10 s");
        let waited = started.elapsed();
        assert!(waited >= Duration::from_secs(10), "{waited:?}");
        assert!(waited < Duration::from_secs(11), "{waited:?}");
        assert_eq!(receiver.received().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_behind_the_head_is_not_waited_for() {
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nthe-body-text";
    let receiver = Receiver::start(Behaviour::WritesAndStays(head.to_owned())).await;
    let started = Instant::now();
    let outcome = deliver_to(&receiver.url()).await;
    assert_eq!(outcome, DeliveryOutcome::Delivered);
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn an_answer_without_end_is_cut_off() {
    let receiver = Receiver::start(Behaviour::WritesWithoutEnd).await;
    assert_eq!(
        deliver_to(&receiver.url()).await,
        DeliveryOutcome::Delivered
    );
    // Most of it waits in the buffers of the system.
    let written = receiver.written();
    assert!(written < 16 * 1024 * 1024, "{written}");
}

#[tokio::test]
async fn what_is_no_http_is_no_answer() {
    for text in ["", "hunter2\r\n\r\n", "HTTP/1.1 abc hunter2\r\n\r\n"] {
        let receiver = Receiver::start(Behaviour::Writes(text.to_owned())).await;
        let (reason, _) = failed(deliver_to(&receiver.url()).await);
        assert!(reason.starts_with("no answer: "), "{text:?}: {reason}");
        assert_eq!(receiver.received().len(), 1, "sent once: {text:?}");
    }
}

#[tokio::test]
async fn where_nobody_listens_there_is_no_connection() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", free.local_addr().unwrap().port());
    drop(free);
    let (reason, _) = failed(deliver_to(&url).await);
    assert!(reason.starts_with("no connection: "), "{reason}");
    let (reason, _) = failed(deliver_to("http://nobody.example/").await);
    assert_eq!(reason, "the receiver's name does not resolve");
}
