//! A text between elements.

use std::borrow::Cow;

use crate::PrivateText;
use crate::twiml::Problem;
use crate::twiml::element::{Blanks, TextPiece, Value};
use crate::twiml::write::without_forbidden;

/// A text to be spoken, with the white space in it; its `Debug` shows nothing of it.
///
/// Characters that XML cannot carry are left out.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spoken(PrivateText);

impl Spoken {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<&str> for Spoken {
    fn from(text: &str) -> Self {
        Self(without_forbidden(text).into())
    }
}

impl Value for Spoken {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(self.as_str())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Ok(Self::from(text))
    }
}

impl TextPiece for Spoken {
    const BLANKS: Blanks = Blanks::Kept;

    fn join(&mut self, next: Self) -> Option<Self> {
        let nothing = PrivateText::from(String::new());
        let mut text = std::mem::replace(&mut self.0, nothing).into_string();
        text.push_str(next.as_str());
        self.0 = text.into();
        None
    }

    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}
