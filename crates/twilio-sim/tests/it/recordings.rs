//! Recordings of whole calls: asked for with the call, over the REST API, or in TwiML.

use std::time::Duration;

use serde_json::Value;
use twilio_sim::SimulatorConfig;

use crate::app::Bench;

/// Sends a request and returns its status and its body.
async fn ask(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

/// A stepped simulator and a call that has been answered for a second and waits for a minute.
async fn talking() -> (Bench, String) {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Pause length=\"60\"/>");
    let call = bench.call("+15550100042").await;
    bench.sim.clock().advance(Duration::from_secs(4)).await;
    (bench, call)
}

async fn advance(bench: &Bench, seconds: u64) {
    bench
        .sim
        .clock()
        .advance(Duration::from_secs(seconds))
        .await;
}

#[tokio::test]
async fn a_call_can_be_recorded_from_its_answer_on() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Pause length=\"2\"/><Say>Hello</Say><Pause length=\"4\"/>",
    );
    let callback = bench.app.at("/recording");
    let more = [
        ("Record", "true"),
        ("RecordingChannels", "dual"),
        ("Trim", "do-not-trim"),
        ("RecordingStatusCallback", callback.as_str()),
        ("RecordingStatusCallbackEvent", "in-progress"),
        ("RecordingStatusCallbackEvent", "completed absent"),
    ];
    let sid = bench.call_with("+15550100042", &more).await;
    bench.sim.run_until_idle().await;

    let recording = bench.sim.call(&sid).unwrap().recordings[0].clone();
    assert_eq!(recording.source, "OutboundAPI");
    assert_eq!((recording.channels, recording.track.as_str()), (2, "both"));
    assert_eq!(recording.duration_ms, 6_500);
    let told = bench.app.received("/recording");
    let statuses: Vec<&str> = told
        .iter()
        .map(|one| one.param("RecordingStatus"))
        .collect();
    assert_eq!(statuses, ["in-progress", "completed"]);
    assert_eq!(told[1].param("RecordingSource"), "OutboundAPI");
    assert_eq!(told[1].param("RecordingChannels"), "2");
    assert_eq!(told[1].param("RecordingDuration"), "7");

    let ended = bench.app.received("/status").pop().unwrap();
    assert_eq!(ended.param("CallStatus"), "completed");
    assert_eq!(ended.param("RecordingSid"), recording.sid);
    assert_eq!(ended.param("RecordingUrl"), recording.url);
    assert_eq!(ended.param("RecordingDuration"), "7");
    let answered = &bench.app.received("/status")[2];
    assert!(
        answered
            .params
            .iter()
            .all(|(name, _)| name != "RecordingSid")
    );
}

#[tokio::test]
async fn silence_at_both_ends_is_trimmed_by_default_and_silence_alone_is_absent() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Pause length=\"2\"/><Say>Hello</Say><Pause length=\"1\"/><Say>Hello</Say><Pause length=\"4\"/>",
    );
    bench.app.twiml("/voice", "<Pause length=\"5\"/>");
    let callback = bench.app.at("/recording");
    let more = [
        ("Record", "true"),
        ("RecordingStatusCallback", callback.as_str()),
        ("RecordingStatusCallbackEvent", "absent"),
    ];
    bench.call_with("+15550100042", &more).await;
    bench.sim.run_until_idle().await;
    bench.call_with("+15550100001", &more).await;
    bench.sim.run_until_idle().await;
    let calls = bench.sim.calls();
    // From the callee's hello, half a second after the answer, to the end of the last word.
    assert_eq!(calls[0].recordings[0].duration_ms, 3_500);
    assert_eq!(calls[1].recordings[0].status, "absent");
    let told = bench.app.received("/recording");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].param("RecordingStatus"), "absent");
    assert_eq!(told[0].param("CallSid"), calls[1].sid);
}

#[tokio::test]
async fn what_is_wrong_with_a_recording_refuses_the_call() {
    let bench = Bench::fast().await;
    for (name, value, code) in [
        ("RecordingChannels", "stereo", 20001),
        ("RecordingTrack", "left", 20001),
        ("Trim", "yes", 20001),
        ("RecordingStatusCallback", "nowhere", 21609),
        ("RecordingStatusCallbackMethod", "PUT", 21209),
        ("RecordingStatusCallbackEvent", "done", 20001),
    ] {
        let voice = bench.app.at("/voice");
        let form = [
            ("To", "+15550100042"),
            ("From", crate::app::FROM),
            ("Url", voice.as_str()),
            ("Record", "true"),
            (name, value),
        ];
        let request = bench.post("Calls.json", &form);
        assert_eq!(bench.error_of(request).await, (400, code), "{name}");
    }
}

#[tokio::test]
async fn a_recording_is_started_paused_resumed_and_stopped_over_the_api() {
    for (behavior, seconds) in [("skip", "5"), ("silence", "9")] {
        let (bench, call) = talking().await;
        let all = format!("Calls/{call}/Recordings.json");
        let (status, started) = ask(bench.post(&all, &[("RecordingChannels", "dual")])).await;
        assert_eq!((status, &started["status"]), (201, &"in-progress".into()));
        assert_eq!(started["source"], "StartCallRecordingAPI");
        assert_eq!(
            (&started["channels"], &started["track"]),
            (&2.into(), &"both".into())
        );
        assert_eq!(started["duration"], "-1");
        let sid = started["sid"].as_str().unwrap().to_owned();
        let one = format!("Calls/{call}/Recordings/{sid}.json");
        let current = format!("Calls/{call}/Recordings/Twilio.CURRENT.json");

        advance(&bench, 3).await;
        let pause = [("Status", "paused"), ("PauseBehavior", behavior)];
        let (status, paused) = ask(bench.post(&current, &pause)).await;
        assert_eq!((status, &paused["status"]), (200, &"paused".into()));
        advance(&bench, 4).await;
        let (_, resumed) = ask(bench.post(&one, &[("Status", "in-progress")])).await;
        assert_eq!(resumed["status"], "in-progress");
        advance(&bench, 2).await;
        let (_, stopped) = ask(bench.post(&one, &[("Status", "stopped")])).await;
        assert_eq!(
            (&stopped["status"], &stopped["duration"]),
            (&"stopped".into(), &seconds.into())
        );
        let again = bench.post(&one, &[("Status", "paused")]);
        assert_eq!(bench.error_of(again).await, (400, 21220));
        advance(&bench, 1).await;
        let (_, done) = ask(bench.get(&one)).await;
        assert_eq!(done["status"], "completed");
        assert_eq!(bench.sim.calls()[0].status.as_str(), "in-progress");
    }
}

#[tokio::test]
async fn only_a_call_in_progress_can_be_recorded() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let call = bench.whole_call("+15550100042").await.sid;
    let late = bench.post(&format!("Calls/{call}/Recordings.json"), &[]);
    assert_eq!(bench.error_of(late).await, (400, 21220));
    let unknown = bench.post("Calls/CA0/Recordings.json", &[]);
    assert_eq!(bench.error_of(unknown).await, (404, 20404));
    let none = bench.post(
        &format!("Calls/{call}/Recordings/Twilio.CURRENT.json"),
        &[("Status", "stopped")],
    );
    assert_eq!(bench.error_of(none).await, (404, 20404));
}

#[tokio::test]
async fn the_current_recording_must_be_the_only_one_and_a_status_must_be_known() {
    let (bench, call) = talking().await;
    let all = format!("Calls/{call}/Recordings.json");
    let current = format!("Calls/{call}/Recordings/Twilio.CURRENT.json");
    let (_, first) = ask(bench.post(&all, &[])).await;
    let unknown = bench.post(&current, &[("Status", "erased")]);
    assert_eq!(bench.error_of(unknown).await, (400, 20001));
    assert_eq!(
        bench.error_of(bench.post(&current, &[])).await,
        (400, 20001)
    );
    ask(bench.post(&all, &[])).await;
    let either = bench.post(&current, &[("Status", "stopped")]);
    assert_eq!(bench.error_of(either).await, (400, 21220));
    let sid = first["sid"].as_str().unwrap();
    let running = bench.delete(&format!("Recordings/{sid}.json"));
    assert_eq!(bench.error_of(running).await, (400, 20009));
}

#[tokio::test]
async fn twiml_starts_recordings_and_stops_them_by_name() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Start><Recording name=\"terms\" recordingStatusCallback=\"/first\" \
         recordingStatusCallbackEvent=\"in-progress completed\"/></Start>\
         <Start><Recording channels=\"mono\" track=\"inbound\" trim=\"do-not-trim\"/></Start>\
         <Say>Hello</Say><Stop><Recording name=\"terms\"/></Stop><Pause length=\"3\"/>",
    );
    let call = bench.whole_call("+15550100042").await;
    assert_eq!(bench.alert_codes(), Vec::<u32>::new());
    let [first, second] = &call.recordings[..] else {
        panic!("not two recordings: {:?}", call.recordings)
    };
    assert_eq!(first.source, "StartCallRecordingTwiML");
    assert_eq!((first.channels, first.duration_ms), (2, 500));
    assert_eq!((second.channels, second.track.as_str()), (1, "inbound"));
    assert_eq!(second.duration_ms, 3_500);
    let told = bench.app.received("/first");
    let statuses: Vec<&str> = told
        .iter()
        .map(|one| one.param("RecordingStatus"))
        .collect();
    assert_eq!(statuses, ["in-progress", "completed"]);
}

#[tokio::test]
async fn recordings_are_listed_filtered_and_deleted() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let first = bench.call_with("+15550100042", &[("Record", "true")]).await;
    bench.call_with("+15550100042", &[("Record", "true")]).await;
    bench.sim.run_until_idle().await;
    let count = async |query: &str| {
        let (status, list) = ask(bench.get(&format!("Recordings.json{query}"))).await;
        assert_eq!(status, 200, "{query}");
        list["recordings"].as_array().unwrap().len()
    };
    assert_eq!(count("").await, 2);
    assert_eq!(count(&format!("?CallSid={first}")).await, 1);
    assert_eq!(count("?DateCreated%3C=2001-01-01").await, 0);
    assert_eq!(count("?DateCreated%3E=2001-01-01").await, 2);
    assert_eq!(count("?ConferenceSid=CF1").await, 0);

    let sid = bench.sim.calls()[0].recordings[0].sid.clone();
    let (resource, media) = (
        format!("Recordings/{sid}.json"),
        format!("Recordings/{sid}"),
    );
    let answer = bench.delete(&resource).send().await.unwrap();
    assert_eq!(answer.status(), 204);
    assert!(answer.bytes().await.unwrap().is_empty());
    assert_eq!(ask(bench.get(&media)).await.0, 404);
    assert_eq!(ask(bench.get(&resource)).await.0, 404);
    assert_eq!(ask(bench.delete(&resource)).await.0, 404);
    let kept = ask(bench.get(&format!("{resource}?IncludeSoftDeleted=true"))).await;
    assert_eq!((kept.0, &kept.1["status"]), (200, &"deleted".into()));
    assert_eq!(
        (count("").await, count("?IncludeSoftDeleted=true").await),
        (1, 2)
    );
    let of_call = ask(bench.get(&format!("Calls/{first}/Recordings.json"))).await;
    assert_eq!(of_call.1["recordings"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn two_channels_are_two_channels_of_sound_and_can_be_mixed_down() {
    let bench = Bench::fast().await;
    bench.app.twiml("/voice", "<Say>Hello</Say>");
    let more = [("Record", "true"), ("RecordingChannels", "dual")];
    bench.call_with("+15550100042", &more).await;
    bench.sim.run_until_idle().await;
    let sid = bench.sim.calls()[0].recordings[0].sid.clone();
    for (query, channels, bytes) in [
        ("", 2, 44 + 500 * 32),
        ("?RequestedChannels=2", 2, 44 + 500 * 32),
        ("?RequestedChannels=1", 1, 44 + 500 * 16),
    ] {
        let answer = bench.get(&format!("Recordings/{sid}.wav{query}"));
        let sound = answer.send().await.unwrap().bytes().await.unwrap();
        assert_eq!((sound.len(), sound[22]), (bytes, channels), "{query}");
    }
    let three = bench.get(&format!("Recordings/{sid}.wav?RequestedChannels=3"));
    assert_eq!(bench.error_of(three).await, (400, 20001));
}

#[tokio::test]
async fn transcriptions_are_listed_read_as_text_and_deleted() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Record action=\"/recorded\" transcribe=\"true\"/>",
    );
    bench.whole_call("+15550100104").await;
    let (_, list) = ask(bench.get("Transcriptions.json")).await;
    let row = &list["transcriptions"][0];
    assert_eq!(
        (&row["status"], &row["type"]),
        (&"completed".into(), &"fast".into())
    );
    let sid = row["sid"].as_str().unwrap();
    let text = bench.get(&format!("Transcriptions/{sid}.txt"));
    let text = text.send().await.unwrap().text().await.unwrap();
    assert_eq!(text, twilio_sim::DEFAULT_PHRASE);
    let resource = format!("Transcriptions/{sid}.json");
    assert_eq!(ask(bench.delete(&resource)).await.0, 204);
    assert_eq!(ask(bench.get(&resource)).await.0, 404);
    let (_, list) = ask(bench.get("Transcriptions.json")).await;
    assert_eq!(list["transcriptions"], Value::Array(Vec::new()));
}
