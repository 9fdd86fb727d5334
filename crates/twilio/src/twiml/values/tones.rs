//! Key tones.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::Value;

/// Tones to play, one or more of `0-9 A-D # * w W`; `w` waits half a second, `W` a second.
///
/// Its `Debug` shows nothing of them, because they may be a PIN.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tones(PrivateText);

impl Tones {
    /// The tones as they were given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<&str> for Tones {
    type Error = Problem;

    fn try_from(tones: &str) -> Result<Self, Problem> {
        let tones = tones.trim();
        let playable =
            |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'D' | b'#' | b'*' | b'w' | b'W');
        if !tones.is_empty() && tones.bytes().all(playable) {
            Ok(Self(tones.into()))
        } else {
            Err(Problem::Malformed {
                expected: "one or more of `0-9`, `A-D`, `#`, `*`, `w` and `W`",
            })
        }
    }
}

impl Value for Tones {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}
