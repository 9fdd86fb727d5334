//! Who is called or written to.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::Value;

/// The longest address, in characters: that of a SIP URI.
const MAX_CHARACTERS: usize = 255;

/// A phone number, or an address such as `client:alice`, `sip:bob@example.com` or `whatsapp:+14155550123`.
///
/// 1 to 255 visible characters; whether somebody has it, Twilio finds out. Its `Debug` shows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Address(PrivateText);

impl Address {
    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<&str> for Address {
    type Error = Problem;

    fn try_from(address: &str) -> Result<Self, Problem> {
        let address = address.trim();
        let characters = address.chars().count();
        if characters == 0 {
            Err(Problem::Empty)
        } else if characters > MAX_CHARACTERS {
            Err(Problem::TooLong {
                characters,
                maximum: MAX_CHARACTERS,
            })
        } else if address.chars().any(|character| {
            character.is_control()
                || character.is_whitespace()
                || matches!(character, '\u{fffe}' | '\u{ffff}')
        }) {
            Err(Problem::Malformed {
                expected: "a number or address without white space",
            })
        } else {
            Ok(Self(address.into()))
        }
    }
}

impl Value for Address {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}
