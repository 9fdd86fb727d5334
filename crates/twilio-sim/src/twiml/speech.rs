//! Speech of the callee in a Gather, and what is understood of it.

use std::sync::Arc;

use url::Url;

use super::document::{Base, Gather};
use super::run::resolve;
use crate::call::{Leg, LegEnd};
use crate::callbacks::{self, HttpMethod, Outgoing};
use crate::callee::Speech;
use crate::record::DeliveryKind;

/// How often what is understood so far is posted.
const PARTIAL_MS: u64 = 1_000;

/// Listens to what a callee says, and to the silence that ends it unless it is cut off before; returns what
/// was understood. Source: Twilio, Gather, "maxSpeechTime" and "speechTimeout".
pub(super) async fn hear_to_the_end(
    leg: &mut Leg,
    gather: &Gather,
    speech: &Speech,
    base: &Base,
) -> Result<String, LegEnd> {
    let understood = hear_speech(leg, gather, speech, base).await?;
    if speech.duration.as_secs() < gather.max_speech_seconds {
        let silence_ms = gather.speech_timeout_seconds.saturating_mul(1000);
        leg.wait_ms(silence_ms).await?;
    }
    Ok(understood)
}

/// Listens to what somebody says; returns what was understood.
///
/// While they speak, what is understood so far is posted once a second.
/// Source: Twilio, Gather, "partialResultCallback".
pub(super) async fn hear_speech(
    leg: &mut Leg,
    gather: &Gather,
    speech: &Speech,
    base: &Base,
) -> Result<String, LegEnd> {
    let whole_ms = u64::try_from(speech.duration.as_millis()).unwrap_or(u64::MAX);
    let heard_ms = whole_ms.min(gather.max_speech_seconds.saturating_mul(1000));
    let partial_url = gather
        .partial_results
        .as_ref()
        .and_then(|(url, method)| resolve(leg, Some(url), base).map(|url| (url, *method)));
    leg.sound(heard_ms);
    let mut passed_ms = 0;
    let mut number = 0;
    while passed_ms < heard_ms {
        let step_ms = PARTIAL_MS.min(heard_ms - passed_ms);
        leg.wait_ms(step_ms).await?;
        passed_ms += step_ms;
        if let Some((url, method)) = &partial_url {
            let understood = words_until(&speech.phrase, passed_ms, whole_ms);
            post_partial(leg, url.clone(), *method, understood, number).await;
            number += 1;
        }
    }
    Ok(words_until(&speech.phrase, heard_ms, whole_ms))
}

/// The words spoken after a part of the time; at least one.
fn words_until(phrase: &str, passed_ms: u64, whole_ms: u64) -> String {
    let words: Vec<&str> = phrase.split_whitespace().collect();
    let all = u64::try_from(words.len()).unwrap_or(u64::MAX);
    let spoken = all.saturating_mul(passed_ms).checked_div(whole_ms);
    let spoken = usize::try_from(spoken.unwrap_or(all).max(1)).unwrap_or(usize::MAX);
    if spoken >= words.len() {
        return phrase.to_owned();
    }
    words.get(..spoken).unwrap_or_default().join(" ")
}

async fn post_partial(leg: &Leg, url: Url, method: HttpMethod, understood: String, number: u32) {
    let mut params = leg.params();
    params.extend(
        [
            ("UnstableSpeechResult", understood),
            ("Stability", "0.8".to_owned()),
            ("SequenceNumber", number.to_string()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    let outgoing = Outgoing {
        kind: DeliveryKind::PartialResult,
        call_sid: leg.sid.clone(),
        to: leg.to.clone(),
        method,
        url,
        params,
    };
    let shared = Arc::clone(&leg.shared);
    leg.beside(async move { callbacks::deliver(&shared, outgoing).await })
        .await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_at_an_even_pace() {
        let until = |passed_ms| words_until("one two  three four", passed_ms, 4_000);
        assert_eq!(
            [0, 1_000, 2_500, 3_999, 4_000].map(until),
            [
                "one",
                "one",
                "one two",
                "one two three",
                "one two  three four"
            ]
        );
    }
}
