//! Gather: impatient callees, and speech.

use std::time::Duration;

use twilio_sim::{Behaviour, CallReport, Callee, SimulatorConfig};

use crate::app::Bench;

const NUMBER: &str = "+15550100042";
/// Takes 1.2 seconds to say.
const PROMPT: &str = "Press one to go on";

fn impatient(digits: &str, after_ms: u64) -> Behaviour {
    Behaviour::Custom(Callee {
        digits: digits.to_owned(),
        presses_after: Some(Duration::from_millis(after_ms)),
        ..Callee::default()
    })
}

fn says(phrase: &str, seconds: u32) -> Behaviour {
    Behaviour::Says {
        phrase: phrase.to_owned(),
        seconds,
    }
}

/// Milliseconds from one thing heard to the next.
fn gaps(call: &CallReport) -> Vec<i128> {
    let pairs = call.heard.windows(2);
    pairs
        .map(|pair| (pair[1].at - pair[0].at).whole_milliseconds())
        .collect()
}

#[tokio::test]
async fn a_key_ends_the_words_that_are_still_spoken() {
    let bench = Bench::fast().await;
    let gather = format!("<Gather numDigits=\"1\" action=\"/g\"><Say>{PROMPT}</Say></Gather>");
    bench.app.twiml("/voice", &gather);
    bench.app.twiml("/g", "<Say>Thank you</Say>");
    let call = bench.whole_call("+15550100741").await;
    assert_eq!(gaps(&call), [400]);
    assert_eq!(call.keys_pressed, "1");
    assert_eq!(bench.app.received("/g")[0].param("Digits"), "1");

    bench.sim.set_behaviour(NUMBER, impatient("1", 3_000));
    let later = bench.whole_call(NUMBER).await;
    assert_eq!(gaps(&later), [3_000], "after the words as well");
}

#[tokio::test]
async fn the_second_of_two_keys_is_for_the_next_gather_if_there_is_one() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        &format!("<Gather numDigits=\"1\" action=\"/g\"><Say>{PROMPT}</Say></Gather>"),
    );
    bench.app.twiml(
        "/g",
        &format!("<Gather numDigits=\"1\" action=\"/h\"><Say>{PROMPT}</Say></Gather>"),
    );
    bench.app.twiml("/h", "<Say>Two keys</Say>");
    let call = bench.whole_call("+15550100752").await;
    assert_eq!(call.said(), [PROMPT, PROMPT, "Two keys"]);
    assert_eq!(gaps(&call), [400, 500]);
    assert_eq!(bench.app.received("/h")[0].param("Digits"), "2");
}

#[tokio::test]
async fn keys_that_nobody_listens_to_are_pressed_in_vain() {
    let bench = Bench::fast().await;
    bench.app.twiml(
        "/voice",
        "<Gather numDigits=\"1\" action=\"/g\" timeout=\"2\"/><Say>Goodbye for today</Say>",
    );
    bench.app.twiml("/g", "<Say>Thank you</Say>");
    // In the last words, and after the call has ended.
    for after_ms in [2_300, 60_000] {
        bench.sim.set_behaviour(NUMBER, impatient("1", after_ms));
        let call = bench.whole_call(NUMBER).await;
        assert_eq!(call.said(), ["Goodbye for today"]);
        assert_eq!(call.keys_pressed, "1");
    }
    assert!(bench.app.received("/g").is_empty());
}

#[tokio::test]
async fn speech_ends_with_silence_or_at_its_greatest_length() {
    let bench = Bench::fast().await;
    bench
        .sim
        .set_behaviour(NUMBER, says("one two three four", 4));
    // One second passes before the first word.
    let cases = [
        ("", "one two three four", 1_000 + 4_000 + 5_000),
        ("timeout=\"2\"", "one two three four", 1_000 + 4_000 + 2_000),
        (
            "speechTimeout=\"3\"",
            "one two three four",
            1_000 + 4_000 + 3_000,
        ),
        (
            "speechTimeout=\"auto\"",
            "one two three four",
            1_000 + 4_000 + 1_000,
        ),
        ("maxSpeechTime=\"2\"", "one two", 1_000 + 2_000),
    ];
    for (index, (attributes, result, passed_ms)) in cases.into_iter().enumerate() {
        let path = format!("/voice-{index}");
        bench.app.twiml(
            &path,
            &format!(
                "<Gather input=\"speech\" action=\"/g\" {attributes}><Pause/></Gather><Say>none</Say>"
            ),
        );
        bench.app.twiml("/g", "<Say>Done</Say>");
        let url = bench.app.at(&path);
        let sid = bench.call_with(NUMBER, &[("Url", &url)]).await;
        bench.sim.run_until_idle().await;
        let call = bench.sim.call(&sid).unwrap();
        assert_eq!(gaps(&call), [1_000 + passed_ms], "{attributes}");
        let action = bench.app.received("/g").pop().unwrap();
        assert_eq!(action.param("SpeechResult"), result, "{attributes}");
        assert_eq!(action.param("Confidence"), "0.92");
    }
    assert!(bench.alert_codes().is_empty());
}

#[tokio::test]
async fn what_is_understood_is_posted_while_somebody_speaks() {
    let bench = Bench::fast().await;
    bench
        .sim
        .set_behaviour(NUMBER, says("one two three four", 4));
    bench.app.twiml(
        "/voice",
        "<Gather input=\"dtmf speech\" action=\"/g\" partialResultCallback=\"/partial\"/>",
    );
    bench.app.twiml("/g", "<Hangup/>");
    bench.whole_call(NUMBER).await;
    let partials = bench.app.received("/partial");
    let seen: Vec<(&str, &str)> = partials
        .iter()
        .map(|partial| {
            let number = partial.param("SequenceNumber");
            (number, partial.param("UnstableSpeechResult"))
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("0", "one"),
            ("1", "one two"),
            ("2", "one two three"),
            ("3", "one two three four")
        ]
    );
    assert_eq!(partials[0].param("Stability"), "0.8");
    assert_eq!(partials[0].param("CallStatus"), "in-progress");
}

#[tokio::test]
async fn silence_is_no_speech() {
    let bench = Bench::start(SimulatorConfig::fast()).await;
    bench.app.twiml(
        "/voice",
        "<Gather input=\"speech\" action=\"/g\"/><Gather input=\"speech\" actionOnEmptyResult=\"true\" action=\"/g\"/>",
    );
    bench.app.twiml("/g", "<Hangup/>");
    let call = bench.whole_call("+15550100001").await;
    let asked = bench.app.received("/g");
    assert_eq!(asked.len(), 1);
    assert!(
        asked[0]
            .params
            .iter()
            .all(|(name, _)| name != "SpeechResult")
    );
    assert_eq!(call.duration_seconds, Some(10));
}
