//! TwiML: reading a document and doing what it says.

mod attributes;
mod dial;
mod document;
mod gather;
mod live;
mod reader;
mod record;
mod recording_events;
mod run;
mod scope;

pub(crate) use document::{Base, Document};
pub(crate) use run::{Flow, run_document};

/// How long it takes to say a text: 60 ms for each character, at least half a second, nothing for nothing.
///
/// A pure function of the text, so that a test can compute when things happen.
///
/// ```
/// assert_eq!(twilio_sim::speech_ms("Thank you for answering. Goodbye."), 1980);
/// assert_eq!(twilio_sim::speech_ms(""), 0);
/// ```
#[must_use]
pub fn speech_ms(text: &str) -> u64 {
    let characters = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    if characters == 0 {
        0
    } else {
        characters.saturating_mul(60).max(500)
    }
}

/// How long it takes to play keys: a quarter of a second each, half a second for `w`, a second for `W`.
pub(crate) fn tones_ms(digits: &str) -> u64 {
    digits.chars().fold(0_u64, |total, key| {
        total.saturating_add(match key {
            'w' => 500,
            'W' => 1000,
            _ => 250,
        })
    })
}
