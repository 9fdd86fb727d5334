//! `GET /calls/{call}/recordings`, `GET /recordings/{id}` and its audio.

use serde_json::{Value, json};
use twilio_sim::DEFAULT_PHRASE;

use crate::support::{Setup, TestAtlas};

/// An Atlas with one call that was recorded for three seconds; its id and the recording's.
async fn with_recording() -> (TestAtlas, String, String) {
    let atlas = Setup::stepped().start().await;
    let body = json!({"to": "+15550100042", "user_external_id": "x", "retry_limit": 0});
    let call_id = atlas.client.place(&body).await;
    atlas.advance(120).await;
    let list = atlas
        .client
        .get(&format!("/calls/{call_id}/recordings"))
        .await
        .expect(200);
    let id = list["data"][0]["id"]
        .as_str()
        .expect("a recording")
        .to_owned();
    (atlas, call_id, id)
}

#[tokio::test]
async fn a_recording_is_shown_whole_once_its_transcription_is_there() {
    let (atlas, call_id, id) = with_recording().await;
    let recorded = atlas.sim.calls()[0].recordings[0].clone();
    let shown = atlas
        .client
        .get(&format!("/recordings/{id}"))
        .await
        .expect(200);
    assert_eq!(id.len(), 24);
    assert_eq!(
        shown,
        json!({
            "id": id, "call_id": call_id, "twilio_sid": recorded.sid,
            "recording_url": recorded.url, "recording_status": "completed", "status": "completed",
            "duration_sec": 3, "channels": 1,
            "transcription_text": DEFAULT_PHRASE, "transcription_status": "completed",
            "created_at": shown["created_at"], "updated_at": shown["updated_at"]
        })
    );
    let sid = atlas.sim.calls()[0].sid.clone();
    for name in [&call_id, &sid] {
        let list = atlas
            .client
            .get(&format!("/calls/{name}/recordings"))
            .await
            .expect(200);
        assert_eq!(list, json!({"data": [shown]}), "{name}");
    }
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["recording_url"], recorded.url.as_str());
    assert_eq!(call["transcription_text"], DEFAULT_PHRASE);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_call_without_a_recording_has_an_empty_list() {
    let atlas = Setup::stepped().start().await;
    let body = json!({"to": "+15550100004", "user_external_id": "x", "retry_limit": 0});
    let call_id = atlas.client.place(&body).await;
    let list = atlas
        .client
        .get(&format!("/calls/{call_id}/recordings"))
        .await
        .expect(200);
    assert_eq!(list, json!({"data": []}));
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_audio_is_streamed_in_both_formats() {
    let (atlas, _, id) = with_recording().await;
    let path = format!("/recordings/{id}/media");
    let cases: [(&str, &[u8], &[&str]); 3] = [
        ("", b"RIFF", &["audio/wav", "audio/x-wav"]),
        ("?format=wav", b"RIFF", &["audio/wav", "audio/x-wav"]),
        ("?format=mp3", &[0xFF, 0xE3], &["audio/mpeg"]),
    ];
    for (query, begins, content_types) in cases {
        let answer = atlas.client.get(&format!("{path}{query}")).await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.text());
        assert!(answer.body.starts_with(begins), "{query}");
        let content_type = answer.header("content-type").unwrap();
        assert!(
            content_types.contains(&content_type),
            "{query}: {content_type}"
        );
        let length = answer.body.len().to_string();
        assert_eq!(
            answer.header("content-length"),
            Some(length.as_str()),
            "{query}"
        );
        assert_eq!(answer.header("accept-ranges"), Some("bytes"), "{query}");
    }
    let whole = atlas.client.get(&path).await;
    assert_eq!(
        whole.body.len(),
        44 + 3 * 16_000,
        "three seconds of 8 kHz, 16 bit, mono"
    );
    let answer = atlas.client.get(&format!("{path}?format=ogg")).await;
    answer.expect_invalid(&["/format"]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_range_of_the_audio_is_honoured() {
    let (atlas, _, id) = with_recording().await;
    let path = format!("/recordings/{id}/media");
    let whole = atlas.client.get(&path).await.body;
    let total = whole.len();
    let get = async |range: &str| {
        let request = atlas.client.request("GET", &path).header("range", range);
        atlas.client.send(request).await
    };
    for (range, first, last) in [
        ("bytes=0-3", 0, 3),
        ("bytes=44-", 44, total - 1),
        ("bytes=-10", total - 10, total - 1),
        ("bytes=100-9999999", 100, total - 1),
    ] {
        let answer = get(range).await;
        assert_eq!(answer.status.as_u16(), 206, "{range}");
        let content_range = format!("bytes {first}-{last}/{total}");
        assert_eq!(
            answer.header("content-range"),
            Some(content_range.as_str()),
            "{range}"
        );
        assert_eq!(answer.body, whole[first..=last], "{range}");
        let length = (last - first + 1).to_string();
        assert_eq!(
            answer.header("content-length"),
            Some(length.as_str()),
            "{range}"
        );
    }
    let answer = get(&format!("bytes={total}-")).await;
    answer.expect_problem(416, "range_not_satisfiable");
    assert_eq!(
        answer.header("content-range"),
        Some(format!("bytes */{total}").as_str())
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn the_audio_is_fetched_by_account_and_sid_and_never_by_a_stored_url() {
    let (atlas, call_id, _) = with_recording().await;
    let sid = "RE00000000000000000000000000000001";
    let form = [
        ("CallSid", atlas.sim.calls()[0].sid.clone()),
        ("RecordingSid", sid.to_owned()),
        ("RecordingStatus", "completed".to_owned()),
        ("RecordingUrl", format!("{}/users", atlas.public_url)),
        ("RecordingDuration", "3".to_owned()),
    ];
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let path = format!("/twilio/recording?call_id={call_id}&dial=1");
    atlas.callback(&path, &form).send().await.expect(200);
    let list = atlas
        .client
        .get(&format!("/calls/{call_id}/recordings"))
        .await
        .expect(200);
    let other = list["data"]
        .as_array()
        .unwrap()
        .iter()
        .find(|recording| recording["twilio_sid"] == sid);
    let other = other.expect("the second recording");
    assert_eq!(
        other["recording_url"],
        format!("{}/users", atlas.public_url),
        "shown as it came"
    );
    let before = atlas.sim.requests().len();
    let answer = atlas
        .client
        .get(&format!(
            "/recordings/{}/media",
            other["id"].as_str().unwrap()
        ))
        .await;
    let problem = answer.expect_problem(404, "not_found");
    assert_eq!(
        problem["detail"], "Recording not found",
        "Twilio has no such recording"
    );
    let asked = atlas.sim.requests().split_off(before);
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0].path.contains(&format!("/Recordings/{sid}")),
        "{}",
        asked[0].path
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_recording_that_nobody_knows_is_not_found() {
    let atlas = Setup::stepped().start().await;
    for id in [
        "000000000000000000000000",
        "x",
        "RE00000000000000000000000000000001",
    ] {
        for path in [
            format!("/recordings/{id}"),
            format!("/recordings/{id}/media"),
        ] {
            let problem = atlas
                .client
                .get(&path)
                .await
                .expect_problem(404, "not_found");
            assert_eq!(problem["detail"], "Recording not found", "{path}");
        }
    }
    assert_eq!(atlas.sim.requests(), [], "Twilio is not asked");
    atlas.finish(0).await;
}

#[tokio::test]
async fn audio_that_twilio_cannot_be_asked_for_is_503() {
    let (atlas, call_id) = {
        let atlas = Setup::stepped().with_unreachable_twilio().start().await;
        let body = json!({"to": "+15550100042", "user_external_id": "x", "retry_limit": 0});
        let problem = atlas
            .client
            .post("/calls/outbound", &body)
            .await
            .expect(503);
        let call_id = problem["call_id"].as_str().unwrap().to_owned();
        (atlas, call_id)
    };
    let form = [
        ("CallSid", "CA0123456789abcdef0123456789abcdef"),
        ("RecordingSid", "RE0123456789abcdef0123456789abcdef"),
        ("RecordingStatus", "completed"),
    ];
    let path = format!("/twilio/recording?call_id={call_id}&dial=1");
    atlas.callback(&path, &form).send().await.expect(200);
    let list = atlas
        .client
        .get(&format!("/calls/{call_id}/recordings"))
        .await
        .expect(200);
    assert_eq!(list["data"][0]["recording_url"], Value::Null);
    let id = list["data"][0]["id"].as_str().unwrap();
    let answer = atlas.client.get(&format!("/recordings/{id}/media")).await;
    answer.expect_problem(503, "carrier_unreachable");
    atlas.finish(0).await;
}
