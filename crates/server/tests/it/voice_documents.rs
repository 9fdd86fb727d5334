//! `POST /twilio/voice` and `POST /twilio/recorded`: the documents, as they are sent.

use serde_json::{Value, json};

use crate::support::{
    Answer, CONNECTION_OVERRIDES, CONSENT_NOTICE, DEFAULT_GOODBYE, DEFAULT_MESSAGE, Setup,
    TestAtlas, Verb, outbound, read_verbs, verb,
};

const ALICE: [(&str, &str); 2] = [("language", "en-US"), ("voice", "alice")];

struct OneCall {
    atlas: TestAtlas,
    call_id: String,
    sid: String,
}

async fn one_call(setup: Setup, body: &Value) -> OneCall {
    let atlas = setup.start().await;
    let call_id = atlas.client.place(body).await;
    let sid = atlas.sim.calls()[0].sid.clone();
    OneCall {
        atlas,
        call_id,
        sid,
    }
}

fn body(script: &Value, recording_enabled: bool) -> Value {
    let mut body = outbound("+15550100042");
    body["script"] = script.clone();
    body["recording_enabled"] = json!(recording_enabled);
    body
}

impl OneCall {
    /// Asks as Twilio does when somebody answered.
    async fn ask(&self, sid: &str) -> Answer {
        let form = [
            ("CallSid", sid),
            ("CallStatus", "in-progress"),
            ("To", "+15550100042"),
        ];
        let path = format!(
            "/twilio/voice?call_id={}&dial=1&recording=true",
            self.call_id
        );
        self.atlas.callback(&path, &form).send().await
    }

    async fn hears(&self) -> Vec<Verb> {
        let answer = self.ask(&self.sid).await;
        assert_eq!(answer.status.as_u16(), 200, "{}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            Some("application/xml; charset=utf-8")
        );
        read_verbs(&answer.text())
    }

    /// The `<Record>` of this call, with this `maxLength`.
    fn record(&self, max_length: &str, transcribe: bool) -> Verb {
        let named = format!("?call_id={}&dial=1{CONNECTION_OVERRIDES}", self.call_id);
        let action = format!("{}/twilio/recorded{named}", self.atlas.public_url);
        let news = format!("{}/twilio/recording{named}", self.atlas.public_url);
        let mut attributes = vec![
            ("action", action.as_str()),
            ("method", "POST"),
            ("maxLength", max_length),
            ("timeout", "5"),
            ("finishOnKey", "#"),
            ("trim", "trim-silence"),
            ("playBeep", "true"),
            ("recordingStatusCallback", &news),
            ("recordingStatusCallbackMethod", "POST"),
            (
                "recordingStatusCallbackEvent",
                "in-progress completed absent",
            ),
        ];
        if transcribe {
            attributes.extend([("transcribe", "true"), ("transcribeCallback", &news)]);
        }
        verb("Record", &attributes, "")
    }
}

fn say(text: &str) -> Verb {
    verb("Say", &ALICE, text)
}

fn hang_up() -> Verb {
    verb("Hangup", &[], "")
}

#[tokio::test]
async fn with_recording_the_document_is_notice_script_record_and_hang_up() {
    let one = one_call(Setup::stepped(), &body(&json!("Hello Ann."), true)).await;
    let expected = [
        say(CONSENT_NOTICE),
        say("Hello Ann."),
        one.record("119", true),
        hang_up(),
    ];
    assert_eq!(one.hears().await, expected);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn without_recording_the_document_is_script_and_hang_up() {
    let one = one_call(Setup::stepped(), &body(&json!("Hello Ann."), false)).await;
    assert_eq!(
        one.hears().await,
        [say("Hello Ann."), hang_up()],
        "the call decides and not the query"
    );
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn without_a_script_that_can_be_spoken_there_is_a_default_message() {
    for script in [
        Value::Null,
        json!(""),
        json!(" \n\t"),
        json!("\u{0}\u{1b}\u{fffe}"),
    ] {
        let one = one_call(Setup::stepped(), &body(&script, true)).await;
        let expected = [
            say(CONSENT_NOTICE),
            say(DEFAULT_MESSAGE),
            one.record("119", true),
            hang_up(),
        ];
        assert_eq!(one.hears().await, expected, "{script:?}");
        one.atlas.finish(1).await;
        let one = one_call(Setup::stepped(), &body(&script, false)).await;
        assert_eq!(
            one.hears().await,
            [say(DEFAULT_GOODBYE), hang_up()],
            "{script:?}"
        );
        one.atlas.finish(1).await;
    }
}

#[tokio::test]
async fn voice_and_language_and_the_length_of_recordings_come_from_the_settings() {
    let setup = Setup::stepped()
        .with("TTS_VOICE", "Polly.Vicki-Neural")
        .with("TTS_LANGUAGE", "de-DE")
        .with("TRANSCRIBE_RECORDINGS", "false");
    let one = one_call(setup, &body(&json!("Hallo."), true)).await;
    let vicki = [("voice", "Polly.Vicki-Neural"), ("language", "de-DE")];
    let expected = [
        verb("Say", &vicki, CONSENT_NOTICE),
        verb("Say", &vicki, "Hallo."),
        one.record("3600", false),
        hang_up(),
    ];
    assert_eq!(one.hears().await, expected);
    one.atlas.finish(1).await;

    for (seconds, transcribe, max_length) in [
        ("60", true, "60"),
        ("120", true, "119"),
        ("120", false, "120"),
    ] {
        let setup = Setup::stepped()
            .with("RECORDING_MAX_SECONDS", seconds)
            .with(
                "TRANSCRIBE_RECORDINGS",
                if transcribe { "true" } else { "false" },
            );
        let one = one_call(setup, &body(&json!("Hi."), true)).await;
        let verbs = one.hears().await;
        assert_eq!(
            verbs[2],
            one.record(max_length, transcribe),
            "{seconds} {transcribe}"
        );
        one.atlas.finish(1).await;
    }
}

#[tokio::test]
async fn nothing_in_a_script_becomes_markup() {
    let scripts = [
        "</Say><Hangup/><Say>",
        "<!-- x --><![CDATA[y]]><?z?>",
        "&amp; &#x41; & &lt;",
        "\"quotes\" 'and' ]]>",
        "Grüße, 你好, 🙂",
    ];
    for script in scripts {
        let one = one_call(Setup::stepped(), &body(&json!(script), false)).await;
        assert_eq!(one.hears().await, [say(script), hang_up()]);
        one.atlas.finish(1).await;
    }
    let one = one_call(
        Setup::stepped(),
        &body(&json!("a\u{0}b\u{8}c\u{ffff}d"), false),
    )
    .await;
    assert_eq!(
        one.hears().await,
        [say("abcd"), hang_up()],
        "what XML cannot carry is dropped"
    );
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn a_long_script_is_split_at_sentence_ends_and_spoken_whole() {
    let script = "This is one sentence of many. ".repeat(166) + "The end of it.";
    assert!(script.chars().count() > 4096);
    let one = one_call(Setup::stepped(), &body(&json!(script), false)).await;
    let verbs = one.hears().await;
    let (last, spoken) = verbs.split_last().unwrap();
    assert_eq!(last, &hang_up());
    assert!(spoken.len() > 1);
    for (index, verb) in spoken.iter().enumerate() {
        assert!(verb.text.chars().count() <= 4000, "part {index}");
        assert!(
            verb.text.trim_end().ends_with('.'),
            "part {index} ends a sentence: {}",
            verb.text
        );
    }
    let whole: String = spoken.iter().map(|verb| verb.text.as_str()).collect();
    assert_eq!(whole, script);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn the_same_request_gets_the_same_document() {
    let one = one_call(Setup::stepped(), &body(&json!("Hello."), true)).await;
    let first = one.ask(&one.sid).await.text();
    for _ in 0..3 {
        one.atlas.advance_ms(100).await;
        assert_eq!(one.ask(&one.sid).await.text(), first);
    }
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn only_one_leg_of_a_dial_ever_speaks() {
    let one = one_call(Setup::stepped(), &body(&json!("Hello."), true)).await;
    let other = "CAffffffffffffffffffffffffffffffff";
    let answer = one.ask(other).await;
    assert_eq!(
        read_verbs(&answer.text()),
        [hang_up()],
        "a leg that Twilio did not answer us with"
    );
    assert_eq!(one.hears().await.len(), 4);
    let call = one.atlas.client.call(&one.call_id).await;
    assert_eq!(call["twilio_sid"], one.sid.as_str());
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn an_unknown_call_hears_the_default_message() {
    let atlas = Setup::stepped().start().await;
    let nobody = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11";
    let sid = [
        ("CallSid", "CAffffffffffffffffffffffffffffffff"),
        ("CallStatus", "in-progress"),
    ];
    let recorded = [
        (format!("?call_id={nobody}&dial=1&recording=true"), &sid[..]),
        (String::new(), &sid),
        (String::new(), &[]),
    ];
    for (query, form) in recorded {
        let answer = atlas
            .callback(&format!("/twilio/voice{query}"), form)
            .send()
            .await;
        assert_eq!(answer.status.as_u16(), 200, "{query}: {}", answer.text());
        let verbs = read_verbs(&answer.text());
        assert_eq!(
            verbs[..2],
            [say(CONSENT_NOTICE), say(DEFAULT_MESSAGE)],
            "{query}"
        );
        assert_eq!(verbs[2].name, "Record", "{query}");
        assert_eq!(verbs[3..], [hang_up()], "{query}");
    }
    let path = format!("/twilio/voice?call_id={nobody}&dial=1&recording=false");
    let answer = atlas.callback(&path, &sid).send().await;
    assert_eq!(
        read_verbs(&answer.text()),
        [say(DEFAULT_GOODBYE), hang_up()]
    );
    atlas.finish(0).await;
}

#[tokio::test]
async fn a_call_that_was_called_off_hears_nothing() {
    let one = one_call(Setup::stepped(), &body(&json!("Hello."), true)).await;
    one.atlas
        .client
        .post_empty(&format!("/calls/{}/hangup", one.call_id))
        .await
        .expect(200);
    assert_eq!(one.hears().await, [hang_up()]);
    one.atlas.finish(1).await;
}

#[tokio::test]
async fn after_a_recording_the_call_ends() {
    let atlas = Setup::stepped().start().await;
    let forms: [&[(&str, &str)]; 3] = [
        &[
            ("CallSid", "CAffffffffffffffffffffffffffffffff"),
            ("RecordingSid", "RE0123456789abcdef0123456789abcdef"),
            ("RecordingDuration", "7"),
            ("Digits", "#"),
        ],
        &[
            ("CallSid", "CAffffffffffffffffffffffffffffffff"),
            ("RecordingDuration", "0"),
        ],
        &[],
    ];
    for form in forms {
        let answer = atlas.callback("/twilio/recorded", form).send().await;
        assert_eq!(answer.status.as_u16(), 200, "{form:?}: {}", answer.text());
        assert_eq!(
            answer.header("content-type"),
            Some("application/xml; charset=utf-8")
        );
        assert_eq!(read_verbs(&answer.text()), [hang_up()], "{form:?}");
    }
    atlas.finish(0).await;
}
