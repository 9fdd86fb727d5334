//! What people press, when, and what they hear then.

use twilio_sim::{Behaviour, Callee};

use super::{
    LISTENS, NOT_ACKNOWLEDGED, PROMPT, THANKS, assert_stands, heard, notify, shown, start, steps,
};
use crate::support::{Setup, TestAtlas};

/// Rings one number once, to the end, and returns the words heard and the notification.
async fn rung(to: &str) -> (TestAtlas, serde_json::Value, Vec<String>) {
    let atlas = start().await;
    let id = notify(&atlas, to).await;
    atlas.advance(120).await;
    let words = heard(&atlas).remove(0);
    let stored = shown(&atlas, &id).await;
    (atlas, stored, words)
}

#[tokio::test]
async fn a_key_may_be_pressed_while_the_task_is_spoken() {
    let (atlas, stored, words) = rung("+15550100741").await;
    assert_eq!(words, [PROMPT, THANKS]);
    assert_stands(&stored, "acknowledged", true);
    let leg = atlas.sim.calls().remove(0);
    let between = leg.heard[1].at - leg.heard[0].at;
    assert!(between.whole_milliseconds() < 1000, "{between}");
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_key_may_be_pressed_at_the_second_prompt() {
    let (atlas, stored, words) = rung("+15550100721").await;
    assert_eq!(words, [PROMPT, PROMPT, THANKS]);
    assert_stands(&stored, "acknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_presses_a_wrong_key_is_asked_once_more() {
    for (to, key) in [("+15550100739", "9"), ("+15550100731", "9")] {
        let (atlas, stored, words) = rung(to).await;
        let acknowledges = to.ends_with('1');
        let last = if acknowledges {
            THANKS
        } else {
            NOT_ACKNOWLEDGED
        };
        assert_eq!(words, [PROMPT, PROMPT, last]);
        let pressed: Vec<_> = stored["proof"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|step| step["step"] == "key_pressed")
            .map(|step| step["digits"].as_str().unwrap())
            .collect();
        if acknowledges {
            assert_eq!(
                pressed,
                [key, "1"],
                "the first key, and the one that counted"
            );
            assert_stands(&stored, "acknowledged", true);
        } else {
            assert_eq!(pressed, [key]);
            assert_stands(&stored, "unacknowledged", true);
        }
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn only_1_acknowledges() {
    for to in [
        "+15550100700",
        "+15550100702",
        "+15550100711",
        "+15550100752",
    ] {
        let (atlas, stored, words) = rung(to).await;
        assert_eq!(words, [PROMPT, PROMPT, NOT_ACKNOWLEDGED], "{to}");
        assert_stands(&stored, "unacknowledged", true);
        atlas.finish(1).await;
    }
}

#[tokio::test]
async fn the_key_that_ends_an_input_is_no_key() {
    // Twilio gives `#` to no action: the next prompt comes as if nothing had been pressed.
    let (atlas, stored, words) = rung("+15550100710").await;
    assert_eq!(words, [PROMPT, PROMPT, NOT_ACKNOWLEDGED]);
    assert_stands(&stored, "unacknowledged", true);
    assert!(!steps(&stored).contains(&"key_pressed"), "{stored}");
    atlas.finish(1).await;
}

#[tokio::test]
async fn with_one_prompt_a_wrong_key_is_the_end() {
    let atlas = Setup::stepped()
        .with("NOTIFICATION_REPEATS", "1")
        .with("NOTIFICATION_RETRY_LIMIT", "0")
        .start()
        .await;
    notify(&atlas, "+15550100731").await;
    atlas.advance(60).await;
    assert_eq!(heard(&atlas), [[PROMPT, NOT_ACKNOWLEDGED]]);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_key_pressed_twice_acknowledges_once() {
    let (atlas, stored, words) = rung("+15550100751").await;
    assert_eq!(words, [PROMPT, THANKS]);
    assert_eq!(atlas.sim.calls()[0].keys_pressed, "11");
    assert_stands(&stored, "acknowledged", true);
    let committed = steps(&stored)
        .iter()
        .filter(|step| **step == "committed")
        .count();
    assert_eq!(committed, 1);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_hangs_up_while_pressing_has_acknowledged() {
    let (atlas, stored, words) = rung("+15550100771").await;
    assert_eq!(words, [PROMPT], "nobody was there any more to be thanked");
    assert_stands(&stored, "acknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn a_key_pressed_after_the_goodbye_is_heard_by_nobody() {
    let (atlas, stored, words) = rung("+15550100761").await;
    assert_eq!(words, [PROMPT, PROMPT, NOT_ACKNOWLEDGED]);
    assert_stands(&stored, "unacknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_answers_at_the_last_moment_is_in_time() {
    let (atlas, stored, words) = rung("+15550100781").await;
    assert_eq!(words, [PROMPT, THANKS]);
    assert_stands(&stored, "acknowledged", true);
    atlas.finish(1).await;
}

#[tokio::test]
async fn who_presses_at_the_third_ring_acknowledges_then() {
    let atlas = Setup::stepped().start().await;
    let id = notify(&atlas, LISTENS).await;
    // Two dials, then a person who presses.
    atlas.advance(130).await;
    let presses = Behaviour::Custom(Callee {
        digits: "1".to_owned(),
        ..Callee::default()
    });
    atlas.sim.set_behaviour(LISTENS, presses);
    atlas.advance(600).await;
    let stored = shown(&atlas, &id).await;
    assert_stands(&stored, "acknowledged", true);
    let dials = atlas.sim.calls().len();
    assert_eq!(stored["acknowledged_by"]["dial_no"], dials);
    assert_eq!(heard(&atlas).last().unwrap(), &[PROMPT, THANKS]);
    atlas.finish(dials).await;
}
