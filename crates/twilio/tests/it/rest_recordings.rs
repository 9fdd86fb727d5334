//! Recordings and their audio over HTTP.

use atlas_twilio::rest::{
    ListCallRecordings, Media, MediaFormat, MediaRequest, MediaStatus, ReadError,
};
use atlas_twilio::sid::RecordingSid;
use futures_util::TryStreamExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::server::{Act, Server, answer, impatient_client};

const SID: &str = "RE0123456789abcdef0123456789abcdef";

fn sid() -> RecordingSid {
    SID.parse().unwrap()
}

fn ranged(format: MediaFormat, range: Option<&str>) -> MediaRequest<'_> {
    MediaRequest {
        range,
        ..MediaRequest::new(format)
    }
}

async fn bytes(media: Media) -> Vec<u8> {
    media.body.try_collect::<Vec<_>>().await.unwrap().concat()
}

#[tokio::test]
async fn a_recording_is_fetched_and_listed() {
    let recording = format!(r#"{{"sid":"{SID}","status":"completed","duration":"7"}}"#);
    let server = Server::answering(&[
        answer("200 OK", "", &recording),
        answer("404 Not Found", "", ""),
        answer(
            "200 OK",
            "",
            &format!(r#"{{"recordings":[{recording}],"next_page_uri":null}}"#),
        ),
    ])
    .await;
    let client = server.client();
    let fetched = client.recordings().fetch(&sid()).await.unwrap().unwrap();
    assert_eq!(fetched.duration_seconds, Some(7));
    assert!(client.recordings().fetch(&sid()).await.unwrap().is_none());
    let call_sid = "CA0123456789abcdef0123456789abcdef".parse().unwrap();
    let page = client
        .recordings()
        .list_for_call(&call_sid, &ListCallRecordings::default())
        .await
        .unwrap();
    assert_eq!(page.items, [fetched]);
    assert!(client.next_page(&page).await.unwrap().is_none());
}

#[tokio::test]
async fn audio_comes_with_its_headers() {
    let headers = "content-type: audio/mpeg\r\naccept-ranges: bytes\r\n";
    let server = Server::answering(&[answer("200 OK", headers, "sound")]).await;
    let media = server
        .client()
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Mp3))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(media.status, MediaStatus::Whole);
    assert_eq!(media.content_type.as_deref(), Some("audio/mpeg"));
    assert_eq!(media.content_length, Some(5));
    assert_eq!(media.accept_ranges.as_deref(), Some("bytes"));
    assert_eq!(bytes(media).await, b"sound");
    let request = &server.requests()[0];
    assert!(request.contains(&format!("/Recordings/{SID}.mp3 HTTP")));
    assert!(request.contains("authorization: Basic "));
    assert!(!request.contains("range:"));
}

#[tokio::test]
async fn a_range_is_passed_on() {
    let server = Server::answering(&[
        answer(
            "206 Partial Content",
            "content-range: bytes 1-2/5\r\n",
            "ou",
        ),
        answer(
            "416 Range Not Satisfiable",
            "content-range: bytes */5\r\n",
            "",
        ),
    ])
    .await;
    let client = server.client();
    let part = client
        .recordings()
        .media(&sid(), &ranged(MediaFormat::Wav, Some("bytes=1-2")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(part.status, MediaStatus::Partial);
    assert_eq!(part.content_range.as_deref(), Some("bytes 1-2/5"));
    assert_eq!(bytes(part).await, b"ou");
    let none = client
        .recordings()
        .media(&sid(), &ranged(MediaFormat::Wav, Some("bytes=9-")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(none.status, MediaStatus::RangeNotSatisfiable);
    assert_eq!(none.content_range.as_deref(), Some("bytes */5"));
    assert!(server.requests()[0].contains("range: bytes=1-2\r\n"));
}

#[tokio::test]
async fn a_range_that_no_header_can_hold_is_left_out() {
    let server = Server::answering(&[answer("200 OK", "", "sound")]).await;
    let range = Some("bytes=0-\r\nx-evil: 1");
    let media = server
        .client()
        .recordings()
        .media(&sid(), &ranged(MediaFormat::Wav, range))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bytes(media).await, b"sound");
    assert!(!server.requests()[0].contains("evil"));
}

#[tokio::test]
async fn audio_is_streamed_as_it_comes() {
    let (go_on, told) = oneshot::channel();
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfirst".to_owned();
    let server = Server::start(vec![Act::AnswerInTwo(head, told, "other".to_owned())]).await;
    let mut media = server
        .client()
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await
        .unwrap()
        .unwrap();
    // The server writes the rest only after this piece has been read.
    assert_eq!(media.body.try_next().await.unwrap().unwrap(), "first");
    go_on.send(()).unwrap();
    assert_eq!(media.body.try_next().await.unwrap().unwrap(), "other");
    assert!(media.body.try_next().await.unwrap().is_none());
}

#[tokio::test]
async fn audio_that_is_cut_off_ends_with_an_error() {
    let half = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfirst".to_owned();
    let server = Server::answering(&[half]).await;
    let media = server
        .client()
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await
        .unwrap()
        .unwrap();
    let outcome = media.body.try_collect::<Vec<_>>().await;
    assert!(
        matches!(outcome, Err(ReadError::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn audio_that_is_not_there_yet_is_none() {
    let server = Server::answering(&[
        answer("404 Not Found", "", r#"{"code":20404,"message":"x"}"#),
        answer(
            "401 Unauthorized",
            "",
            r#"{"code":20003,"message":"Authenticate"}"#,
        ),
        answer("204 No Content", "", ""),
    ])
    .await;
    let client = server.client();
    assert!(
        client
            .recordings()
            .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
            .await
            .unwrap()
            .is_none()
    );
    let refused = client
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    assert!(matches!(refused, Err(ReadError::Refused(_))));
    let odd = client
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    assert!(matches!(
        odd,
        Err(ReadError::Unavailable {
            http_status: 204,
            ..
        })
    ));
}

#[tokio::test]
async fn a_redirect_to_another_host_is_followed_without_credentials() {
    let storage = Server::answering(&[answer("206 Partial Content", "", "sound")]).await;
    let location = format!("location: http://{}/audio?token=1\r\n", storage.address);
    let server = Server::answering(&[answer("302 Found", &location, "")]).await;
    let range = Some("bytes=0-4");
    let media = server
        .client()
        .recordings()
        .media(&sid(), &ranged(MediaFormat::Wav, range))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bytes(media).await, b"sound");
    let request = &storage.requests()[0];
    assert!(request.starts_with("GET /audio?token=1 HTTP"));
    assert!(request.contains("range: bytes=0-4"));
    assert!(!request.to_ascii_lowercase().contains("authorization"));
}

#[tokio::test]
async fn a_redirect_on_the_same_host_keeps_the_credentials() {
    let server = Server::answering(&[
        answer("307 Temporary Redirect", "location: /elsewhere\r\n", ""),
        answer("200 OK", "", "sound"),
    ])
    .await;
    let media = server
        .client()
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(bytes(media).await, b"sound");
    assert!(server.requests()[1].contains("authorization: Basic "));
}

#[tokio::test]
async fn five_redirects_are_followed_and_not_one_more() {
    let again = answer("302 Found", "location: /again\r\n", "");
    for (redirects, is_found) in [(5, true), (6, false)] {
        let mut answers = vec![again.clone(); redirects];
        answers.push(answer("200 OK", "", "sound"));
        let server = Server::answering(&answers).await;
        let outcome = server
            .client()
            .recordings()
            .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
            .await;
        assert_eq!(outcome.is_ok(), is_found, "{outcome:?}");
        assert_eq!(server.requests().len(), 6);
    }
}

#[tokio::test]
async fn credentials_do_not_come_back_from_another_host() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let home = listener.local_addr().unwrap();
    let back = format!("location: http://{home}/home\r\n");
    let storage = Server::answering(&[answer("302 Found", &back, "")]).await;
    let there = format!("location: http://{}/audio\r\n", storage.address);
    let answers = [
        answer("302 Found", &there, ""),
        answer("200 OK", "", "sound"),
    ];
    let server = Server::on(listener, answers.map(Act::Answer).into());
    let media = server
        .client()
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    assert!(media.unwrap().is_some());
    let requests = server.requests();
    assert!(requests[0].contains("authorization: Basic "));
    assert!(requests[1].starts_with("GET /home HTTP"));
    assert!(!requests[1].contains("authorization"));
}

#[tokio::test]
async fn no_redirect_to_an_odd_place_is_followed() {
    for location in [
        "location: file:///etc/passwd\r\n",
        "location: http://\r\n",
        "",
    ] {
        let server = Server::answering(&vec![answer("302 Found", location, ""); 3]).await;
        let outcome = server
            .client()
            .recordings()
            .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
            .await;
        assert!(outcome.is_err(), "{location}");
        assert_eq!(server.requests().len(), 1, "{location}");
    }
}

#[tokio::test]
async fn audio_that_never_comes_is_given_up() {
    let server = Server::start(vec![Act::Hang]).await;
    let client = impatient_client(&server.base_url());
    let outcome = client
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    assert!(
        matches!(outcome, Err(ReadError::NoAnswer { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn audio_that_stops_coming_is_given_up() {
    let (_never, told) = oneshot::channel();
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nfirst".to_owned();
    let server = Server::start(vec![Act::AnswerInTwo(head, told, String::new())]).await;
    let client = impatient_client(&server.base_url());
    let media = client
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    let outcome = media.unwrap().unwrap().body.try_collect::<Vec<_>>().await;
    assert!(
        matches!(outcome, Err(ReadError::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_error_instead_of_audio_that_comes_drop_by_drop_is_given_up() {
    let head = "HTTP/1.1 503 Unavailable\r\ncontent-length: 1000000\r\n\r\n".to_owned();
    let server = Server::start(vec![Act::Drip(head)]).await;
    let client = impatient_client(&server.base_url());
    let media = client
        .recordings()
        .media(&sid(), &MediaRequest::new(MediaFormat::Wav))
        .await;
    assert!(
        matches!(media, Err(ReadError::NoAnswer { .. })),
        "{media:?}"
    );
}
