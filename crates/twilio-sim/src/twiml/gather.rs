//! Gather: prompts, then waiting for keys or speech.

use super::document::{Base, Gather};
use super::live;
use super::run::{Flow, go_to, run_prompt};
use super::speech::hear_to_the_end;
use crate::call::{Leg, LegEnd};
use crate::record::DeliveryKind;
use crate::world::Params;

/// How long a callee takes to press the first key, and to begin to speak.
const REACTION_MS: u64 = 1_000;
/// Time from one key to the next.
const KEY_MS: u64 = 500;

/// What came of gathering.
#[derive(Debug, Default)]
pub(super) struct Input {
    pub(super) digits: String,
    pub(super) finished_on: Option<char>,
    pub(super) speech: Option<String>,
}

/// Runs a Gather: with input, control goes to the action; without, to the next verb.
pub(super) async fn run(leg: &mut Leg, gather: &Gather, base: &Base) -> Result<Flow, LegEnd> {
    let input = if leg.is_person() {
        live::gather(leg, gather, base).await?
    } else {
        let pressed = leg.next_digits();
        match leg.callee.presses_after {
            Some(after) if gather.keys && (!pressed.is_empty() || leg.has_early_keys()) => {
                leg.press_in_time(&pressed, after);
                live::gather(leg, gather, base).await?
            }
            Some(_) | None => {
                for prompt in &gather.prompts {
                    run_prompt(leg, prompt, base).await?;
                }
                listen(leg, gather, &pressed, base).await?
            }
        }
    };
    if !input.digits.is_empty() {
        leg.hang_up_once_pressed();
    }
    let empty = input.digits.is_empty() && input.speech.is_none();
    if empty && !gather.action_on_empty_result {
        return Ok(Flow::Continue);
    }
    Ok(go_to(
        leg,
        &gather.action,
        base,
        DeliveryKind::Action,
        params(input),
    ))
}

async fn listen(
    leg: &mut Leg,
    gather: &Gather,
    pressed: &str,
    base: &Base,
) -> Result<Input, LegEnd> {
    let mut input = Input::default();
    let timeout_ms = gather.timeout_seconds.saturating_mul(1000);
    let reaction_ms = REACTION_MS.min(timeout_ms / 2);
    if gather.keys && !pressed.is_empty() {
        leg.wait_ms(reaction_ms).await?;
        for (index, key) in pressed.chars().enumerate() {
            if index > 0 {
                leg.wait_ms(KEY_MS.min(timeout_ms / 2)).await?;
            }
            leg.press(key);
            if gather.finish_on_key == Some(key) {
                input.finished_on = Some(key);
                return Ok(input);
            }
            input.digits.push(key);
            if gather.num_digits == Some(input.digits.len()) {
                return Ok(input);
            }
        }
        // Neither full nor finished: the timeout after the last key ends it.
        leg.wait_ms(timeout_ms).await?;
        return Ok(input);
    }
    if gather.speech
        && let Some(speech) = leg.callee.speech.clone()
    {
        leg.wait_ms(reaction_ms).await?;
        input.speech = Some(hear_to_the_end(leg, gather, &speech, base).await?);
        return Ok(input);
    }
    leg.wait_ms(timeout_ms).await?;
    Ok(input)
}

/// Source: Twilio, Gather, "action"; `msg` and `FinishedOnKey` are seen in captured requests.
fn params(input: Input) -> Params {
    let mut params: Params = vec![("msg".to_owned(), "Gather End".to_owned())];
    match input.speech {
        Some(speech) => {
            params.push(("SpeechResult".to_owned(), speech));
            params.push(("Confidence".to_owned(), "0.92".to_owned()));
        }
        None => {
            params.push(("Digits".to_owned(), input.digits));
            let finished_on = input.finished_on.map(String::from).unwrap_or_default();
            params.push(("FinishedOnKey".to_owned(), finished_on));
        }
    }
    params
}
