//! What documents make of a call.

use serde_json::Value;
use twilio_sim::{Behaviour, CallStatus, HeardKind, SilentRecord, SimulatorConfig};

use crate::app::{Bench, FROM};

#[tokio::test]
async fn digits_at_a_gather_go_to_its_action() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather numDigits=\"1\" timeout=\"10\" action=\"/gather?n=1&amp;m=2\"><Say>Press 1</Say></Gather><Say>none</Say>",
    );
    bench.app.twiml("/gather", "<Say>Thank you</Say>");
    let call = bench.whole_call("+15550100701").await;
    let action = &bench.app.received("/gather")[0];
    assert_eq!(action.param("Digits"), "1");
    assert_eq!(action.query, "n=1&m=2");
    assert_eq!(call.said(), ["Press 1", "Thank you"]);
    assert_eq!(call.keys_pressed, "1");
    // Pressed one second after the prompt, whose words take half a second.
    assert_eq!(
        (call.heard[1].at - call.heard[0].at).whole_milliseconds(),
        1500
    );
}

#[tokio::test]
async fn without_input_a_gather_falls_through() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather numDigits=\"1\" timeout=\"10\" action=\"/gather\"><Say>Press 1</Say></Gather><Say>Goodbye</Say>",
    );
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.said(), ["Press 1", "Goodbye"]);
    assert_eq!(
        (call.heard[1].at - call.heard[0].at).whole_milliseconds(),
        10_500
    );
    assert!(bench.app.received("/gather").is_empty());
    // Only the finishing key is like no input.
    assert_eq!(
        bench.whole_call("+15550100710").await.said(),
        ["Press 1", "Goodbye"]
    );
}

#[tokio::test]
async fn an_empty_gather_goes_to_its_action_when_asked_to() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather actionOnEmptyResult=\"true\" action=\"/gather\"/><Say>no</Say>",
    );
    bench.app.twiml("/gather", "<Hangup/>");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(bench.app.received("/gather")[0].param("Digits"), "");
    assert!(call.said().is_empty());
}

#[tokio::test]
async fn several_digits_end_with_the_finishing_key_or_the_timeout() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Gather action=\"/gather\"/>");
    bench.sim.set_behaviour(
        "+15550100042",
        Behaviour::Presses {
            digits: "12#".into(),
        },
    );
    bench.whole_call("+15550100042").await;
    bench.whole_call("+15550107456").await;
    let received = bench.app.received("/gather");
    assert_eq!(
        (
            received[0].param("Digits"),
            received[0].param("FinishedOnKey")
        ),
        ("12", "#")
    );
    assert_eq!(
        (
            received[1].param("Digits"),
            received[1].param("FinishedOnKey")
        ),
        ("456", "")
    );
}

#[tokio::test]
async fn a_second_prompt_can_be_answered_differently() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather numDigits=\"1\" action=\"/gather\"><Say>Press 1</Say></Gather>",
    );
    bench.app.twiml("/gather", "<Redirect>/voice</Redirect>");
    bench.app.twiml("/gather", "<Hangup/>");
    bench.whole_call("+15550100731").await;
    let digits: Vec<String> = bench
        .app
        .received("/gather")
        .iter()
        .map(|request| request.param("Digits").to_owned())
        .collect();
    assert_eq!(digits, ["9", "1"]);
}

#[tokio::test]
async fn speech_is_gathered_when_wanted() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather input=\"dtmf speech\" action=\"/gather\"/>",
    );
    bench.sim.set_behaviour(
        "+15550100042",
        Behaviour::Says {
            phrase: "yes".into(),
            seconds: 1,
        },
    );
    bench.whole_call("+15550100042").await;
    let received = &bench.app.received("/gather")[0];
    assert_eq!(received.param("SpeechResult"), "yes");
    assert_eq!(received.param("Confidence"), "0.92");
}

#[tokio::test]
async fn only_a_finishing_key_ends_a_recording() {
    let bench = Bench::fast().await;
    bench
        .app
        .twiml("/voice", "<Record action=\"/recorded\" finishOnKey=\"#\"/>");
    bench.whole_call("+15550100710").await;
    bench.whole_call("+15550100711").await;
    let digits: Vec<String> = bench
        .app
        .received("/recorded")
        .iter()
        .map(|request| request.param("Digits").to_owned())
        .collect();
    assert_eq!(digits, ["#", ""]);
    let calls = bench.sim.calls();
    assert_eq!(
        [&*calls[0].keys_pressed, &*calls[1].keys_pressed],
        ["#", "*"]
    );
    assert!(calls[0].duration_seconds < calls[1].duration_seconds);
}

#[tokio::test]
async fn silence_is_an_absent_recording_whose_action_is_called_by_default() {
    let bench = Bench::fast().await;
    let verbs = "<Record action=\"/recorded\" recordingStatusCallback=\"/recording\" \
                 recordingStatusCallbackEvent=\"completed absent\" transcribe=\"true\" transcribeCallback=\"/t\"/>\
                 <Say>Fell through</Say>";
    bench.app.twiml("/voice", verbs);
    let call = bench.whole_call("+15550100001").await;
    assert_eq!(call.recordings[0].status, "absent");
    assert_eq!(
        bench.app.received("/recorded")[0].param("RecordingDuration"),
        "0"
    );
    let recording = &bench.app.received("/recording")[0];
    assert_eq!(recording.param("RecordingStatus"), "absent");
    assert!(
        recording
            .params
            .iter()
            .all(|(name, _)| name != "RecordingDuration")
    );
    assert_eq!(
        bench.app.received("/t")[0].param("TranscriptionStatus"),
        "failed"
    );
    assert!(call.said().is_empty());
}

#[tokio::test]
async fn silence_falls_through_when_set_to() {
    let config = SimulatorConfig {
        silent_record: SilentRecord::FallsThrough,
        ..SimulatorConfig::fast()
    };
    let bench = Bench::start(config).await;
    bench.app.twiml(
        "/voice",
        "<Record action=\"/recorded\"/><Say>Fell through</Say>",
    );
    let call = bench.whole_call("+15550100001").await;
    assert_eq!(call.said(), ["Fell through"]);
    assert!(bench.app.received("/recorded").is_empty());
    assert_eq!(
        bench.whole_call("+15550100042").await.said(),
        Vec::<&str>::new()
    );
}

#[tokio::test]
async fn a_record_without_action_asks_the_same_document_again_but_not_for_ever() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Record/>");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(bench.app.received("/voice").len(), 100);
    assert_eq!(call.recordings.len(), 100);
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(bench.alert_codes(), [11215]);
}

#[tokio::test]
async fn urls_are_relative_to_the_document_that_holds_them() {
    let bench = Bench::fast().await;
    let url = bench.app.at("/a/b/start");
    bench.app.twiml(
        "/a/b/start",
        "<Play>hello.mp3</Play><Redirect method=\"GET\">../next?x=1</Redirect>",
    );
    bench.app.twiml(
        "/a/next",
        "<Play loop=\"2\" digits=\"1w2\"></Play><Hangup/><Say>never</Say>",
    );
    let sid = bench
        .call_with("+15550100042", &[("Url", &url), ("Method", "GET")])
        .await;
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    let heard: Vec<&HeardKind> = call.heard.iter().map(|heard| &heard.kind).collect();
    let tones = HeardKind::Tones {
        digits: "1w2".into(),
    };
    assert_eq!(
        heard,
        [
            &HeardKind::Played {
                url: bench.app.at("/a/b/hello.mp3")
            },
            &tones,
            &tones
        ]
    );
    let next = &bench.app.received("/a/next")[0];
    assert_eq!(next.method, "GET");
    assert_eq!(next.param("CallStatus"), "in-progress");
    assert!(next.query.starts_with("x=1&CallSid=CA"), "{}", next.query);
    assert_eq!(call.documents.len(), 2);
    assert!(call.documents[0].twiml.contains("hello.mp3"));
}

#[tokio::test]
async fn bad_documents_are_alerts_and_end_the_call() {
    let cases = [
        (200, "text/xml", "<Response><Say>", 12100),
        (200, "text/xml", "", 12100),
        (200, "application/xml", "<Answer/>", 12102),
        (500, "text/xml", "<Response/>", 11200),
        (404, "text/plain", "", 11200),
        (200, "", "<Response/>", 11200),
        (200, "application/json", "{}", 12300),
    ];
    for (status, content_type, body, code) in cases {
        let bench = Bench::fast().await;
        bench.app.answer("/voice", status, content_type, body);
        let call = bench.whole_call("+15550100042").await;
        assert_eq!(bench.alert_codes(), [code], "{body:?} as {content_type}");
        assert_eq!(call.status, CallStatus::Completed);
        assert_eq!(call.heard.len(), 1);
        assert_eq!(call.heard[0].kind, HeardKind::ApplicationError);
    }
}

#[tokio::test]
async fn the_fallback_url_is_asked_once() {
    let bench = Bench::fast().await;
    bench.app.answer("/voice", 503, "text/plain", "");
    bench
        .app
        .twiml("/fallback", "<Say>Sorry</Say><Redirect>/voice</Redirect>");
    let fallback = bench.app.at("/fallback");
    let sid = bench
        .call_with("+15550100042", &[("FallbackUrl", &fallback)])
        .await;
    bench.sim.run_until_idle().await;
    let asked = bench.app.received("/fallback");
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].param("ErrorCode"), "11200");
    assert_eq!(asked[0].param("ErrorUrl"), bench.app.at("/voice?call=7"));
    assert_eq!(bench.sim.call(&sid).unwrap().said(), ["Sorry"]);
    assert_eq!(bench.alert_codes(), [11200, 11200]);
}

#[tokio::test]
async fn odd_verbs_and_attributes_are_warnings_and_the_call_goes_on() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Dance/><Say mood=\"good\">Hello</Say><Record maxSpeechTime=\"3\" action=\"/r\"/>",
    );
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.said(), ["Hello"]);
    assert_eq!(bench.alert_codes()[..3], [12200, 12200, 12200]);
    assert!(
        bench.sim.alerts()[2]
            .message
            .contains("Attribute 'maxSpeechTime' is not allowed")
    );
    assert_eq!(call.recordings.len(), 1);
}

#[tokio::test]
async fn plain_text_is_spoken_and_audio_is_played() {
    let bench = Bench::fast().await;
    bench.app.answer("/voice", 200, "text/plain", "Just words");
    assert_eq!(
        bench.whole_call("+15550100042").await.said(),
        ["Just words"]
    );
    let bench = Bench::fast().await;
    bench.app.answer("/voice", 200, "audio/mpeg", "…");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(
        call.heard[0].kind,
        HeardKind::Played {
            url: bench.app.at("/voice?call=7")
        }
    );
}

#[tokio::test]
async fn redirects_of_http_are_followed_ten_times_at_most() {
    let bench = Bench::fast().await;
    bench.app.redirect("/voice", 302, "/moved");
    bench.app.twiml("/moved", "<Say>Here</Say>");
    assert_eq!(bench.whole_call("+15550100042").await.said(), ["Here"]);
    assert_eq!(bench.app.received("/moved")[0].method, "GET");
    let bench = Bench::fast().await;
    bench.app.redirect("/voice", 307, "/voice");
    bench.whole_call("+15550100042").await;
    assert_eq!(bench.app.received("/voice").len(), 11);
    assert_eq!(bench.alert_codes(), [11215]);
}

#[tokio::test]
async fn a_document_given_as_twiml_has_no_base() {
    let bench = Bench::fast().await;
    let twiml = "<Response><Say>Hello</Say><Record action=\"/relative\"/></Response>";
    let form = [
        ("To", "+15550100042"),
        ("From", FROM),
        ("Twiml", twiml),
        ("SendDigits", "1w"),
    ];
    let response = bench.post("Calls.json", &form).send().await.unwrap();
    let body: Value = response.json().await.unwrap();
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(body["sid"].as_str().unwrap()).unwrap();
    assert_eq!(
        call.heard[0].kind,
        HeardKind::Tones {
            digits: "1w".into()
        }
    );
    assert_eq!(call.said(), ["Hello"]);
    assert_eq!(call.recordings.len(), 1);
    assert_eq!(bench.alert_codes(), [11100]);
}

#[tokio::test]
async fn a_verb_without_action_under_get_asks_for_the_same_address_each_time() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Gather numDigits=\"1\"/>");
    bench
        .app
        .twiml("/voice", "<Redirect method=\"GET\"></Redirect>");
    bench.app.twiml("/voice", "<Hangup/>");
    let sid = bench.call_with("+15550100701", &[("Method", "GET")]).await;
    bench.sim.run_until_idle().await;
    let asked = bench.app.received("/voice");
    assert_eq!((&*asked[1].method, &*asked[1].query), ("POST", "call=7"));
    assert_eq!(asked[1].param("Digits"), "1");
    let call_sids = asked[2].query.matches("CallSid=").count();
    assert_eq!(call_sids, 1, "{}", asked[2].query);
    let documents = bench.sim.call(&sid).unwrap().documents;
    assert!(
        documents
            .iter()
            .all(|document| document.url == Some(bench.app.at("/voice?call=7")))
    );
}

#[tokio::test]
async fn an_empty_callback_attribute_asks_for_no_callback() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Record action=\"/recorded\" recordingStatusCallback=\"\" transcribe=\"true\" transcribeCallback=\" \"/>",
    );
    bench.app.twiml("/recorded", "<Hangup/>");
    bench.whole_call("+15550100042").await;
    assert_eq!(bench.app.received("/voice").len(), 1);
    assert!(bench.alert_codes().is_empty());
}
