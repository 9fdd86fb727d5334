//! What is heard first from a phone that has been answered, by which people and machines are told apart.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long a person says hello.
const HELLO: Duration = Duration::from_millis(800);
/// How long it takes from the answer to the first sound.
const PAUSE: Duration = Duration::from_millis(500);
/// Length of a voicemail's beep.
const BEEP: Duration = Duration::from_millis(500);

/// What is heard first when the phone has been answered, from half a second after it on.
///
/// Answering machine detection goes by it, see the [crate manual](crate).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// A person says hello for this long.
    Hello(Duration),
    /// Nothing.
    Silence,
    /// A voicemail's greeting; what is said to it after the greeting has ended is recorded.
    Greeting {
        /// How long it takes.
        length: Duration,
        /// How it ends.
        end: GreetingEnd,
    },
    /// The tones of a fax.
    Fax,
}

/// How a voicemail's greeting ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GreetingEnd {
    /// With a beep of half a second.
    Beep,
    /// With silence.
    Silence,
    /// With something that is neither.
    Other,
}

impl Default for Opening {
    fn default() -> Self {
        Self::Hello(HELLO)
    }
}

impl Opening {
    /// When sound begins, from the answer on, and how long it lasts without the beep; `None` for silence.
    pub(crate) const fn sound_ms(&self) -> Option<(u64, u64)> {
        let length = match self {
            Self::Hello(length) | Self::Greeting { length, .. } => millis(*length),
            Self::Silence => return None,
            // A fax repeats itself until somebody hangs up.
            Self::Fax => u64::MAX,
        };
        Some((millis(PAUSE), length))
    }

    /// When a voicemail begins to record, from the answer on.
    pub(crate) const fn records_after_ms(&self) -> Option<u64> {
        match self {
            Self::Greeting { length, end } => {
                let greeted_ms = millis(PAUSE).saturating_add(millis(*length));
                Some(greeted_ms.saturating_add(end.beep_ms()))
            }
            Self::Hello(_) | Self::Silence | Self::Fax => None,
        }
    }
}

impl GreetingEnd {
    /// How long it beeps.
    const fn beep_ms(self) -> u64 {
        match self {
            Self::Beep => millis(BEEP),
            Self::Silence | Self::Other => 0,
        }
    }
}

const fn millis(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1000)
        .saturating_add(duration.subsec_millis() as u64)
}
