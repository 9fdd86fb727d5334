//! Why a piece of TwiML could not be made.

use super::{MAX_DOCUMENT_BYTES, MAX_SAY_CHARACTERS};

/// A value that would make the document invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TwimlError {
    /// A `<Say>` without anything to say (Twilio warns with 13520).
    #[error("nothing to say")]
    NothingToSay,
    /// More text than one `<Say>` speaks (13521); [`Say::split`](super::Say::split) makes several.
    #[error("{characters} characters to say, at most {MAX_SAY_CHARACTERS} are spoken")]
    SayTooLong {
        /// How many characters there are.
        characters: usize,
    },
    /// A URL that is empty would mean the current document, which then runs for ever.
    #[error("the URL of `{attribute}` is empty")]
    EmptyUrl {
        /// The verb or attribute.
        attribute: &'static str,
    },
    /// A number outside of its range.
    #[error("`{attribute}` is {value}, allowed are {minimum} to {maximum}")]
    OutOfRange {
        /// The attribute.
        attribute: &'static str,
        /// What was given.
        value: u32,
        /// The smallest value allowed.
        minimum: u32,
        /// The greatest value allowed.
        maximum: u32,
    },
    /// A character that is not one of the keys `0` to `9`, `#` and `*`.
    #[error("{character:?} is not a key of a phone")]
    NotAKey {
        /// The character.
        character: char,
    },
    /// Digits to play other than `0-9 A-D # * w W`, or none.
    #[error("digits to play may be `0-9`, `A-D`, `#`, `*`, `w` and `W`, at least one of them")]
    NotPlayable,
    /// Hints beyond what speech recognition takes, or with a comma inside.
    #[error("hints may be at most 500 phrases of 1 to 100 characters without a comma")]
    Hints,
    /// A document larger than Twilio reads (11750).
    #[error("the document has {bytes} bytes, at most {MAX_DOCUMENT_BYTES} are read")]
    DocumentTooLarge {
        /// How many bytes there are.
        bytes: usize,
    },
}

/// Checks that a number lies in its range.
pub(super) fn in_range(
    attribute: &'static str,
    value: u32,
    minimum: u32,
    maximum: u32,
) -> Result<u32, TwimlError> {
    if (minimum..=maximum).contains(&value) {
        Ok(value)
    } else {
        Err(TwimlError::OutOfRange {
            attribute,
            value,
            minimum,
            maximum,
        })
    }
}
