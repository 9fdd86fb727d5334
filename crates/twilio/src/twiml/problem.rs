//! What can be wrong with a piece of TwiML.

use super::{MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_PARAMETER_CHARACTERS};

/// What is wrong with a value, an element or a document; [`TwimlError`] and
/// [`Warning`](super::Warning) say where.
///
/// It never holds the value itself, which may be a phone number or a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Twilio needs a value, and there is none.
    #[error("is missing")]
    Missing,
    /// A value of nothing but white space.
    #[error("is empty")]
    Empty,
    /// More characters than Twilio takes.
    #[error("has {characters} characters, allowed are {maximum}")]
    TooLong {
        /// How many characters there are.
        characters: usize,
        /// How many there may be.
        maximum: usize,
    },
    /// More bytes than Twilio takes.
    #[error("has {bytes} bytes, allowed are {maximum}")]
    TooManyBytes {
        /// How many bytes there are.
        bytes: usize,
        /// How many there may be.
        maximum: usize,
    },
    /// A number outside of its range.
    #[error("is {value}, allowed are {minimum} to {maximum}")]
    OutOfRange {
        /// What was given.
        value: u32,
        /// The smallest value allowed.
        minimum: u32,
        /// The greatest value allowed.
        maximum: u32,
    },
    /// A value that is no whole number, or one above 4294967295.
    #[error("is not a whole number")]
    NotANumber,
    /// A value that is not one of the words Twilio knows in this place.
    #[error("is not one of the words allowed")]
    NotAWord,
    /// A value of another form than Twilio asks for.
    #[error("is not {expected}")]
    Malformed {
        /// What is asked for.
        expected: &'static str,
    },
    /// A character that is not one of the keys `0` to `9`, `#` and `*`.
    #[error("holds {character:?}, which is not a key of a phone")]
    NotAKey {
        /// The character.
        character: char,
    },
    /// Hints beyond what speech recognition takes, or with a comma inside (13330).
    #[error("may be at most 500 phrases of 1 to 100 characters without a comma")]
    Hints,
    /// A URL relative to a document that does not exist: that of a `Twiml` parameter.
    #[error("is a relative URL, and there is no document it is relative to")]
    RelativeUrl,
    /// No action, or that of the document itself: Twilio would run the document for ever.
    #[error("leads back to this document, for ever")]
    Loops,
    /// A `<Say>` without anything to say (13520).
    #[error("has nothing to say")]
    NothingToSay,
    /// More of something than Twilio takes.
    #[error("holds {count} of them, allowed are {maximum}")]
    TooMany {
        /// How many there are.
        count: usize,
        /// How many there may be.
        maximum: usize,
    },
    /// Two things that exclude each other.
    #[error("cannot stand together with `{other}`")]
    Conflict {
        /// The other one.
        other: &'static str,
    },
    /// Something that does nothing without something else.
    #[error("does nothing without `{other}`")]
    Needs {
        /// The other one.
        other: &'static str,
    },
    /// A recording that may become too long to be transcribed (13615).
    #[error("allows recordings that are too long to be transcribed")]
    NotTranscribed,
    /// A verb that works only as the first and only one.
    #[error("works only as the first and only verb")]
    NotAlone,
    /// An attribute that this element does not have.
    #[error("is not allowed here")]
    UnknownAttribute,
    /// An element that does not exist or may not stand in this place.
    #[error("is not allowed here")]
    UnknownElement,
    /// A name in upper case where Twilio writes lower case, or the other way round.
    #[error("is written `{expected}`")]
    WrongCase {
        /// The name as Twilio writes it.
        expected: &'static str,
    },
    /// Text in a place for elements only.
    #[error("holds text where only elements may stand")]
    TextNotAllowed,
    /// Elements inside of elements, deeper than any document needs.
    #[error("is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// A document larger than Twilio reads (11750).
    #[error("has {bytes} bytes, at most {MAX_DOCUMENT_BYTES} are read")]
    DocumentTooLarge {
        /// How many bytes there are.
        bytes: usize,
    },
    /// A document longer than the `Twiml` parameter may be (32018).
    #[error("has {characters} characters, at most {MAX_PARAMETER_CHARACTERS} go into a parameter")]
    ParameterTooLong {
        /// How many characters there are.
        characters: usize,
    },
}

/// A piece of TwiML that cannot be made, because Twilio would warn about it or refuse it.
///
/// ```
/// use atlas_twilio::twiml::Record;
///
/// let error = Record::new("/recorded")?.max_length_seconds(1).unwrap_err();
/// assert_eq!(error.to_string(), "`maxLength` of <Record> is 1, allowed are 2 to 86400");
/// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}<{element}> {problem}", Of(*attribute))]
#[non_exhaustive]
pub struct TwimlError {
    /// The name of the element.
    pub element: &'static str,
    /// The name of the attribute; `None` when it is the element or its content.
    pub attribute: Option<&'static str>,
    /// What is wrong.
    pub problem: Problem,
}

impl TwimlError {
    pub(super) const fn of_attribute(
        element: &'static str,
        attribute: &'static str,
        problem: Problem,
    ) -> Self {
        Self {
            element,
            attribute: Some(attribute),
            problem,
        }
    }

    pub(super) const fn of_element(element: &'static str, problem: Problem) -> Self {
        Self {
            element,
            attribute: None,
            problem,
        }
    }
}

/// Makes the required value of an attribute.
pub(super) fn value_of<V: TryFrom<A, Error = Problem>, A>(
    element: &'static str,
    attribute: &'static str,
    value: A,
) -> Result<Option<V>, TwimlError> {
    V::try_from(value)
        .map(Some)
        .map_err(|problem| TwimlError::of_attribute(element, attribute, problem))
}

/// Makes the required text of an element.
pub(super) fn text_of<'a, V: TryFrom<&'a str, Error = Problem>>(
    element: &'static str,
    text: &'a str,
) -> Result<Option<V>, TwimlError> {
    V::try_from(text)
        .map(Some)
        .map_err(|problem| TwimlError::of_element(element, problem))
}

/// The attribute in front of its element's name.
pub(super) struct Of<T>(pub(super) Option<T>);

impl<T: std::fmt::Display> std::fmt::Display for Of<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.0 {
            Some(attribute) => write!(formatter, "`{attribute}` of "),
            None => Ok(()),
        }
    }
}
