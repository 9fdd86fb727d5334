//! Text about people that must not land in a log by accident.

use std::fmt;
use std::ops::Deref;

/// A phone number, a key press or a spoken text: reads like a `str`, and its `Debug` shows nothing of it.
///
/// ```
/// use atlas_twilio::PrivateText;
///
/// let number = PrivateText::from("+14155550123");
/// assert_eq!(&*number, "+14155550123");
/// assert_eq!(format!("{number:?}"), "[private]");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PrivateText(String);

impl PrivateText {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Takes the text out.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Deref for PrivateText {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<String> for PrivateText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for PrivateText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for PrivateText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[private]")
    }
}
