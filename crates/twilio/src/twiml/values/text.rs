//! Texts of a limited length, and lists of words.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::{Blanks, TextPiece, Value};
use crate::twiml::write::without_forbidden;

/// A text of 1 to `MAXIMUM` characters without white space around it; its `Debug` shows nothing of it.
///
/// ```
/// use atlas_twilio::twiml::Text;
///
/// let name = Text::<64>::try_from("support")?;
/// assert_eq!(name.as_str(), "support");
/// assert!(Text::<64>::try_from(" ").is_err());
/// # Ok::<(), atlas_twilio::twiml::Problem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text<const MAXIMUM: usize>(PrivateText);

impl<const MAXIMUM: usize> Text<MAXIMUM> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl<const MAXIMUM: usize> TryFrom<&str> for Text<MAXIMUM> {
    type Error = Problem;

    /// Takes a text; characters that XML cannot carry are left out.
    fn try_from(text: &str) -> Result<Self, Problem> {
        let text = without_forbidden(text);
        let text = text.trim();
        let characters = text.chars().count();
        if characters == 0 {
            Err(Problem::Empty)
        } else if characters > MAXIMUM {
            Err(Problem::TooLong {
                characters,
                maximum: MAXIMUM,
            })
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl<const MAXIMUM: usize> Value for Text<MAXIMUM> {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}

impl<const MAXIMUM: usize> TextPiece for Text<MAXIMUM> {
    const BLANKS: Blanks = Blanks::LeftOut;
}

/// One or more of Twilio's words, such as the events to be told of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Words<T>(Vec<T>);

impl<T> Words<T> {
    /// The words, in the order they were given; there is at least one.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T: Clone> TryFrom<&[T]> for Words<T> {
    type Error = Problem;

    fn try_from(words: &[T]) -> Result<Self, Problem> {
        if words.is_empty() {
            Err(Problem::Empty)
        } else {
            Ok(Self(words.to_vec()))
        }
    }
}

impl<T: Value> Value for Words<T> {
    fn write(&self) -> Cow<'_, str> {
        let words: Vec<_> = self.0.iter().map(T::write).collect();
        Cow::Owned(words.join(" "))
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let words: Vec<T> = text
            .split_whitespace()
            .map(T::read)
            .collect::<Result<_, _>>()?;
        if words.is_empty() {
            Err(Problem::Empty)
        } else {
            Ok(Self(words))
        }
    }

    #[cfg(test)]
    fn words() -> Vec<&'static str> {
        T::words()
    }
}
