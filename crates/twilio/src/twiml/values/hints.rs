//! What speech recognition is to expect.

use std::borrow::Cow;

use crate::twiml::Problem;
use crate::twiml::element::Value;
use crate::twiml::write::without_forbidden;

const MAX_PHRASES: usize = 500;
const MAX_PHRASE_CHARACTERS: usize = 100;

/// Phrases to expect: at most 500, each of 1 to 100 characters without a comma (13330).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Hints(Vec<String>);

impl Hints {
    /// The phrases; there is at least one.
    #[must_use]
    pub fn phrases(&self) -> &[String] {
        &self.0
    }

    fn of<'a>(phrases: impl Iterator<Item = &'a str>) -> Result<Self, Problem> {
        let phrases: Vec<String> = phrases
            .map(|phrase| without_forbidden(phrase).trim().to_owned())
            .collect();
        let sound = |phrase: &String| {
            !phrase.is_empty()
                && !phrase.contains(',')
                && phrase.chars().count() <= MAX_PHRASE_CHARACTERS
        };
        if phrases.is_empty() || phrases.len() > MAX_PHRASES || !phrases.iter().all(sound) {
            return Err(Problem::Hints);
        }
        Ok(Self(phrases))
    }
}

impl TryFrom<&[&str]> for Hints {
    type Error = Problem;

    fn try_from(phrases: &[&str]) -> Result<Self, Problem> {
        Self::of(phrases.iter().copied())
    }
}

impl Value for Hints {
    fn write(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.join(", "))
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::of(text.split(','))
    }
}
