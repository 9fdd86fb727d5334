//! `<Play>`: an audio file, or key tones (<https://www.twilio.com/docs/voice/twiml/play>).

use super::TwimlError;
use super::element::{Element, element};
use super::problem::{text_of, value_of};
use super::read::Node;
use super::values::{Loops, Tones, Url};

element! {
    /// Plays an audio file.
    Play = "Play" {
        /// How often it is played: 1 to 1000 times, 0 until the caller hangs up; once without.
        "loop" checked loops(u32): Loops;
    }
    text {
        /// Where the file is.
        required url: Url
    }
}

impl Play {
    /// Plays the file behind a URL once.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::Malformed`](super::Problem::Malformed) when there is no such URL.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: text_of("Play", url)?,
            ..Self::blank()
        })
    }
}

element! {
    /// Plays key tones; not inside a `<Gather>`, therefore a type of its own.
    ///
    /// In a document it is a `<Play>` with `digits`, whose URL Twilio ignores.
    PlayDigits = "Play" {
        /// The tones.
        "digits" required digits: Tones;
        /// How often they are played: 1 to 1000 times, 0 until the caller hangs up; once without.
        "loop" checked loops(u32): Loops;
    }
    is plays_digits
}

impl PlayDigits {
    /// Plays the tones of `0-9 A-D # *`; `w` waits half a second, `W` a second.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for no digits or another character.
    pub fn new(digits: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            digits: value_of("Play", "digits", digits)?,
            ..Self::blank()
        })
    }
}

fn plays_digits(node: Node<'_, '_>) -> bool {
    Play::is(node) && node.has_attribute("digits")
}

#[cfg(test)]
mod tests {
    use super::super::Problem;
    use super::*;

    #[test]
    fn a_play_has_a_url_and_at_most_a_thousand_loops() {
        let empty = TwimlError::of_element("Play", Problem::Empty);
        assert_eq!(Play::new(" "), Err(empty));
        let play = Play::new("https://example.com/a.mp3").unwrap();
        assert!(play.clone().loops(1001).is_err());
        assert!(play.loops(1000).is_ok());
    }

    #[test]
    fn only_tones_can_be_played() {
        assert!(PlayDigits::new("wwW0123456789ABCD#*").is_ok());
        for digits in ["", "1 2", "E", "١"] {
            let problem = PlayDigits::new(digits).unwrap_err().problem;
            assert!(matches!(problem, Problem::Malformed { .. }), "{digits:?}");
        }
    }
}
