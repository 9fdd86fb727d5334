//! Numbers that are dialled.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::{Blanks, TextPiece, Value};

/// The longest number, in characters; E.164 has 16, the rest is for separators.
const MAX_CHARACTERS: usize = 40;

/// A phone number: best as `+` and digits, but blanks, hyphens, points and brackets are taken too.
///
/// Whether it is a number of somebody, Twilio finds out (13223). Its `Debug` shows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneNumber(PrivateText);

impl PhoneNumber {
    /// The number as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<&str> for PhoneNumber {
    type Error = Problem;

    fn try_from(number: &str) -> Result<Self, Problem> {
        let number = number.trim();
        let allowed = |byte: u8| matches!(byte, b'0'..=b'9' | b' ' | b'-' | b'.' | b'(' | b')');
        let sound = number
            .strip_prefix('+')
            .unwrap_or(number)
            .bytes()
            .all(allowed);
        let has_digits = number.bytes().any(|byte| byte.is_ascii_digit());
        if sound && has_digits && number.len() <= MAX_CHARACTERS {
            Ok(Self(number.into()))
        } else {
            Err(Problem::Malformed {
                expected: "a phone number",
            })
        }
    }
}

impl Value for PhoneNumber {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}

impl TextPiece for PhoneNumber {
    const BLANKS: Blanks = Blanks::LeftOut;
}
