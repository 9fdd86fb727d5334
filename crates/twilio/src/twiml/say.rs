//! `<Say>`: text, spoken (<https://www.twilio.com/docs/voice/twiml/say>).

use super::TwimlError;
use super::error::in_range;
use super::play::MAX_LOOPS;
use super::split::split_text;
use super::xml::{Element, without_forbidden};
use crate::private_text::PrivateText;

/// The most characters one [`Say`] holds.
///
/// Twilio's pages give 4000 or 4096 for the basic voices and 3000 for Amazon Polly's; the smallest serves all.
pub const MAX_SAY_CHARACTERS: usize = 3000;

/// The most bytes one piece of a long text has: what Google's voices take.
const MAX_PIECE_BYTES: usize = 5000;

/// Speaks a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Say {
    text: PrivateText,
    voice: Option<String>,
    language: Option<String>,
    loops: Option<u32>,
}

impl Say {
    /// Speaks a text; characters that XML cannot carry are left out.
    ///
    /// # Errors
    /// [`TwimlError::NothingToSay`] when nothing but white space is left, [`TwimlError::SayTooLong`] above
    /// [`MAX_SAY_CHARACTERS`] characters.
    pub fn new(text: &str) -> Result<Self, TwimlError> {
        let text = without_forbidden(text);
        if text.trim().is_empty() {
            return Err(TwimlError::NothingToSay);
        }
        let characters = text.chars().count();
        if characters > MAX_SAY_CHARACTERS {
            return Err(TwimlError::SayTooLong { characters });
        }
        Ok(Self::of_piece(text))
    }

    /// Speaks a text of any length with as many `<Say>` as it needs, none when there is nothing to say.
    ///
    /// The text is cut after the end of a sentence, else at white space, else between two characters.
    /// The pieces together are the text, except that characters XML cannot carry are left out, and a
    /// piece that would be white space only, which cannot be spoken.
    ///
    /// ```
    /// use atlas_twilio::twiml::Say;
    ///
    /// assert_eq!(Say::split("One sentence.").len(), 1);
    /// assert_eq!(Say::split(&"Many sentences. ".repeat(400)).len(), 3);
    /// assert!(Say::split(" \n").is_empty());
    /// ```
    #[must_use]
    pub fn split(text: &str) -> Vec<Self> {
        let text = without_forbidden(text);
        let mut pieces = split_text(&text, MAX_SAY_CHARACTERS);
        if pieces.iter().any(|piece| piece.len() > MAX_PIECE_BYTES) {
            pieces = split_text(&text, MAX_PIECE_BYTES / char::MAX.len_utf8());
        }
        pieces
            .into_iter()
            .filter(|piece| !piece.trim().is_empty())
            .map(|piece| Self::of_piece(piece.to_owned()))
            .collect()
    }

    /// Speaks with this voice: `alice`, `man`, `woman`, `Polly.Joanna-Neural`, `Google.…`.
    #[must_use]
    pub fn voice(mut self, voice: impl Into<String>) -> Self {
        self.voice = Some(voice.into());
        self
    }

    /// Speaks this language, a BCP 47 tag such as `en-US`.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// How often it is spoken: 1 to 1000 times, 0 until the caller hangs up.
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] above 1000.
    pub fn loops(mut self, loops: u32) -> Result<Self, TwimlError> {
        self.loops = Some(in_range("loop", loops, 0, MAX_LOOPS)?);
        Ok(self)
    }

    /// The text as it will be spoken.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn of_piece(text: String) -> Self {
        Self {
            text: text.into(),
            voice: None,
            language: None,
            loops: None,
        }
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Say")
            .attribute("voice", self.voice.as_ref())
            .attribute("language", self.language.as_ref())
            .attribute("loop", self.loops)
            .text(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_text_is_not_a_say() {
        for text in ["", " ", "\n\t", "\0\u{ffff}", "\u{1} \u{2}"] {
            assert_eq!(Say::new(text), Err(TwimlError::NothingToSay), "{text:?}");
            assert!(Say::split(text).is_empty(), "{text:?}");
        }
    }

    #[test]
    fn a_say_holds_three_thousand_characters_and_not_one_more() {
        assert!(Say::new(&"é".repeat(3000)).is_ok());
        assert_eq!(
            Say::new(&"é".repeat(3001)),
            Err(TwimlError::SayTooLong { characters: 3001 })
        );
    }

    #[test]
    fn every_piece_of_a_long_text_is_a_say() {
        let text = format!("{} {}", "word. ".repeat(1000), "🎉".repeat(7000));
        for piece in Say::split(&text) {
            assert!(Say::new(piece.text()).is_ok());
        }
    }

    #[test]
    fn the_text_does_not_show_in_debug_output() {
        let say = Say::new("your PIN is 1234").unwrap();
        assert!(!format!("{say:?}").contains("1234"));
    }
}
