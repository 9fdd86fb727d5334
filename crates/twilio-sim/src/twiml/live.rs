//! Gather and Record with somebody on the line who acts when it pleases them.

use std::time::Duration;

use super::document::{Base, Gather, Record};
use super::gather::Input as Gathered;
use super::record::Captured;
use super::run::run_prompt;
use super::speech::hear_speech;
use super::speech_ms;
use crate::call::{Leg, LegEnd};
use crate::callee::Speech;
use crate::person::{Input, Listening};

/// Runs the prompts, which any input ends, and takes what is pressed or said.
///
/// Source: Twilio, Gather: `timeout` runs from the end of the prompts and again from every key,
/// `finishOnKey` and `numDigits` end it at once.
pub(super) async fn gather(
    leg: &mut Leg,
    gather: &Gather,
    base: &Base,
) -> Result<Gathered, LegEnd> {
    leg.start_listening(match (gather.keys, gather.speech) {
        (true, true) => Listening::KeysOrSpeech,
        (false, true) => Listening::Speech,
        (true | false, false) => Listening::Keys,
    });
    let gathered = prompt_and_listen(leg, gather, base).await;
    leg.barge_in = None;
    leg.stop_listening();
    gathered
}

async fn prompt_and_listen(
    leg: &mut Leg,
    gather: &Gather,
    base: &Base,
) -> Result<Gathered, LegEnd> {
    leg.barge_in = Some((gather.keys, gather.speech && gather.barge_in));
    for prompt in &gather.prompts {
        match run_prompt(leg, prompt, base).await {
            Ok(()) => {}
            Err(LegEnd::BargedIn) => break,
            Err(end) => return Err(end),
        }
    }
    leg.barge_in = None;
    let mut gathered = Gathered::default();
    let timeout_ms = gather.timeout_seconds.saturating_mul(1000);
    let mut until_ms = leg.now_ms().saturating_add_unsigned(timeout_ms);
    loop {
        while let Some(input) = leg.next_input() {
            match input {
                Input::Key(key) if gather.keys => {
                    if gather.finish_on_key == Some(key) {
                        gathered.finished_on = Some(key);
                        return Ok(gathered);
                    }
                    gathered.digits.push(key);
                    if gather.num_digits == Some(gathered.digits.len()) {
                        return Ok(gathered);
                    }
                    until_ms = leg.now_ms().saturating_add_unsigned(timeout_ms);
                }
                Input::Words(text) if gather.speech && gathered.digits.is_empty() => {
                    leg.sound(speech_ms(&text));
                    let spoken = Speech {
                        duration: Duration::from_millis(speech_ms(&text)),
                        phrase: text.clone(),
                    };
                    hear_speech(leg, gather, &spoken, base).await?;
                    gathered.speech = Some(text);
                    return Ok(gathered);
                }
                // Not listened for.
                Input::Key(_) | Input::Words(_) => {}
            }
        }
        if leg.now_ms() >= until_ms {
            return Ok(gathered);
        }
        leg.wait_for_act(until_ms).await?;
    }
}

/// Takes what is said after the beep, until a key, silence, the greatest length or a hang-up ends it.
pub(super) async fn record(leg: &mut Leg, record: &Record) -> Captured {
    leg.start_listening(Listening::Recording);
    let started_ms = leg.now_ms();
    let mut captured = Captured::default();
    let mut words = Vec::new();
    captured.cut = listen(leg, record, &mut captured, &mut words).await.err();
    leg.stop_listening();
    captured.total_ms = u64::try_from(leg.now_ms() - started_ms).unwrap_or_default();
    let duration = Duration::from_millis(captured.spoken_ms);
    // What a transcription of it says.
    leg.callee.speech = (!words.is_empty()).then(|| Speech {
        phrase: words.join(" "),
        duration,
    });
    captured
}

async fn listen(
    leg: &mut Leg,
    record: &Record,
    captured: &mut Captured,
    words: &mut Vec<String>,
) -> Result<(), LegEnd> {
    let silence_ms = match record.timeout_seconds {
        0 => u64::MAX,
        seconds => seconds.saturating_mul(1000),
    };
    let most_ms = record.max_length_seconds.saturating_mul(1000);
    let end_ms = leg.now_ms().saturating_add_unsigned(most_ms);
    let mut quiet_ms = leg.now_ms().saturating_add_unsigned(silence_ms);
    loop {
        while let Some(input) = leg.next_input() {
            match input {
                Input::Key(key) if record.finish_on_key.contains(key) => {
                    captured.digits = key.to_string();
                    return Ok(());
                }
                Input::Key(_) => {}
                Input::Words(text) => {
                    let began_ms = leg.now_ms();
                    let left_ms = u64::try_from(end_ms - began_ms).unwrap_or_default();
                    leg.sound(speech_ms(&text));
                    let said = leg.wait_ms(speech_ms(&text).min(left_ms)).await;
                    captured.spoken_ms +=
                        u64::try_from(leg.now_ms() - began_ms).unwrap_or_default();
                    words.push(text);
                    said?;
                    quiet_ms = leg.now_ms().saturating_add_unsigned(silence_ms);
                }
            }
        }
        let until_ms = end_ms.min(quiet_ms);
        if leg.now_ms() >= until_ms {
            return Ok(());
        }
        leg.wait_for_act(until_ms).await?;
    }
}
