//! `POST /twilio/recording`: news of recordings and transcriptions, in any order.

use serde_json::{Value, json};

use crate::support::{Setup, TestAtlas, outbound};

const RECORDING: &str = "RE0123456789abcdef0123456789abcdef";
const URL: &str = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1";

struct OneCall {
    atlas: TestAtlas,
    call_id: String,
    sid: String,
}

/// Names and values.
type Pairs<'a> = &'a [(&'a str, &'a str)];

type Form = Pairs<'static>;

const IN_PROGRESS: Form = &[("RecordingStatus", "in-progress"), ("RecordingUrl", URL)];
const COMPLETED: Form = &[
    ("RecordingStatus", "completed"),
    ("RecordingUrl", URL),
    ("RecordingDuration", "7"),
    ("RecordingChannels", "1"),
];
const ABSENT: Form = &[("RecordingStatus", "absent")];
const FAILED: Form = &[("RecordingStatus", "failed")];
const TRANSCRIBED: Form = &[
    ("TranscriptionSid", "TR0123456789abcdef0123456789abcdef"),
    ("TranscriptionStatus", "completed"),
    ("TranscriptionText", "Grüße & <mehr>"),
    ("RecordingUrl", URL),
];
const NOT_TRANSCRIBED: Form = &[
    ("TranscriptionSid", "TR0123456789abcdef0123456789abcdef"),
    ("TranscriptionStatus", "failed"),
];

async fn one_call() -> OneCall {
    let atlas = Setup::stepped().start().await;
    let call_id = atlas.client.place(&outbound("+15550100042")).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    OneCall {
        atlas,
        call_id,
        sid,
    }
}

impl OneCall {
    async fn tell(&self, recording_sid: &str, more: Form) {
        let mut form = vec![
            ("CallSid", self.sid.as_str()),
            ("RecordingSid", recording_sid),
        ];
        form.extend_from_slice(more);
        let path = format!("/twilio/recording?call_id={}&dial=1", self.call_id);
        let answer = self.atlas.callback(&path, &form).send().await;
        assert_eq!(answer.expect(200), json!({"status": "ok"}), "{more:?}");
    }

    /// The recordings, without what differs from run to run.
    async fn recordings(&self) -> Vec<Value> {
        let path = format!("/calls/{}/recordings", self.call_id);
        let mut list = self.atlas.client.get(&path).await.expect(200);
        let mut recordings = list["data"].as_array_mut().unwrap().clone();
        for recording in &mut recordings {
            let fields = recording.as_object_mut().unwrap();
            for field in ["id", "call_id", "created_at", "updated_at"] {
                assert!(
                    fields.remove(field).is_some_and(|value| value.is_string()),
                    "{field}"
                );
            }
        }
        recordings
    }
}

#[tokio::test]
async fn each_callback_alone_tells_what_it_knows() {
    let cases = [
        (
            "in progress",
            IN_PROGRESS,
            json!({"recording_url": URL, "recording_status": "in-progress", "status": "processing"}),
        ),
        (
            "completed",
            COMPLETED,
            json!({"recording_url": URL, "recording_status": "completed", "status": "completed",
            "duration_sec": 7, "channels": 1}),
        ),
        (
            "absent",
            ABSENT,
            json!({"recording_url": null, "recording_status": "absent", "status": "failed"}),
        ),
        (
            "failed",
            FAILED,
            json!({"recording_url": null, "recording_status": "failed", "status": "failed"}),
        ),
        (
            "transcribed",
            TRANSCRIBED,
            json!({"recording_url": URL, "recording_status": "completed", "status": "completed",
            "transcription_text": "Grüße & <mehr>", "transcription_status": "completed"}),
        ),
        (
            "not transcribed",
            NOT_TRANSCRIBED,
            json!({"recording_url": null, "recording_status": "in-progress",
            "status": "processing", "transcription_status": "failed"}),
        ),
    ];
    for (what, form, mut expected) in cases {
        let one = one_call().await;
        one.tell(RECORDING, form).await;
        expected["twilio_sid"] = json!(RECORDING);
        assert_eq!(one.recordings().await, [expected], "{what}");
        one.atlas.finish(1).await;
    }
}

#[tokio::test]
async fn every_order_and_repetition_ends_in_the_same_recording() {
    let orders: [&[Form]; 5] = [
        &[IN_PROGRESS, COMPLETED, TRANSCRIBED],
        &[TRANSCRIBED, COMPLETED, IN_PROGRESS],
        &[
            COMPLETED,
            IN_PROGRESS,
            COMPLETED,
            TRANSCRIBED,
            TRANSCRIBED,
            IN_PROGRESS,
        ],
        &[TRANSCRIBED, NOT_TRANSCRIBED, COMPLETED],
        &[ABSENT, COMPLETED, TRANSCRIBED, FAILED],
    ];
    for order in orders {
        let one = one_call().await;
        for form in order {
            one.tell(RECORDING, form).await;
        }
        let expected = json!({"twilio_sid": RECORDING, "recording_url": URL, "recording_status": "completed",
            "status": "completed", "duration_sec": 7, "channels": 1,
            "transcription_text": "Grüße & <mehr>", "transcription_status": "completed"});
        assert_eq!(one.recordings().await, [expected], "{order:?}");
        let call = one.atlas.client.call(&one.call_id).await;
        assert_eq!(call["recording_url"], URL, "{order:?}");
        assert_eq!(call["transcription_text"], "Grüße & <mehr>", "{order:?}");
        one.atlas.finish(1).await;
    }
}

#[tokio::test]
async fn the_call_shows_a_recording_once_it_can_be_had() {
    let one = one_call().await;
    one.tell(RECORDING, IN_PROGRESS).await;
    let call = one.atlas.client.call(&one.call_id).await;
    assert_eq!(call.get("recording_url"), None);
    one.tell(RECORDING, COMPLETED).await;
    let call = one.atlas.client.call(&one.call_id).await;
    assert_eq!(call["recording_url"], URL);
    assert_eq!(call.get("transcription_text"), None);
    assert_eq!(call["attempt_count"], 0, "a recording is no status update");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn there_is_one_recording_for_every_recording_sid() {
    let one = one_call().await;
    let other = "RE1123456789abcdef0123456789abcdef";
    for sid in [RECORDING, other, RECORDING] {
        one.tell(sid, COMPLETED).await;
        one.atlas.advance_ms(10).await;
    }
    let recordings = one.recordings().await;
    let sids: Vec<_> = recordings
        .iter()
        .map(|recording| recording["twilio_sid"].clone())
        .collect();
    assert_eq!(sids, [RECORDING, other], "oldest first");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn a_callback_of_all_at_once_is_stored_once() {
    let one = one_call().await;
    let forms = [IN_PROGRESS, COMPLETED, TRANSCRIBED];
    let all = (0..30).map(|index| one.tell(RECORDING, forms[index % 3]));
    futures_util::future::join_all(all).await;
    let recordings = one.recordings().await;
    assert_eq!(recordings.len(), 1);
    assert_eq!(recordings[0]["duration_sec"], 7);
    assert_eq!(recordings[0]["transcription_status"], "completed");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn whatever_a_signed_callback_says_it_is_answered_200() {
    let one = one_call().await;
    let (sid, nobody) = (one.sid.as_str(), "CAffffffffffffffffffffffffffffffff");
    let ours = format!("/twilio/recording?call_id={}&dial=1", one.call_id);
    let cases: [(&str, &str, Pairs<'_>); 8] = [
        ("nothing", "/twilio/recording", &[]),
        (
            "no recording",
            &ours,
            &[("CallSid", sid), ("RecordingStatus", "completed")],
        ),
        (
            "a recording SID that is none",
            &ours,
            &[
                ("CallSid", sid),
                ("RecordingSid", "x"),
                ("RecordingStatus", "completed"),
            ],
        ),
        (
            "no status",
            &ours,
            &[("CallSid", sid), ("RecordingSid", RECORDING)],
        ),
        (
            "an unknown status",
            &ours,
            &[
                ("CallSid", sid),
                ("RecordingSid", RECORDING),
                ("RecordingStatus", "lost"),
            ],
        ),
        (
            "an unknown transcription status",
            &ours,
            &[
                ("CallSid", sid),
                ("RecordingSid", RECORDING),
                ("TranscriptionStatus", "lost"),
            ],
        ),
        (
            "an unknown call",
            "/twilio/recording",
            &[
                ("CallSid", nobody),
                ("RecordingSid", RECORDING),
                ("RecordingStatus", "completed"),
            ],
        ),
        (
            "no call",
            &ours,
            &[
                ("RecordingSid", RECORDING),
                ("RecordingStatus", "completed"),
            ],
        ),
    ];
    for (what, path, form) in cases {
        let answer = one.atlas.callback(path, form).send().await;
        assert_eq!(answer.status.as_u16(), 200, "{what}: {}", answer.text());
        assert_eq!(answer.json(), json!({"status": "ok"}), "{what}");
    }
    assert_eq!(one.recordings().await, Vec::<Value>::new());
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn a_callback_without_our_query_is_found_by_its_sid() {
    let one = one_call().await;
    let form = [
        ("CallSid", one.sid.as_str()),
        ("RecordingSid", RECORDING),
        ("RecordingStatus", "completed"),
    ];
    one.atlas
        .callback("/twilio/recording", &form)
        .send()
        .await
        .expect(200);
    assert_eq!(one.recordings().await.len(), 1);
    one.atlas.finish(1).await;
}
