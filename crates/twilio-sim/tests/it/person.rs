//! Calls to a person, who acts live.

use std::time::{Duration, Instant};

use twilio_sim::{Act, ActError, Behaviour, CallStatus, HeardKind, Listening, SimulatorConfig};

use crate::app::Bench;

const PERSON: &str = "+15550100901";

fn press(keys: &str) -> Act {
    Act::Press { keys: keys.into() }
}

fn say(text: &str) -> Act {
    Act::Say { text: text.into() }
}

/// A bench whose clock moves by hand, with a call that is ringing at a person's.
async fn ringing(verbs: &str) -> (Bench, String) {
    let bench = Bench::start(SimulatorConfig::stepped()).await;
    bench.app.twiml("/voice", verbs);
    bench.app.twiml("/next", "<Hangup/>");
    let sid = bench.call(PERSON).await;
    bench.sim.clock().advance(Duration::from_secs(1)).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Ringing);
    (bench, sid)
}

impl Bench {
    async fn does(&self, sid: &str, act: Act) {
        self.sim.act(sid, act).unwrap();
        self.sim.wait_until_quiet().await;
    }

    async fn after_ms(&self, ms: u64) {
        self.sim.clock().advance(Duration::from_millis(ms)).await;
    }

    fn gathered(&self) -> Vec<String> {
        let received = self.app.received("/next");
        received
            .iter()
            .map(|request| request.param("Digits").to_owned())
            .collect()
    }
}

#[tokio::test]
async fn a_phone_rings_until_the_person_answers_and_then_says_the_words() {
    let (bench, sid) = ringing("<Say>Hello</Say>").await;
    bench.after_ms(30_000).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Ringing);
    bench.does(&sid, Act::Answer).await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.status, CallStatus::InProgress);
    assert_eq!(call.said(), ["Hello"]);
    assert!(call.person);
    assert_eq!(call.acts[0].act, Act::Answer);
}

#[tokio::test]
async fn a_person_who_declines_is_busy_and_one_who_does_nothing_does_not_answer() {
    let (bench, sid) = ringing("<Say>Hello</Say>").await;
    bench.does(&sid, Act::Decline).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Busy);

    let sid = bench.call_with(PERSON, &[("Timeout", "20")]).await;
    bench.after_ms(20_999).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::Ringing);
    bench.after_ms(1).await;
    assert_eq!(bench.sim.call(&sid).unwrap().status, CallStatus::NoAnswer);
}

#[tokio::test]
async fn a_key_interrupts_the_words_of_a_gather_and_the_timeout_runs_from_it() {
    let (bench, sid) =
        ringing("<Gather action=\"/next\" timeout=\"3\"><Say>A very long prompt</Say></Gather>")
            .await;
    bench.does(&sid, Act::Answer).await;
    bench.after_ms(400).await;
    bench.does(&sid, press("4")).await;
    bench.after_ms(2900).await;
    bench.does(&sid, press("2")).await;
    bench.after_ms(2999).await;
    assert!(bench.gathered().is_empty());
    assert_eq!(
        bench.sim.call(&sid).unwrap().listening,
        Some(Listening::Keys)
    );
    bench.after_ms(1).await;
    assert_eq!(bench.gathered(), ["42"]);
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!((call.keys_pressed.as_str(), call.listening), ("42", None));
}

#[tokio::test]
async fn enough_keys_or_the_finishing_key_end_a_gather_at_once() {
    let verbs = "<Gather action=\"/next\" numDigits=\"2\"/>";
    let (bench, sid) = ringing(verbs).await;
    bench.does(&sid, Act::Answer).await;
    bench.does(&sid, press("123")).await;
    assert_eq!(bench.gathered(), ["12"]);

    let (bench, sid) = ringing("<Gather action=\"/next\" finishOnKey=\"*\"/>").await;
    bench.does(&sid, Act::Answer).await;
    bench.does(&sid, press("7#*")).await;
    assert_eq!(bench.gathered(), ["7#"]);
}

#[tokio::test]
async fn keys_pressed_before_a_gather_are_not_its() {
    let verbs = "<Say>Please hold</Say><Gather action=\"/next\" numDigits=\"1\"/><Say>Bye</Say>";
    let (bench, sid) = ringing(verbs).await;
    bench.does(&sid, Act::Answer).await;
    bench.does(&sid, press("9")).await;
    bench.after_ms(1000 + 5000).await;
    assert!(bench.gathered().is_empty());
    assert_eq!(bench.sim.call(&sid).unwrap().said(), ["Please hold", "Bye"]);
}

#[tokio::test]
async fn words_answer_a_gather_for_speech() {
    let (bench, sid) = ringing("<Gather action=\"/next\" input=\"dtmf speech\"/>").await;
    bench.does(&sid, Act::Answer).await;
    let listening = bench.sim.call(&sid).unwrap().listening;
    assert_eq!(listening, Some(Listening::KeysOrSpeech));
    bench.does(&sid, say("yes please")).await;
    bench.after_ms(600).await;
    let received = bench.app.received("/next");
    assert_eq!(received[0].param("SpeechResult"), "yes please");
}

#[tokio::test]
async fn a_recording_takes_what_is_said_until_silence_a_key_or_the_hang_up() {
    let verbs = "<Record action=\"/next\" timeout=\"4\" playBeep=\"false\" transcribe=\"true\" \
                 transcribeCallback=\"/text\"/>";
    for (act, digits) in [
        (None, ""),
        (Some(press("1")), "1"),
        (Some(Act::HangUp), "hangup"),
    ] {
        let (bench, sid) = ringing(verbs).await;
        bench.does(&sid, Act::Answer).await;
        bench.after_ms(3999).await;
        bench.does(&sid, say(&"word ".repeat(10))).await;
        bench.after_ms(3000).await;
        bench.does(&sid, say("and more")).await;
        bench.after_ms(500).await;
        match act {
            Some(act) => bench.does(&sid, act).await,
            None => bench.after_ms(4000).await,
        }
        assert_eq!(bench.gathered(), [digits]);
        bench.after_ms(20_000).await;
        let call = bench.sim.call(&sid).unwrap();
        assert_eq!(call.status, CallStatus::Completed);
        assert_eq!(call.recordings[0].duration_ms, 3500, "{digits}");
        let text = &bench.app.received("/text")[0];
        assert!(text.param("TranscriptionText").ends_with("word  and more"));
    }
}

#[tokio::test]
async fn a_person_can_hang_up_in_the_middle_of_a_word() {
    let (bench, sid) = ringing("<Say>Hello</Say><Say>there</Say>").await;
    bench.does(&sid, Act::Answer).await;
    bench.after_ms(100).await;
    bench.does(&sid, Act::HangUp).await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.status, CallStatus::Completed);
    assert_eq!(call.said(), ["Hello"]);
}

#[tokio::test]
async fn what_cannot_be_done_is_refused() {
    let (bench, sid) = ringing("<Pause length=\"60\"/>").await;
    let sim = &bench.sim;
    let wrong = |needed, status| Err(ActError::WrongState { status, needed });
    assert_eq!(
        sim.act(&sid, press("1")),
        wrong(CallStatus::InProgress, CallStatus::Ringing)
    );
    bench.does(&sid, Act::Answer).await;
    assert_eq!(
        sim.act(&sid, Act::Answer),
        wrong(CallStatus::Ringing, CallStatus::InProgress)
    );
    for keys in ["", "a", "1 2", &"1".repeat(33)] {
        assert_eq!(sim.act(&sid, press(keys)), Err(ActError::Keys), "{keys:?}");
    }
    for text in ["", " ", &"x".repeat(1001)] {
        assert_eq!(sim.act(&sid, say(text)), Err(ActError::Words));
    }
    for _ in 0..8 {
        sim.act(&sid, press(&"1".repeat(32))).unwrap();
    }
    assert_eq!(sim.act(&sid, press("1")), Err(ActError::TooMuch));
    let other = bench.call("+15550100042").await;
    assert_eq!(sim.act(&other, Act::HangUp), Err(ActError::NotAPerson));
}

#[tokio::test]
async fn a_fast_clock_goes_at_real_speed_while_a_person_is_on_the_line() {
    let bench = Bench::fast().await;
    bench.sim.set_behaviour("+15550100042", Behaviour::Person);
    bench
        .app
        .twiml("/voice", "<Say>Hi</Say><Pause length=\"1\"/>");
    let began = Instant::now();
    let sid = bench.call_with("+15550100042", &[("Timeout", "600")]).await;
    while bench.sim.call(&sid).unwrap().status != CallStatus::Ringing {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let rang = bench.sim.clock().now();
    bench.sim.act(&sid, Act::Answer).unwrap();
    bench.sim.run_until_idle().await;
    let call = bench.sim.call(&sid).unwrap();
    assert_eq!(call.status, CallStatus::Completed);
    let answered = call.heard[0].at;
    assert!(matches!(call.heard[0].kind, HeardKind::Said { .. }));
    assert!(
        answered - rang < Duration::from_secs(30),
        "it did not run to the timeout"
    );
    assert!(
        began.elapsed() >= Duration::from_millis(1500),
        "0.5 s of words and a second of silence"
    );
    // Nobody is on the line any more: an hour is nothing again.
    bench.sim.clock().advance(Duration::from_secs(3600)).await;
    assert!(began.elapsed() < Duration::from_secs(60));
}
