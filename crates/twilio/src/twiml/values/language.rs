//! Languages.

use std::borrow::Cow;

use crate::twiml::Problem;
use crate::twiml::element::Value;

/// The longest tag taken, in characters; those in use are far shorter.
const MAX_CHARACTERS: usize = 35;

/// A language as BCP 47 writes it, such as `en-US`, `cmn-Hans-CN` or `yue`.
///
/// The form is checked, not whether Twilio knows the language. Where Twilio finds the language itself it is
/// `multi`, which has this form too.
///
/// ```
/// use atlas_twilio::twiml::Language;
///
/// assert_eq!(Language::try_from("en-US")?.as_str(), "en-US");
/// assert!(Language::try_from("English (US)").is_err());
/// # Ok::<(), atlas_twilio::twiml::Problem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Language(String);

impl Language {
    /// The tag as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<&str> for Language {
    type Error = Problem;

    /// Takes subtags of letters and digits between hyphens, the first of 2 to 8 letters.
    fn try_from(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let mut subtags = text.split('-');
        let primary = subtags.next().is_some_and(|subtag| {
            (2..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphabetic())
        });
        let others = subtags.all(|subtag| {
            (1..=8).contains(&subtag.len())
                && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if primary && others && text.len() <= MAX_CHARACTERS {
            Ok(Self(text.to_owned()))
        } else {
            Err(Problem::Malformed {
                expected: "a language tag such as `en-US`",
            })
        }
    }
}

impl Value for Language {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.0)
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(text)
    }
}
