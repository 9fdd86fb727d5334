//! A strict simulator: the first alert about a call ends it.

use twilio_sim::{CallStatus, HeardKind, SimulatorConfig};

use crate::app::Bench;

async fn strict() -> Bench {
    let config = SimulatorConfig {
        strict: true,
        ..SimulatorConfig::fast()
    };
    Bench::start(config).await
}

#[tokio::test]
async fn a_document_with_a_mistake_fails_the_call_and_the_alert_says_which() {
    for (verbs, code, message) in [
        (
            "<Say mood=\"good\">Hello</Say>",
            12200,
            "Attribute 'mood' is not allowed to appear in element 'Say'.",
        ),
        (
            "<Gather><Hangup/></Gather>",
            13320,
            "Invalid content was found starting with element 'Hangup'. One of '{Say, Play, Pause}' is expected.",
        ),
        (
            "<Pause length=\"none\"/>",
            13910,
            "The value of attribute 'length' on element 'Pause' is not valid.",
        ),
    ] {
        let bench = strict().await;
        bench.app.twiml("/voice", verbs);
        let call = bench.whole_call("+15550100042").await;
        assert_eq!(call.status, CallStatus::Failed, "{verbs}");
        let heard: Vec<&HeardKind> = call.heard.iter().map(|heard| &heard.kind).collect();
        assert_eq!(heard, [&HeardKind::ApplicationError], "{verbs}");
        let alerts = bench.sim.alerts();
        assert_eq!(
            (alerts[0].code, alerts[0].message.as_str()),
            (code, message)
        );
        assert_eq!(
            alerts[0].url.as_deref(),
            Some(&*bench.app.at("/voice?call=7"))
        );
        let ended = bench.app.received("/status").pop().unwrap();
        assert_eq!(ended.param("CallStatus"), "failed");
        assert_eq!(ended.param("SipResponseCode"), "500");
    }
}

#[tokio::test]
async fn a_call_without_alerts_is_completed() {
    let bench = strict().await;
    bench
        .app
        .twiml("/voice", "<Say voice=\"man\">Hello</Say><Record/>");
    bench.app.twiml("/voice", "<Hangup/>");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.status, CallStatus::Completed);
    assert!(bench.sim.alerts().is_empty());
}

#[tokio::test]
async fn no_fallback_saves_a_call_whose_document_cannot_be_had() {
    let bench = strict().await;
    bench.app.answer("/voice", 500, "text/xml", "");
    bench.app.twiml("/fallback", "<Say>Sorry</Say>");
    let fallback = bench.app.at("/fallback");
    let sid = bench
        .call_with("+15550100042", &[("FallbackUrl", &fallback)])
        .await;
    bench.sim.run_until_idle().await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Failed);
    assert!(bench.app.received("/fallback").is_empty());
    assert_eq!(bench.alert_codes(), [11200]);
}

#[tokio::test]
async fn a_callback_that_is_not_taken_ends_the_call_at_once() {
    let bench = strict().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    bench.app.answer("/status", 500, "text/plain", "");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(
        call.statuses(),
        [
            CallStatus::Queued,
            CallStatus::Initiated,
            CallStatus::Failed
        ]
    );
    assert!(bench.app.received("/voice").is_empty());
    assert_eq!(bench.alert_codes(), [15003, 15003]);
}

#[tokio::test]
async fn an_alert_in_the_middle_of_a_call_cuts_it_short() {
    let bench = strict().await;
    bench.app.twiml(
        "/voice",
        "<Start><Recording recordingStatusCallback=\"/recording\" \
         recordingStatusCallbackEvent=\"in-progress\"/></Start><Pause length=\"600\"/><Say>never</Say>",
    );
    bench.app.answer("/recording", 404, "text/plain", "");
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(call.status, CallStatus::Failed);
    assert!(call.said().is_empty());
    assert_eq!(bench.alert_codes(), [15003]);
    assert_eq!(call.duration_seconds, Some(0));
}
