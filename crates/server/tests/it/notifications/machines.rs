//! Answering machines, which never acknowledge, and people who are taken for one.

use std::time::Duration;

use serde_json::{Value, json};
use twilio_sim::{Behaviour, Callee, Fault, FaultKind, GreetingEnd, Opening};

use super::{
    LISTENS, MACHINE_MESSAGE, NOT_ACKNOWLEDGED, ONCE_MORE, PRESSES_1, PROMPT, THANKS,
    assert_stands, heard, notify, shown, start, steps,
};
use crate::support::Setup;

/// Greets for five seconds and beeps.
const VOICEMAIL: &str = "+15550100405";

/// Somebody who talks for five seconds after answering, as machines do, and presses keys.
fn long_winded(digits: &str) -> Behaviour {
    Behaviour::Custom(Callee {
        digits: digits.to_owned(),
        opening: Opening::Greeting {
            length: Duration::from_secs(5),
            end: GreetingEnd::Silence,
        },
        ..Callee::default()
    })
}

/// The verdicts of the proof.
fn verdicts(notification: &Value) -> Vec<&str> {
    let proof = notification["proof"].as_array().unwrap();
    proof
        .iter()
        .filter_map(|step| step["answered_by"].as_str())
        .collect()
}

#[tokio::test]
async fn a_voicemail_gets_a_message_after_its_beep_and_the_person_is_rung_again() {
    for (mode, expected) in [
        ("async", vec![PROMPT, MACHINE_MESSAGE]),
        ("sync", vec![MACHINE_MESSAGE]),
    ] {
        let atlas = Setup::stepped()
            .with("NOTIFICATION_MACHINE_DETECTION", mode)
            .with("NOTIFICATION_RETRY_LIMIT", "1")
            .start()
            .await;
        let id = notify(&atlas, VOICEMAIL).await;
        atlas.advance(600).await;
        assert_eq!(heard(&atlas), [expected.clone(), expected]);
        for leg in atlas.sim.calls() {
            assert_eq!(leg.left_on_voicemail(), [MACHINE_MESSAGE], "{mode}");
        }
        let stored = shown(&atlas, &id).await;
        assert_stands(&stored, "not_reached", true);
        assert_eq!(verdicts(&stored), ["machine_end_beep"; 2]);
        for dial in stored["dials"].as_array().unwrap() {
            assert_eq!(dial["answered_by"], "machine_end_beep");
        }
        let offered = steps(&stored);
        let messages = offered
            .iter()
            .filter(|step| **step == "machine_message_offered");
        assert_eq!(messages.count(), 2, "{offered:?}");
        atlas.finish(2).await;
    }
}

#[tokio::test]
async fn the_message_for_machines_proves_where_it_was_heard() {
    for (mode, words) in [
        (
            "async",
            &[
                ("answered", "POST /notifications/call/status"),
                ("words_offered", "POST /notifications/call/twiml"),
                ("answered", "POST /notifications/call/amd"),
                (
                    "machine_message_offered",
                    "POST /notifications/call/machine",
                ),
            ][..],
        ),
        (
            "sync",
            &[
                ("answered", "POST /notifications/call/status"),
                ("answered", "answering machine detection"),
                ("machine_message_offered", "POST /notifications/call/twiml"),
            ][..],
        ),
    ] {
        let atlas = Setup::stepped()
            .with("NOTIFICATION_MACHINE_DETECTION", mode)
            .with("NOTIFICATION_RETRY_LIMIT", "0")
            .start()
            .await;
        let id = notify(&atlas, VOICEMAIL).await;
        atlas.advance(600).await;
        let stored = shown(&atlas, &id).await;
        let from: Vec<_> = stored["proof"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| {
                (
                    step["step"].as_str().unwrap(),
                    step["from"].as_str().unwrap(),
                )
            })
            .collect();
        let mut expected = vec![
            ("intent_stored", "POST /notifications/call"),
            ("dialled", "Twilio's answer to POST Calls.json"),
        ];
        expected.extend(words);
        assert_eq!(from, expected, "{mode}");
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn a_fax_is_a_machine_and_silence_is_nobody() {
    for (to, verdict) in [("+15550100006", "fax"), ("+15550100001", "unknown")] {
        let atlas = start().await;
        let id = notify(&atlas, to).await;
        atlas.advance(120).await;
        let stored = shown(&atlas, &id).await;
        assert_stands(&stored, "not_reached", true);
        assert_eq!(verdicts(&stored), [verdict]);
        let words = heard(&atlas).remove(0);
        if verdict == "fax" {
            assert_eq!(words, [PROMPT, MACHINE_MESSAGE]);
        } else {
            assert_eq!(words, [PROMPT, PROMPT, NOT_ACKNOWLEDGED]);
        }
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn without_detection_a_voicemail_hears_the_prompts_and_nobody_is_reached() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_MACHINE_DETECTION", "off")
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .start()
        .await;
    let id = notify(&atlas, VOICEMAIL).await;
    atlas.advance(120).await;
    assert_eq!(heard(&atlas), [[PROMPT, PROMPT, NOT_ACKNOWLEDGED]]);
    assert_stands(&shown(&atlas, &id).await, "not_reached", true);
    let pressed = notify(&atlas, PRESSES_1).await;
    atlas.advance(120).await;
    assert_stands(&shown(&atlas, &pressed).await, "acknowledged", true);
    atlas.finish(2).await;
}

#[tokio::test]
async fn a_person_taken_for_a_machine_is_asked_to_press_1_once_more() {
    for (digits, words, status) in [
        (
            ",1",
            vec![PROMPT, MACHINE_MESSAGE, ONCE_MORE, THANKS],
            "acknowledged",
        ),
        (
            ",1,2",
            vec![PROMPT, MACHINE_MESSAGE, ONCE_MORE, NOT_ACKNOWLEDGED],
            "unacknowledged",
        ),
        (
            ",5",
            vec![PROMPT, MACHINE_MESSAGE, NOT_ACKNOWLEDGED],
            "unacknowledged",
        ),
    ] {
        let atlas = start().await;
        atlas.sim.set_behaviour(LISTENS, long_winded(digits));
        let id = notify(&atlas, LISTENS).await;
        atlas.advance(120).await;
        assert_eq!(heard(&atlas), [words], "{digits}");
        let stored = shown(&atlas, &id).await;
        assert_stands(&stored, status, true);
        assert_eq!(verdicts(&stored), ["machine_end_silence"], "{digits}");
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn before_its_verdict_detection_in_between_asks_a_person_once_more() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_MACHINE_DETECTION", "sync")
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .start()
        .await;
    atlas.sim.set_behaviour(LISTENS, long_winded("1"));
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(120).await;
    assert_eq!(heard(&atlas), [[MACHINE_MESSAGE, ONCE_MORE, THANKS]]);
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert_eq!(
        stored["acknowledged_by"],
        json!({"via": "keypress", "dial_no": 1, "digits": "1"})
    );
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_key_pressed_before_the_verdict_counts_and_the_verdict_does_not() {
    let atlas = start().await;
    let presses_at_once = Behaviour::Custom(Callee {
        presses_after: Some(Duration::from_secs(1)),
        opening: Opening::Greeting {
            length: Duration::from_secs(5),
            end: GreetingEnd::Beep,
        },
        digits: "9,1".to_owned(),
        ..Callee::default()
    });
    atlas.sim.set_behaviour(LISTENS, presses_at_once);
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(120).await;
    assert_eq!(heard(&atlas), [[PROMPT, PROMPT, THANKS]]);
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    assert!(verdicts(&stored).is_empty(), "{stored}");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_call_that_cannot_be_moved_to_the_message_goes_on_with_the_prompts() {
    let atlas = start().await;
    let refused = FaultKind::Answer {
        http_status: 500,
        code: 20500,
        retry_after_seconds: None,
        executed: false,
    };
    let id = notify(&atlas, VOICEMAIL).await;
    atlas.sim.add_fault(Fault::always(refused)).unwrap();
    atlas.advance(120).await;
    assert_eq!(heard(&atlas), [[PROMPT, PROMPT, NOT_ACKNOWLEDGED]]);
    atlas.sim.clear_faults();
    assert_stands(&shown(&atlas, &id).await, "not_reached", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_verdict_that_comes_when_the_call_is_over_moves_nothing() {
    let atlas = start().await;
    let late = FaultKind::DelayCallback { by_ms: 60_000 };
    atlas.sim.add_fault(Fault::always(late)).unwrap();
    let hangs_up = Behaviour::Custom(Callee {
        opening: Opening::Greeting {
            length: Duration::from_secs(5),
            end: GreetingEnd::Beep,
        },
        hangs_up: twilio_sim::HangsUp::After(Duration::from_secs(8)),
        ..Callee::default()
    });
    atlas.sim.set_behaviour(LISTENS, hangs_up);
    let id = notify(&atlas, LISTENS).await;
    atlas.advance(600).await;
    assert_eq!(heard(&atlas), [[PROMPT]]);
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "not_reached", true);
    assert_eq!(verdicts(&stored), ["machine_end_beep"]);
    atlas.finish(1).await;
}
