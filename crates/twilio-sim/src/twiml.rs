//! TwiML: reading a document and doing what it says.

mod attributes;
mod dial;
mod document;
mod enqueue;
mod gather;
mod live;
mod reader;
mod record;
mod run;
mod schema;
mod scope;
mod sms;
mod speech;
mod start;
mod stream;
mod transcribe;
mod wait;

pub(crate) use document::{Base, ConferenceEvent, Document};
pub(crate) use run::{Flow, run_document};
pub(crate) use stream::stop_streams;

use crate::record::HeardKind;

/// How long Twilio's announcement of an application error takes.
pub(crate) const APOLOGY_MS: u64 = 4_000;

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

/// How long something the callee hears makes a sound, in milliseconds.
pub(crate) fn sound_ms(kind: &HeardKind) -> u64 {
    match kind {
        HeardKind::Said { text, .. } => speech_ms(text),
        HeardKind::Played { .. } => run::PLAY_MS,
        HeardKind::Tones { digits } => tones_ms(digits),
        HeardKind::Beep => record::BEEP_MS,
        // How long a conversation will last is not known when it begins.
        HeardKind::Pause { .. }
        | HeardKind::HoldMusic
        | HeardKind::Bridged { .. }
        | HeardKind::Conference { .. } => 0,
        HeardKind::ApplicationError => APOLOGY_MS,
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
