//! SIP addresses.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::{Blanks, TextPiece, Value};
use crate::twiml::write::without_forbidden;

const MAX_CHARACTERS: usize = 255;
const MAX_HEADER_CHARACTERS: usize = 1024;

/// A SIP address such as `sip:alice@example.com`: at most 255 characters, and behind a `?` at most 1024 of
/// headers.
///
/// Its `Debug` shows nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SipUri(PrivateText);

impl SipUri {
    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<&str> for SipUri {
    type Error = Problem;

    fn try_from(uri: &str) -> Result<Self, Problem> {
        let uri = without_forbidden(uri);
        let uri = uri.trim();
        let (address, headers) = uri.split_once('?').unwrap_or((uri, ""));
        for (text, maximum) in [(address, MAX_CHARACTERS), (headers, MAX_HEADER_CHARACTERS)] {
            let characters = text.chars().count();
            if characters > maximum {
                return Err(Problem::TooLong {
                    characters,
                    maximum,
                });
            }
        }
        let is_sip = address.split_once(':').is_some_and(|(scheme, rest)| {
            (scheme.eq_ignore_ascii_case("sip") || scheme.eq_ignore_ascii_case("sips"))
                && !rest.is_empty()
        });
        let blank = |character: char| character.is_whitespace() || character.is_control();
        if is_sip && !uri.contains(blank) {
            Ok(Self(uri.into()))
        } else {
            Err(Problem::Malformed {
                expected: "a SIP address such as `sip:alice@example.com`",
            })
        }
    }
}

impl Value for SipUri {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}

impl TextPiece for SipUri {
    const BLANKS: Blanks = Blanks::LeftOut;
}
