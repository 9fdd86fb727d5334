//! Recordings under way, lists of them and their end, over HTTP.

use atlas_twilio::rest::{
    CallRecording, DateFilter, Deletion, ListCallRecordings, ListRecordings, LiveRecording,
    MediaChannels, MediaFormat, MediaRequest, PauseBehavior, RecordingChannels, RecordingControl,
    RecordingTrack, WriteError,
};
use atlas_twilio::sid::RecordingSid;
use futures_util::TryStreamExt as _;
use time::macros::date;

use crate::rest_calls::sid as call_sid;
use crate::server::{Server, answer};

const SID: &str = "RE0123456789abcdef0123456789abcdef";
const ACCOUNT: &str = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef";

fn sid() -> RecordingSid {
    SID.parse().unwrap()
}

fn recording(status: &str) -> String {
    let body = format!(r#"{{"sid":"{SID}","status":"{status}","channels":2,"track":"both"}}"#);
    answer("201 Created", "", &body)
}

#[tokio::test]
async fn a_live_call_is_recorded() {
    let server = Server::answering(&[recording("in-progress")]).await;
    let options = CallRecording {
        channels: Some(RecordingChannels::Dual),
        track: Some(RecordingTrack::Inbound),
        status_callback: Some("https://example.com/recording".to_owned()),
        ..CallRecording::default()
    };
    let client = server.client();
    let started = client.recordings().start(&call_sid(), &options).await;
    assert_eq!(started.unwrap().track.as_deref(), Some("both"));
    let request = &server.requests()[0];
    let path = format!("POST {ACCOUNT}/Calls/{}/Recordings.json HTTP", call_sid());
    assert!(request.starts_with(&path), "{request}");
    let form = "RecordingChannels=dual&RecordingTrack=inbound\
                &RecordingStatusCallback=https%3A%2F%2Fexample.com%2Frecording";
    assert!(request.ends_with(form), "{request}");
}

#[tokio::test]
async fn what_only_a_new_call_takes_is_not_sent() {
    let server = Server::answering(&[]).await;
    let options = CallRecording {
        recording_configuration_id: Some("config".to_owned()),
        ..CallRecording::default()
    };
    let client = server.client();
    let started = client.recordings().start(&call_sid(), &options).await;
    assert!(matches!(started, Err(WriteError::Parameter(_))));
}

#[tokio::test]
async fn a_recording_is_paused_resumed_and_stopped() {
    let skip = RecordingControl::Pause(Some(PauseBehavior::Skip));
    let silence = RecordingControl::Pause(Some(PauseBehavior::Silence));
    for (which, control, segment, form) in [
        (
            LiveRecording::Current,
            skip,
            "Twilio.CURRENT",
            "Status=paused&PauseBehavior=skip",
        ),
        (
            LiveRecording::Sid(sid()),
            silence,
            SID,
            "Status=paused&PauseBehavior=silence",
        ),
        (
            LiveRecording::Current,
            RecordingControl::Pause(None),
            "Twilio.CURRENT",
            "Status=paused",
        ),
        (
            LiveRecording::Current,
            RecordingControl::Resume,
            "Twilio.CURRENT",
            "Status=in-progress",
        ),
        (
            LiveRecording::Sid(sid()),
            RecordingControl::Stop,
            SID,
            "Status=stopped",
        ),
    ] {
        let server = Server::answering(&[recording("paused")]).await;
        let client = server.client();
        let recordings = client.recordings();
        recordings
            .control(&call_sid(), &which, control)
            .await
            .unwrap();
        let request = &server.requests()[0];
        let path = format!("/Calls/{}/Recordings/{segment}.json HTTP", call_sid());
        assert!(request.contains(&path), "{request}");
        assert!(request.ends_with(&format!("\r\n\r\n{form}")), "{request}");
    }
}

#[tokio::test]
async fn lists_pass_their_filters_on() {
    let page = answer("200 OK", "", r#"{"recordings":[],"next_page_uri":null}"#);
    let server = Server::answering(&vec![page; 4]).await;
    let client = server.client();
    let filter = ListRecordings {
        date_created: Some(DateFilter::OnOrAfter(date!(2026 - 01 - 02))),
        call_sid: Some(call_sid()),
        conference_sid: Some("CF0123456789abcdef0123456789abcdef".parse().unwrap()),
        include_soft_deleted: Some(true),
        page_size: Some(7),
    };
    let of_call = ListCallRecordings {
        date_created: Some(DateFilter::Before(date!(2026 - 01 - 02))),
        page_size: Some(8),
    };
    let recordings = client.recordings();
    recordings.list(&filter).await.unwrap();
    let all: Vec<_> = recordings.stream(&filter).try_collect().await.unwrap();
    assert!(all.is_empty());
    let of_call_all = recordings.stream_for_call(&call_sid(), &of_call);
    assert!(
        of_call_all
            .try_collect::<Vec<_>>()
            .await
            .unwrap()
            .is_empty()
    );
    recordings.fetch_even_deleted(&sid()).await.unwrap_err();
    let requests = server.requests();
    let query = "DateCreated%3E=2026-01-02&CallSid=CA0123456789abcdef0123456789abcdef\
                 &ConferenceSid=CF0123456789abcdef0123456789abcdef&IncludeSoftDeleted=true&PageSize=7";
    for request in &requests[..2] {
        let start = format!("GET {ACCOUNT}/Recordings.json?{query} HTTP");
        assert!(request.starts_with(&start), "{request}");
    }
    let of_call = "/Recordings.json?DateCreated%3C=2026-01-02&PageSize=8 HTTP";
    assert!(requests[2].contains(of_call), "{}", requests[2]);
    let deleted = format!("/Recordings/{SID}.json?IncludeSoftDeleted=true HTTP");
    assert!(requests[3].contains(&deleted), "{}", requests[3]);
}

#[tokio::test]
async fn deleting_tells_what_was_there() {
    let gone = r#"{"code":20404,"message":"not found","status":404}"#;
    let server = Server::answering(&[
        answer("204 No Content", "", ""),
        answer("404 Not Found", "", gone),
        answer("404 Not Found", "", ""),
    ])
    .await;
    let client = server.client();
    let recordings = client.recordings();
    assert_eq!(recordings.delete(&sid()).await.unwrap(), Deletion::Deleted);
    assert_eq!(recordings.delete(&sid()).await.unwrap(), Deletion::NotFound);
    let bare = recordings.delete(&sid()).await;
    assert!(matches!(bare, Err(WriteError::Refused(_))), "{bare:?}");
    let start = format!("DELETE {ACCOUNT}/Recordings/{SID}.json HTTP");
    assert!(server.requests()[0].starts_with(&start));
}

#[tokio::test]
async fn channels_are_asked_for_in_the_query() {
    let server = Server::answering(&[answer("200 OK", "", "sound")]).await;
    let wanted = MediaRequest {
        channels: Some(MediaChannels::Two),
        ..MediaRequest::new(MediaFormat::Wav)
    };
    let client = server.client();
    client.recordings().media(&sid(), &wanted).await.unwrap();
    let path = format!("/Recordings/{SID}.wav?RequestedChannels=2 HTTP");
    assert!(server.requests()[0].contains(&path));
}
