//! `POST /twilio/status`: what one update does, and what many at once do.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, Setup, TestAtlas, outbound};

/// Names and values.
type Pairs<'a> = Vec<(&'a str, &'a str)>;

/// An Atlas with one call that has just been placed, whose own callbacks never come.
struct OneCall {
    atlas: TestAtlas,
    call_id: String,
    sid: String,
}

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
    /// Posts a status callback of the call's only dial.
    async fn report(&self, more: &[(&str, &str)]) -> Answer {
        let mut form = vec![
            ("CallSid", self.sid.as_str()),
            ("AccountSid", "AC00000000000000000000000000000001"),
        ];
        form.extend_from_slice(more);
        let path = format!("/twilio/status?call_id={}&dial=1", self.call_id);
        self.atlas.callback(&path, &form).send().await
    }

    async fn reported(&self, more: &[(&str, &str)]) {
        let answer = self.report(more).await;
        assert_eq!(answer.expect(200), json!({"status": "ok"}), "{more:?}");
    }

    async fn call(&self) -> Value {
        self.atlas.client.call(&self.call_id).await
    }

    /// The statuses of the attempts, in order.
    async fn attempts(&self) -> Vec<String> {
        let call = self.call().await;
        let attempts = call["attempts"].as_array().unwrap();
        for (index, attempt) in attempts.iter().enumerate() {
            assert_eq!(attempt["attempt_no"], index + 1);
        }
        assert_eq!(call["attempt_count"], attempts.len());
        attempts
            .iter()
            .map(|attempt| attempt["status"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn two_hundred_concurrent_callbacks_are_two_hundred_attempts_numbered_without_a_gap() {
    let one = one_call().await;
    let numbers: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let answers = join_all(numbers.iter().map(|number| async {
        one.report(&[("CallStatus", "in-progress"), ("SequenceNumber", number)])
            .await
    }))
    .await;
    for answer in answers {
        assert_eq!(answer.expect(200), json!({"status": "ok"}));
    }
    let call = one.call().await;
    assert_eq!(call["attempt_count"], 200);
    let attempts = call["attempts"].as_array().unwrap();
    let numbered: Vec<_> = attempts
        .iter()
        .map(|attempt| attempt["attempt_no"].as_u64().unwrap())
        .collect();
    assert_eq!(numbered, (1..=200).collect::<Vec<_>>());
    let mut sequence: Vec<_> = attempts
        .iter()
        .map(|attempt| attempt["sequence_number"].as_u64().unwrap())
        .collect();
    sequence.sort_unstable();
    assert_eq!(sequence, (0..200).collect::<Vec<_>>(), "each of them once");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn the_same_callback_two_hundred_times_is_one_attempt() {
    let one = one_call().await;
    let same = [("CallStatus", "ringing"), ("SequenceNumber", "1")];
    let answers = join_all((0..200).map(|_| one.report(&same))).await;
    for answer in answers {
        assert_eq!(answer.expect(200), json!({"status": "ok"}));
    }
    assert_eq!(one.attempts().await, ["ringing"]);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn a_status_never_goes_back_but_a_late_update_is_an_attempt_all_the_same() {
    let one = one_call().await;
    let updates = [
        ("completed", "3", "completed"),
        ("ringing", "1", "completed"),
        ("initiated", "0", "completed"),
        ("queued", "9", "completed"),
        ("busy", "4", "completed"),
        ("in-progress", "2", "completed"),
        ("ringing", "1", "completed"),
    ];
    for (status, number, expected) in updates {
        one.reported(&[("CallStatus", status), ("SequenceNumber", number)])
            .await;
        assert_eq!(one.call().await["status"], expected, "after {status}");
    }
    assert_eq!(
        one.attempts().await,
        [
            "completed",
            "ringing",
            "initiated",
            "initiated",
            "busy",
            "in-progress"
        ],
        "in order of arrival, the repeated one once"
    );
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn updates_without_a_number_are_told_apart_by_their_time_or_by_all_they_say() {
    let one = one_call().await;
    let at = |second: u8| format!("Sat, 02 Jan 2027 03:04:{second:02} +0000");
    let (first, second) = (at(1), at(2));
    for time in [&first, &second, &first] {
        one.reported(&[("CallStatus", "ringing"), ("Timestamp", time)])
            .await;
    }
    assert_eq!(one.attempts().await.len(), 2, "two times");
    for extra in ["a", "b", "a"] {
        one.reported(&[("CallStatus", "ringing"), ("Extra", extra)])
            .await;
    }
    assert_eq!(one.attempts().await.len(), 4, "and two contents");
    let call = one.call().await;
    assert_eq!(call["attempts"][0].get("sequence_number"), None);
    assert_eq!(call["started_at"], "2027-01-02T03:04:01.000Z");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn reasons_say_why_in_words() {
    let one = one_call().await;
    let updates = [
        ("initiated", None, "dialled"),
        ("ringing", None, "ringing"),
        ("in-progress", None, "answered"),
        ("busy", Some("486"), "busy (SIP 486)"),
        ("no-answer", Some("487"), "no answer"),
        ("failed", Some("503"), "failed (SIP 503)"),
        ("canceled", None, "canceled"),
        ("completed", Some("200"), "answered, message not played"),
    ];
    for (number, (status, sip, _)) in updates.iter().enumerate() {
        let number = number.to_string();
        let mut form = vec![("CallStatus", *status), ("SequenceNumber", number.as_str())];
        form.extend(sip.map(|code| ("SipResponseCode", code)));
        one.reported(&form).await;
    }
    let call = one.call().await;
    let reasons: Vec<_> = call["attempts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|attempt| attempt["reason"].clone())
        .collect();
    let expected: Vec<_> = updates.iter().map(|(_, _, reason)| json!(reason)).collect();
    assert_eq!(reasons, expected);
    assert_eq!(call["dials"][0]["reason"], "answered, message not played");
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn times_and_length_come_from_twilio() {
    let one = one_call().await;
    for (status, number, time) in [
        ("ringing", "1", "Sat, 02 Jan 2027 03:04:05 +0000"),
        ("initiated", "0", "Sat, 02 Jan 2027 03:04:04 +0000"),
        ("completed", "3", "Sat, 02 Jan 2027 03:05:00 +0000"),
    ] {
        let form = [
            ("CallStatus", status),
            ("SequenceNumber", number),
            ("Timestamp", time),
            ("CallDuration", "42"),
            ("Duration", "1"),
        ];
        one.reported(&form).await;
    }
    let call = one.call().await;
    assert_eq!(call["started_at"], "2027-01-02T03:04:04.000Z");
    assert_eq!(call["ended_at"], "2027-01-02T03:05:00.000Z");
    assert_eq!(
        call["duration_sec"], 42,
        "seconds, and not minutes as billed"
    );
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn whatever_a_signed_callback_says_it_is_answered_200() {
    let one = one_call().await;
    let unknown = "CAffffffffffffffffffffffffffffffff";
    let nobody = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
    let (sid, call_id) = (one.sid.as_str(), one.call_id.as_str());
    let ours = format!("?call_id={call_id}&dial=1");
    let cases: Vec<(&str, String, Pairs<'_>)> = vec![
        ("nothing", String::new(), vec![]),
        ("nothing of ours", ours.clone(), vec![]),
        ("no SID", ours.clone(), vec![("CallStatus", "busy")]),
        (
            "a SID that is none",
            ours.clone(),
            vec![("CallSid", "x"), ("CallStatus", "busy")],
        ),
        ("no status", ours.clone(), vec![("CallSid", sid)]),
        (
            "an unknown status",
            ours.clone(),
            vec![("CallSid", sid), ("CallStatus", "daydreaming")],
        ),
        (
            "an empty status",
            ours,
            vec![("CallSid", sid), ("CallStatus", "")],
        ),
        (
            "an unknown call",
            format!("?call_id={nobody}&dial=1"),
            vec![("CallSid", unknown), ("CallStatus", "busy")],
        ),
        (
            "an unknown SID",
            String::new(),
            vec![("CallSid", unknown), ("CallStatus", "busy")],
        ),
        (
            "a stray leg",
            format!("?call_id={call_id}&dial=1"),
            vec![("CallSid", unknown), ("CallStatus", "busy")],
        ),
        (
            "a dial that is not there",
            format!("?call_id={call_id}&dial=9"),
            vec![("CallSid", unknown), ("CallStatus", "busy")],
        ),
    ];
    for (what, query, form) in cases {
        let answer = one
            .atlas
            .callback(&format!("/twilio/status{query}"), &form)
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{what}: {}", answer.text());
        assert_eq!(answer.json(), json!({"status": "ok"}), "{what}");
    }
    let call = one.call().await;
    assert_eq!(call["attempts"], json!([]), "none of it was about our dial");
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["twilio_sid"], sid);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn odd_fields_do_not_spoil_an_update() {
    let one = one_call().await;
    one.reported(&[
        ("CallStatus", "busy"),
        ("SequenceNumber", "-1"),
        ("Timestamp", "yesterday"),
        ("CallDuration", "long"),
        ("SipResponseCode", "99999"),
        ("AnsweredBy", ""),
        ("Ünknown", "\u{0}\u{7}"),
    ])
    .await;
    let call = one.call().await;
    assert_eq!(call["status"], "busy");
    assert_eq!(call["attempts"][0]["reason"], "busy");
    assert_eq!(call.get("duration_sec"), None);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn a_callback_without_our_query_is_found_by_its_sid() {
    let one = one_call().await;
    for (query, number) in [
        ("", "1"),
        ("?call_id=nonsense&dial=1", "2"),
        ("?dial=1", "3"),
    ] {
        let form = [
            ("CallSid", one.sid.as_str()),
            ("CallStatus", "ringing"),
            ("SequenceNumber", number),
        ];
        one.atlas
            .callback(&format!("/twilio/status{query}"), &form)
            .send()
            .await
            .expect(200);
    }
    assert_eq!(one.attempts().await, ["ringing", "ringing", "ringing"]);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn callbacks_that_twilio_repeats_or_reorders_end_the_same() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(
            twilio_sim::Fault::always(twilio_sim::FaultKind::RepeatCallback { times: 3 })
                .on_number("+15550100042"),
        )
        .unwrap();
    atlas
        .sim
        .add_fault(
            twilio_sim::Fault::always(twilio_sim::FaultKind::DelayCallback { by_ms: 90_000 })
                .on_number("+15550100004"),
        )
        .unwrap();
    let repeated = atlas.client.place(&outbound("+15550100042")).await;
    let late = atlas.client.place(&outbound("+15550100004")).await;
    atlas.advance(60).await;
    let call = atlas.client.call(&late).await;
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["attempt_count"], 0);
    atlas.advance(60).await;
    let call = atlas.client.call(&late).await;
    assert_eq!(call["status"], "busy");
    assert_eq!(call["attempt_count"], 3);
    let call = atlas.client.call(&repeated).await;
    assert_eq!(call["status"], "completed");
    assert_eq!(call["attempt_count"], 4);
    atlas.finish(2).await;
}

#[tokio::test]
async fn forged_callbacks_of_a_whole_call_change_nothing() {
    let atlas = Setup::stepped().start().await;
    atlas
        .sim
        .add_fault(
            twilio_sim::Fault::always(twilio_sim::FaultKind::ForgeSignature)
                .on_number("+15550100004"),
        )
        .unwrap();
    let call_id = atlas.client.place(&outbound("+15550100004")).await;
    atlas.advance(60).await;
    let call = atlas.client.call(&call_id).await;
    assert_eq!(call["status"], "initiated");
    assert_eq!(call["attempts"], json!([]));
    atlas.finish_with_alerts(1, &[15003, 15003, 15003]).await;
}
