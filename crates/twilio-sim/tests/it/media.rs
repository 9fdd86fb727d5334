//! Recordings, their sound and their transcriptions over the REST API.

use serde_json::Value;
use twilio_sim::SimulatorConfig;

use crate::app::Bench;

async fn recorded() -> (Bench, String) {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Record action=\"/recorded\" transcribe=\"true\" transcribeCallback=\"/transcribed\"/>",
    );
    let call = bench.whole_call("+15550100104").await;
    let sid = call.recordings[0].sid.clone();
    (bench, sid)
}

#[tokio::test]
async fn recordings_and_transcriptions_can_be_fetched_and_listed() {
    let (bench, sid) = recorded().await;
    let get = async |tail: String| {
        let answer = bench.get(&tail).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{tail}");
        answer.json::<Value>().await.unwrap()
    };
    let recording = get(format!("Recordings/{sid}.json")).await;
    assert_eq!(recording["status"], "completed");
    assert_eq!(recording["duration"], "4");
    assert_eq!(recording["channels"], 1);
    assert_eq!(recording["source"], "RecordVerb");
    let call_sid = recording["call_sid"].as_str().unwrap();
    let list = get(format!("Calls/{call_sid}/Recordings.json")).await;
    assert_eq!(list["recordings"][0]["sid"], sid);
    let list = get(format!("Recordings/{sid}/Transcriptions.json")).await;
    let transcription_sid = list["transcriptions"][0]["sid"].as_str().unwrap();
    assert_eq!(
        bench.app.received("/transcribed")[0].param("TranscriptionSid"),
        transcription_sid
    );
    let transcription = get(format!("Transcriptions/{transcription_sid}.json")).await;
    assert_eq!(
        transcription["transcription_text"],
        twilio_sim::DEFAULT_PHRASE
    );
    assert_eq!(transcription["recording_sid"], sid);
}

#[tokio::test]
async fn media_comes_as_wav_and_mp3_and_only_with_credentials() {
    let (bench, sid) = recorded().await;
    for tail in [format!("Recordings/{sid}"), format!("Recordings/{sid}.wav")] {
        let answer = bench.get(&tail).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "audio/x-wav");
        let bytes = answer.bytes().await.unwrap();
        assert_eq!(bytes.len(), 44 + 4 * 16_000);
        assert_eq!(&bytes[..4], b"RIFF");
    }
    let answer = bench
        .get(&format!("Recordings/{sid}.mp3"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.headers()["content-type"], "audio/mpeg");
    assert_eq!(answer.bytes().await.unwrap().len(), 56 * 288);
    let anonymous = bench
        .client
        .get(bench.resource(&format!("Recordings/{sid}.mp3")));
    assert_eq!(bench.error_of(anonymous).await, (401, 20003));
    let stereo = bench.get(&format!("Recordings/{sid}.wav?RequestedChannels=2"));
    assert_eq!(stereo.send().await.unwrap().status(), 400);
}

#[tokio::test]
async fn parts_of_media_can_be_asked_for() {
    let (bench, sid) = recorded().await;
    let tail = format!("Recordings/{sid}.wav");
    let whole = bench
        .get(&tail)
        .send()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let part = bench
        .get(&tail)
        .header("range", "bytes=8-15")
        .send()
        .await
        .unwrap();
    assert_eq!(part.status(), 206);
    assert_eq!(
        part.headers()["content-range"],
        format!("bytes 8-15/{}", whole.len()).as_str()
    );
    assert_eq!(part.bytes().await.unwrap(), whole.slice(8..16));
    let beyond = bench
        .get(&tail)
        .header("range", "bytes=999999-")
        .send()
        .await
        .unwrap();
    assert_eq!(beyond.status(), 416);
    assert_eq!(
        beyond.headers()["content-range"],
        format!("bytes */{}", whole.len()).as_str()
    );
}

#[tokio::test]
async fn media_cannot_be_had_before_the_recording_is_completed() {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", "<Record action=\"/recorded\"/>");
    bench.call("+15550100042").await;
    let clock = bench.sim.clock();
    // Answered at 3 s, beep until 3.5 s, talk until 6.5 s, silence until 11.5 s, ready at 12.5 s.
    for (advance_ms, status, media) in [
        (5000, "in-progress", 404),
        (7000, "processing", 404),
        (500, "completed", 200),
    ] {
        clock
            .advance(std::time::Duration::from_millis(advance_ms))
            .await;
        let recording = bench.sim.calls()[0].recordings[0].clone();
        assert_eq!(recording.status, status);
        let answer = bench
            .get(&format!("Recordings/{}", recording.sid))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), media);
        let resource: Value = bench
            .get(&format!("Recordings/{}.json", recording.sid))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        assert_eq!(resource["status"], status);
        assert_eq!(
            resource["duration"],
            if status == "in-progress" { "-1" } else { "3" }
        );
    }
}
