//! Media streams that are asked for, and pauses in speech.

use crate::app::Bench;

#[tokio::test]
async fn a_stream_is_noted_and_its_beginning_and_end_are_told() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Start><Stream name=\"one\" url=\"wss://example.com/audio\" statusCallback=\"/stream\">\
         <Parameter name=\"room\" value=\"7\"/></Stream></Start>\
         <Start><Stream name=\"two\" url=\"wss://example.com/audio\" track=\"both_tracks\" statusCallback=\"/stream\"/></Start>\
         <Pause length=\"3\"/><Stop><Stream name=\"one\"/></Stop><Pause length=\"4\"/>",
    );
    let call = bench.whole_call("+15550100042").await;
    assert!(bench.alert_codes().is_empty());
    let [one, two] = &call.streams[..] else {
        panic!("not two streams: {call:?}")
    };
    assert_eq!(one.parameters, [("room".to_owned(), "7".to_owned())]);
    assert_eq!((&*one.track, &*two.track), ("inbound_track", "both_tracks"));
    let lasted = [one, two].map(|stream| {
        let stopped_at = stream.stopped_at.unwrap();
        (stopped_at - stream.started_at).whole_seconds()
    });
    assert_eq!(lasted, [3, 7], "the end of the call ends what still runs");
    let told = bench.app.received("/stream");
    let events: Vec<(&str, &str)> = told
        .iter()
        .map(|event| (event.param("StreamName"), event.param("StreamEvent")))
        .collect();
    assert_eq!(
        events,
        [
            ("one", "stream-started"),
            ("two", "stream-started"),
            ("one", "stream-stopped"),
            ("two", "stream-stopped")
        ]
    );
    assert_eq!(told[0].param("StreamSid"), one.sid);
    assert_eq!(told[0].param("CallSid"), call.sid);
}

#[tokio::test]
async fn pauses_in_speech_take_their_time() {
    let bench = Bench::fast().await;
    // One character takes the half second that any words take at least.
    let cases = [
        ("", 500),
        ("<break time=\"2s\"/>", 2_500),
        ("<break time=\"250ms\"/><p><break/></p>", 1_250),
        ("<break strength=\"none\"/>", 500),
        ("<break time=\"1h\"/>", 1_000),
    ];
    for (index, (pauses, passed_ms)) in cases.into_iter().enumerate() {
        let path = format!("/voice-{index}");
        bench
            .app
            .twiml(&path, &format!("<Say>a{pauses}</Say><Say>b</Say>"));
        let url = bench.app.at(&path);
        let sid = bench.call_with("+15550100042", &[("Url", &url)]).await;
        bench.sim.run_until_idle().await;
        let heard = bench.sim.call(&sid).unwrap().heard;
        let gap = heard[1].at - heard[0].at;
        assert_eq!(gap.whole_milliseconds(), passed_ms, "{pauses}");
    }
}
