//! Values that an older version stored before the limits of today were kept.

use std::fmt;
use std::str::FromStr;

use crate::{EmailAddress, PhoneNumber};

/// A value as a store has it: usually what the domain allows, else whatever an older version of
/// the service had written, or nothing.
///
/// What callers hand in is never of this type: it is parsed strictly. `Debug` hides the text of
/// [`Stored::Other`], and that of `T` as far as its own `Debug` does.
///
/// ```
/// use atlas_domain::{PhoneNumber, Stored};
///
/// let old: Stored<PhoneNumber> = Stored::read(Some("030 1234567".to_owned()));
/// assert_eq!(old, Stored::Other("030 1234567".to_owned()));
/// assert_eq!(old.text(), Some("030 1234567"));
/// assert_eq!(old.valid(), None, "it can be shown, but not rung");
/// assert_eq!(Stored::<PhoneNumber>::read(None), Stored::Missing);
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Stored<T> {
    /// What the domain allows.
    Valid(T),
    /// Something else, never empty; shown as it is.
    Other(String),
    /// Nothing, or an empty text.
    #[default]
    Missing,
}

impl<T: FromStr> Stored<T> {
    /// The value of a stored text: valid where it parses, missing where it is empty.
    #[must_use]
    pub fn read(text: Option<String>) -> Self {
        match text {
            None => Self::Missing,
            Some(text) if text.is_empty() => Self::Missing,
            Some(text) => match text.parse() {
                Ok(value) => Self::Valid(value),
                Err(_) => Self::Other(text),
            },
        }
    }
}

impl<T> Stored<T> {
    /// The value, where it is one that the domain allows.
    #[must_use]
    pub const fn valid(&self) -> Option<&T> {
        match self {
            Self::Valid(value) => Some(value),
            Self::Other(_) | Self::Missing => None,
        }
    }
}

impl<T: AsRef<str>> Stored<T> {
    /// The text, valid or not; `None` when it is missing.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Valid(value) => Some(value.as_ref()),
            Self::Other(text) => Some(text),
            Self::Missing => None,
        }
    }
}

impl Stored<EmailAddress> {
    /// What two addresses are compared by, whether or not they are valid: the text in lower case.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        self.text().map(str::to_lowercase)
    }
}

impl Stored<PhoneNumber> {
    /// The number with its middle hidden, for logs; nothing at all of what is no number.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Valid(number) => number.masked(),
            Self::Other(_) => "(no E.164 number)".to_owned(),
            Self::Missing => "(missing)".to_owned(),
        }
    }
}

impl<T> From<T> for Stored<T> {
    fn from(value: T) -> Self {
        Self::Valid(value)
    }
}

impl<T: fmt::Debug> fmt::Debug for Stored<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(value) => value.fmt(formatter),
            Self::Other(text) => write!(formatter, "Other({} characters)", text.chars().count()),
            Self::Missing => formatter.write_str("Missing"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_hides_what_is_no_number_too() {
        let stored = |text: &str| Stored::<PhoneNumber>::read(Some(text.to_owned()));
        assert_eq!(format!("{:?}", stored("+15550100042")), "+1555*****42");
        assert_eq!(
            format!("{:?}", stored("15550100042")),
            "Other(11 characters)"
        );
        assert_eq!(format!("{:?}", stored("")), "Missing");
    }

    #[test]
    fn addresses_are_compared_without_case_whether_valid_or_not() {
        let key = |text: &str| Stored::<EmailAddress>::read(Some(text.to_owned())).key();
        assert_eq!(key("Ann@Example.COM"), Some("ann@example.com".to_owned()));
        assert_eq!(key("ANN@Localhost"), Some("ann@localhost".to_owned()));
        assert_eq!(key(""), None);
    }
}
