//! Voices.

use std::borrow::Cow;

use crate::twiml::Problem;
use crate::twiml::element::Value;

/// The longest name taken, in bytes; those in use are far shorter.
const MAX_BYTES: usize = 100;

/// A voice: `man`, `woman`, `alice`, or that of a provider such as `Polly.Joanna-Neural` and
/// `Google.en-US-Chirp3-HD-Aoede`.
///
/// The form is checked, not whether the provider has the voice.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Voice(String);

/// How much one `<Say>` may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::twiml) enum SpeechLimit {
    Characters(usize),
    Bytes(usize),
}

impl Voice {
    /// The voice as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What one `<Say>` with this voice holds: 4000 characters for the basic voices, 5000 bytes for
    /// Google's, 3000 characters for Amazon Polly's and for those nothing is known about.
    pub(in crate::twiml) fn limit(&self) -> SpeechLimit {
        let provider = self.0.split('.').next().unwrap_or_default();
        if provider == "Google" {
            SpeechLimit::Bytes(5000)
        } else if matches!(self.0.as_str(), "man" | "woman") {
            SpeechLimit::Characters(4000)
        } else {
            // `alice` has long been one of Polly's voices.
            SpeechLimit::Characters(3000)
        }
    }
}

impl SpeechLimit {
    /// What is wrong with a text beyond the limit.
    pub(in crate::twiml) fn exceeded(self, text: &str) -> Option<Problem> {
        match self {
            Self::Characters(maximum) => {
                let characters = text.chars().count();
                (characters > maximum).then_some(Problem::TooLong {
                    characters,
                    maximum,
                })
            }
            Self::Bytes(maximum) => {
                let bytes = text.len();
                (bytes > maximum).then_some(Problem::TooManyBytes { bytes, maximum })
            }
        }
    }
}

impl TryFrom<&str> for Voice {
    type Error = Problem;

    /// Takes 1 to 100 visible ASCII characters.
    fn try_from(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if visible && (1..=MAX_BYTES).contains(&text.len()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::Malformed {
                expected: "a voice such as `Polly.Joanna-Neural`",
            })
        }
    }
}

impl Value for Voice {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}
