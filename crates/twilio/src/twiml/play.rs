//! `<Play>`: an audio file, or key tones (<https://www.twilio.com/docs/voice/twiml/play>).

use super::TwimlError;
use super::error::in_range;
use super::url::DocumentUrl;
use super::xml::Element;

/// The greatest number of repetitions Twilio plays or speaks.
pub(super) const MAX_LOOPS: u32 = 1000;

/// Plays an audio file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play {
    url: DocumentUrl,
    loops: Option<u32>,
}

impl Play {
    /// Plays the file behind a URL once.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: DocumentUrl::new("Play", url)?,
            loops: None,
        })
    }

    /// How often it is played: 1 to 1000 times, 0 until the caller hangs up.
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] above 1000.
    pub fn loops(mut self, loops: u32) -> Result<Self, TwimlError> {
        self.loops = Some(in_range("loop", loops, 0, MAX_LOOPS)?);
        Ok(self)
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Play")
            .attribute("loop", self.loops)
            .text(self.url.as_str())
    }
}

/// Plays key tones; not inside a `<Gather>`, therefore a type of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayDigits {
    digits: String,
}

impl PlayDigits {
    /// Plays the tones of `0-9 A-D # *`; `w` waits half a second, `W` a second.
    ///
    /// # Errors
    /// [`TwimlError::NotPlayable`] for no digits or another character.
    pub fn new(digits: &str) -> Result<Self, TwimlError> {
        let playable =
            |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'D' | b'#' | b'*' | b'w' | b'W');
        if digits.is_empty() || !digits.bytes().all(playable) {
            return Err(TwimlError::NotPlayable);
        }
        Ok(Self {
            digits: digits.to_owned(),
        })
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Play").attribute("digits", Some(&self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_play_has_a_url_and_at_most_a_thousand_loops() {
        assert_eq!(
            Play::new(" "),
            Err(TwimlError::EmptyUrl { attribute: "Play" })
        );
        let play = Play::new("https://example.com/a.mp3").unwrap();
        assert!(play.clone().loops(1001).is_err());
        assert!(play.loops(1000).is_ok());
    }

    #[test]
    fn only_tones_can_be_played() {
        assert!(PlayDigits::new("wwW0123456789ABCD#*").is_ok());
        for digits in ["", "1 2", "E", "١"] {
            assert_eq!(
                PlayDigits::new(digits),
                Err(TwimlError::NotPlayable),
                "{digits:?}"
            );
        }
    }
}
