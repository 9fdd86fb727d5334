//! The domain's carrier over HTTP.

use std::sync::Arc;

use atlas_domain::call::CallStatus;
use atlas_domain::carrier::{
    CarrierCallQuery, CarrierError, DialContent, DialOrder, MachineDetection, MediaExtent,
    MediaFormat, MediaRequest, PlaceOutcome, RefusalKind,
};
use atlas_domain::{Carrier as _, DialNo, DialReference, Timestamp, TwimlUrl};
use atlas_twilio::adapter::{CallbackUrls, TwilioCarrier};
use futures_util::TryStreamExt as _;

use crate::server::{Act, Server, answer};

const CALL_ID: &str = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
const SID: &str = "CA0123456789abcdef0123456789abcdef";

struct Urls;

impl CallbackUrls for Urls {
    fn voice(&self, dial: &DialReference, recording_enabled: bool) -> String {
        format!(
            "https://atlas.example/twilio/voice?call_id={}&dial={}&recording={recording_enabled}#rc=2",
            dial.call_id, dial.dial_no
        )
    }

    fn status(&self, dial: &DialReference) -> String {
        format!(
            "https://atlas.example/twilio/status?call_id={}&dial={}",
            dial.call_id, dial.dial_no
        )
    }

    fn notification(&self, dial: &DialReference) -> String {
        format!("https://atlas.example/n/twiml?dial={}#rc=2", dial.dial_no)
    }

    fn machine_verdict(&self, dial: &DialReference) -> String {
        format!("https://atlas.example/n/amd?dial={}", dial.dial_no)
    }

    fn machine_message(&self, dial: &DialReference) -> String {
        format!("https://atlas.example/n/machine?dial={}", dial.dial_no)
    }

    fn notification_status(&self, dial: &DialReference) -> String {
        format!("https://atlas.example/n/status?dial={}", dial.dial_no)
    }
}

fn carrier(server: &Server) -> TwilioCarrier {
    TwilioCarrier::new(server.client(), Arc::new(Urls))
}

fn order() -> DialOrder {
    DialOrder {
        dial: DialReference {
            call_id: CALL_ID.parse().unwrap(),
            dial_no: DialNo::FIRST,
        },
        to_number: "+14155550123".parse().unwrap(),
        from_number: "+14155550100".parse().unwrap(),
        content: DialContent::Script {
            recording_enabled: true,
        },
    }
}

fn query(created_after: &str) -> CarrierCallQuery {
    CarrierCallQuery {
        to_number: "+14155550123".parse().unwrap(),
        from_number: "+14155550100".parse().unwrap(),
        created_after: Timestamp::parse_rfc3339(created_after).unwrap(),
    }
}

#[tokio::test]
async fn a_dial_is_placed_with_its_callback_urls() {
    let body = format!(r#"{{"sid":"{SID}","status":"queued"}}"#);
    let server = Server::answering(&[answer("201 Created", "", &body)]).await;
    let outcome = carrier(&server).place(&order()).await;
    assert_eq!(
        outcome,
        PlaceOutcome::Accepted {
            sid: SID.parse().unwrap()
        }
    );
    let request = &server.requests()[0];
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        body,
        format!(
            "To=%2B14155550123&From=%2B14155550100\
             &Url=https%3A%2F%2Fatlas.example%2Ftwilio%2Fvoice%3Fcall_id%3D{CALL_ID}%26dial%3D1\
             %26recording%3Dtrue%23rc%3D2\
             &StatusCallback=https%3A%2F%2Fatlas.example%2Ftwilio%2Fstatus%3Fcall_id%3D{CALL_ID}%26dial%3D1\
             &StatusCallbackEvent=initiated&StatusCallbackEvent=ringing\
             &StatusCallbackEvent=answered&StatusCallbackEvent=completed"
        )
    );
}

/// What is sent for a dial with this content, without the numbers and the events.
async fn placed(content: DialContent) -> String {
    let body = format!(r#"{{"sid":"{SID}","status":"queued"}}"#);
    let server = Server::answering(&[answer("201 Created", "", &body)]).await;
    let order = DialOrder { content, ..order() };
    carrier(&server).place(&order).await;
    let request = &server.requests()[0];
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    body.split('&')
        .filter(|pair| {
            !["To=", "From=", "StatusCallbackEvent="]
                .iter()
                .any(|name| pair.starts_with(name))
        })
        .collect::<Vec<_>>()
        .join("&")
        .replace("https%3A%2F%2Fatlas.example%2Fn%2F", "")
}

#[tokio::test]
async fn a_notification_asks_for_machine_detection_and_has_urls_of_its_own() {
    let urls = "Url=twiml%3Fdial%3D1%23rc%3D2&StatusCallback=status%3Fdial%3D1";
    for (machine_detection, more) in [
        (MachineDetection::Off, ""),
        (
            MachineDetection::Synchronous,
            "&MachineDetection=DetectMessageEnd",
        ),
        (
            MachineDetection::Asynchronous,
            "&MachineDetection=DetectMessageEnd&AsyncAmd=true\
             &AsyncAmdStatusCallback=amd%3Fdial%3D1",
        ),
    ] {
        let sent = placed(DialContent::Notification { machine_detection }).await;
        assert_eq!(sent, format!("{urls}{more}"), "{machine_detection:?}");
    }
}

#[tokio::test]
async fn a_document_of_another_server_is_named_as_it_is() {
    let url = TwimlUrl::from_stored("http://demo.example/voice.xml?a=1&b=2").unwrap();
    assert_eq!(
        placed(DialContent::Document(url)).await,
        format!(
            "Url=http%3A%2F%2Fdemo.example%2Fvoice.xml%3Fa%3D1%26b%3D2\
             &StatusCallback=https%3A%2F%2Fatlas.example%2Ftwilio%2Fstatus\
             %3Fcall_id%3D{CALL_ID}%26dial%3D1"
        )
    );
}

#[tokio::test]
async fn a_live_call_is_moved_to_the_machine_message_and_one_that_is_over_is_left_alone() {
    let moved = answer(
        "200 OK",
        "",
        &format!(r#"{{"sid":"{SID}","status":"in-progress"}}"#),
    );
    let over = answer(
        "400 Bad Request",
        "",
        r#"{"code":21220,"message":"Call is not in-progress. Cannot redirect."}"#,
    );
    let unknown = answer(
        "404 Not Found",
        "",
        r#"{"code":20404,"message":"not found"}"#,
    );
    let server = Server::answering(&[moved, over, unknown]).await;
    let carrier = carrier(&server);
    let sid = SID.parse().unwrap();
    let dial = order().dial;
    assert_eq!(carrier.play_machine_message(&sid, &dial).await, Ok(()));
    assert_eq!(carrier.play_machine_message(&sid, &dial).await, Ok(()));
    let refused = carrier.play_machine_message(&sid, &dial).await;
    assert!(
        matches!(refused, Err(CarrierError::Refused(_))),
        "{refused:?}"
    );
    let request = &server.requests()[0];
    assert!(
        request.contains(&format!("/Calls/{SID}.json ")),
        "{request}"
    );
    assert!(
        request.ends_with("\r\n\r\nUrl=https%3A%2F%2Fatlas.example%2Fn%2Fmachine%3Fdial%3D1"),
        "{request}"
    );
}

#[tokio::test]
async fn the_newest_calls_are_listed_with_their_numbers_and_words() {
    let page = format!(
        r#"{{"calls":[{{"sid":"{SID}","status":"queued","to":"+14155550123","from":"+14155550100"}},
            {{"sid":"{SID}","status":"busy"}}]}}"#
    );
    let server = Server::answering(&[answer("200 OK", "", &page)]).await;
    let calls = carrier(&server).recent(1).await.unwrap();
    assert_eq!(calls.len(), 1, "no more than was asked for");
    assert_eq!(calls[0].status_word, "queued");
    assert_eq!(calls[0].to.as_deref(), Some("+14155550123"));
    assert_eq!(calls[0].from.as_deref(), Some("+14155550100"));
    assert!(
        server.requests()[0].contains("PageSize=1 "),
        "{:?}",
        server.requests()
    );
}

#[tokio::test]
async fn a_dial_that_is_refused_or_unsure_says_so() {
    let refused = answer(
        "400 Bad Request",
        "",
        r#"{"code":21211,"message":"not valid"}"#,
    );
    let server = Server::start(vec![Act::Answer(refused), Act::Reset]).await;
    let carrier = carrier(&server);
    let PlaceOutcome::Refused(refusal) = carrier.place(&order()).await else {
        panic!("not refused")
    };
    assert_eq!(
        (refusal.kind, refusal.code),
        (RefusalKind::Number, Some(21211))
    );
    assert_eq!(refusal.message, "not valid");
    let outcome = carrier.place(&order()).await;
    assert!(
        matches!(outcome, PlaceOutcome::Unknown { .. }),
        "{outcome:?}"
    );
    let outcome = carrier.place(&order()).await;
    assert!(
        matches!(outcome, PlaceOutcome::NotSent { .. }),
        "{outcome:?}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_dial_is_read_in_the_words_of_the_domain() {
    let body = format!(
        r#"{{"sid":"{SID}","status":"completed","direction":"outbound-api","duration":"7",
            "date_created":"Tue, 31 Aug 2010 20:36:28 +0000","answered_by":"human"}}"#
    );
    let server =
        Server::answering(&[answer("200 OK", "", &body), answer("404 Not Found", "", "")]).await;
    let carrier = carrier(&server);
    let sid = SID.parse().unwrap();
    let call = carrier.fetch(&sid).await.unwrap().unwrap();
    assert_eq!(call.sid, sid);
    assert_eq!(call.status, Some(CallStatus::Completed));
    assert!(call.outbound_api);
    assert_eq!(
        call.created_at.unwrap().to_string(),
        "2010-08-31T20:36:28.000Z"
    );
    assert_eq!(call.started_at, None);
    assert_eq!(call.duration_seconds, Some(7));
    assert_eq!(call.answered_by.as_deref(), Some("human"));
    assert_eq!(carrier.fetch(&sid).await, Ok(None));
    let foreign = "../Accounts".parse().unwrap();
    assert_eq!(carrier.fetch(&foreign).await, Ok(None));
    assert_eq!(server.requests().len(), 2);
}

fn page(minutes: &[u32], next: &str) -> String {
    let calls: Vec<_> = minutes
        .iter()
        .map(|minute| {
            format!(
                r#"{{"sid":"CA0123456789abcdef0123456789abcd{minute:02}","status":"queued",
                    "date_created":"Tue, 31 Aug 2010 20:{minute:02}:00 +0000"}}"#
            )
        })
        .collect();
    answer(
        "200 OK",
        "",
        &format!(
            r#"{{"calls":[{}],"next_page_uri":{next}}}"#,
            calls.join(",")
        ),
    )
}

#[tokio::test]
async fn a_list_is_read_back_to_the_time_asked_for_and_no_further() {
    let server = Server::answering(&[page(&[50, 40], "\"/2\""), page(&[30, 20], "\"/3\"")]).await;
    let calls = carrier(&server)
        .list(&query("2010-08-31T20:30:00Z"))
        .await
        .unwrap();
    let minutes: Vec<_> = calls.iter().map(|call| &call.sid.as_str()[32..]).collect();
    assert_eq!(minutes, ["50", "40", "30"]);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(
        requests[0].contains("Calls.json?To=%2B14155550123&From=%2B14155550100&PageSize=100 HTTP")
    );
}

#[tokio::test]
async fn a_list_with_an_unreadable_page_is_an_error() {
    let server = Server::answering(&[page(&[50], "\"/2\""), answer("200 OK", "", "{}")]).await;
    let outcome = carrier(&server).list(&query("2010-08-31T20:30:00Z")).await;
    assert!(
        matches!(outcome, Err(CarrierError::Unreadable { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn ending_a_dial_that_is_over_says_how_it_stands() {
    let over =
        r#"{"code":21220,"message":"Call is not in-progress. Cannot redirect.","status":400}"#;
    let server = Server::answering(&[
        answer("400 Bad Request", "", over),
        answer(
            "200 OK",
            "",
            &format!(r#"{{"sid":"{SID}","status":"busy"}}"#),
        ),
        answer(
            "404 Not Found",
            "",
            r#"{"code":20404,"message":"gone","status":404}"#,
        ),
        answer("500 Internal Server Error", "", ""),
    ])
    .await;
    let carrier = carrier(&server);
    let sid = SID.parse().unwrap();
    let call = carrier.hang_up(&sid).await.unwrap().unwrap();
    assert_eq!(call.status, Some(CallStatus::Busy));
    assert_eq!(carrier.hang_up(&sid).await, Ok(None));
    let outcome = carrier.hang_up(&sid).await;
    assert!(
        matches!(outcome, Err(CarrierError::NotReached { .. })),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_suspended_account_and_wrong_credentials_fail_the_check() {
    let account = |status: &str| {
        let body = format!(r#"{{"sid":"AC0123456789abcdef0123456789abcdef","status":"{status}"}}"#);
        answer("200 OK", "", &body)
    };
    let wrong = answer(
        "401 Unauthorized",
        "",
        r#"{"code":20003,"message":"Authenticate"}"#,
    );
    let server = Server::answering(&[account("active"), account("suspended"), wrong]).await;
    let carrier = carrier(&server);
    assert_eq!(carrier.check_account().await, Ok(()));
    for _ in 0..2 {
        let Err(CarrierError::Refused(refusal)) = carrier.check_account().await else {
            panic!("passed")
        };
        assert_eq!(refusal.kind, RefusalKind::Credentials);
    }
}

#[tokio::test]
async fn audio_comes_whole_in_part_or_not_at_all() {
    let server = Server::answering(&[
        answer("200 OK", "", "sound"),
        answer(
            "206 Partial Content",
            "content-range: bytes 0-1/5\r\ncontent-type: a/b\r\n",
            "so",
        ),
        answer(
            "416 Range Not Satisfiable",
            "content-range: bytes */5\r\n",
            "",
        ),
        answer("404 Not Found", "", ""),
    ])
    .await;
    let carrier = carrier(&server);
    let request = |range: Option<&str>| MediaRequest {
        recording_sid: "RE0123456789abcdef0123456789abcdef".parse().unwrap(),
        format: MediaFormat::Mp3,
        range: range.map(str::to_owned),
    };
    let whole = carrier
        .recording_media(&request(Some("bytes=0-1,3-4")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(whole.extent, MediaExtent::Whole);
    assert_eq!(whole.content_type, "audio/mpeg");
    assert_eq!(whole.content_length, Some(5));
    assert_eq!(
        whole.body.try_collect::<Vec<_>>().await.unwrap().concat(),
        b"sound"
    );
    let part = carrier
        .recording_media(&request(Some("bytes=0-1")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        part.extent,
        MediaExtent::Part {
            content_range: "bytes 0-1/5".to_owned()
        }
    );
    assert_eq!(part.content_type, "a/b");
    let none = carrier
        .recording_media(&request(Some("bytes=9-")))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        none.extent,
        MediaExtent::Unsatisfiable {
            content_range: Some("bytes */5".to_owned())
        }
    );
    assert!(
        carrier
            .recording_media(&request(None))
            .await
            .unwrap()
            .is_none()
    );
    let requests = server.requests();
    assert!(!requests[0].contains("\r\nrange:"));
    assert!(requests[1].contains("\r\nrange: bytes=0-1\r\n"));
}
