//! The parameters of a request, all of them, in the order they came.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;

use crate::private_text::PrivateText;
use crate::sid::{InvalidSid, RecordingSid};
use crate::timestamp::parse_timestamp;

/// Decoded parameters: unknown ones are kept, repeated ones too.
///
/// Parsing takes everything: percent signs that escape nothing stay as they are, bytes that are no UTF-8
/// become U+FFFD. The `Debug` output shows names only.
///
/// ```
/// use atlas_twilio::webhook::Form;
///
/// let form = Form::parse(b"To=%2B14155550123&Event=ringing&Event=answered&New=1&Empty=");
/// assert_eq!(form.get("To"), Some("+14155550123"));
/// assert_eq!(form.get_all("Event").collect::<Vec<_>>(), ["ringing", "answered"]);
/// assert_eq!(form.get("Empty"), Some(""));
/// assert_eq!(form.get("to"), None);
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// All names and values, one behind the other: a request has dozens of them, most of a few bytes.
    text: String,
    /// Where each name ends in the text, and where its value does.
    ends: Vec<(usize, usize)>,
}

impl Form {
    /// Parses `application/x-www-form-urlencoded` bytes, of a body or of a query.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Self {
        let mut form = Self {
            // What is decoded is rarely longer than what was encoded.
            text: String::with_capacity(bytes.len()),
            ends: Vec::with_capacity(32),
        };
        for (name, value) in form_urlencoded::parse(bytes) {
            form.push(&name, &value);
        }
        form
    }

    /// The first value of a parameter, also an empty one.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// Every value of a parameter, in the order they came.
    pub fn get_all<'form>(&'form self, name: &str) -> impl Iterator<Item = &'form str> {
        let mut start = 0;
        self.ends.iter().filter_map(move |&(name_end, value_end)| {
            let own_name = self.text.as_bytes().get(start..name_end);
            start = value_end;
            (own_name == Some(name.as_bytes())).then(|| self.text.get(name_end..value_end))?
        })
    }

    /// Every parameter, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut rest = self.text.as_str();
        let mut start = 0;
        self.ends.iter().map(move |(name_end, value_end)| {
            let (name, behind) = rest.split_at(name_end - start);
            let (value, behind) = behind.split_at(value_end - name_end);
            rest = behind;
            start = *value_end;
            (name, value)
        })
    }

    /// Whether there are no parameters.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len();
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len()));
    }

    /// The first value of a parameter, when it is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// A text that may be shown.
    pub(super) fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    /// A value about a person.
    pub(super) fn private(&self, name: &str) -> Option<PrivateText> {
        self.text(name).map(PrivateText::from)
    }

    /// A value of one of Twilio's vocabularies.
    pub(super) fn word<T: for<'word> From<&'word str>>(&self, name: &str) -> Option<T> {
        self.text(name).map(T::from)
    }

    /// A number or a SID; one that does not parse counts as absent.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name).and_then(|value| value.trim().parse().ok())
    }

    /// A date; one that does not parse counts as absent.
    pub(super) fn timestamp(&self, name: &str) -> Option<OffsetDateTime> {
        self.text(name).and_then(parse_timestamp)
    }

    /// A number from 0 to 1; anything else counts as absent.
    pub(super) fn fraction(&self, name: &str) -> Option<f64> {
        self.parsed(name)
            .filter(|number| (0.0..=1.0).contains(number))
    }

    /// `ErrorCode`; Twilio sends 0 for none, which counts as absent.
    pub(super) fn error_code(&self) -> Option<u32> {
        self.parsed("ErrorCode").filter(|code| *code != 0)
    }

    /// `RecordingSid`, or else the last part of `RecordingUrl`, which is the same.
    pub(super) fn recording_sid(&self) -> Option<RecordingSid> {
        self.parsed("RecordingSid").or_else(|| {
            let url = self.text("RecordingUrl")?;
            url.rsplit('/').next()?.parse().ok()
        })
    }

    /// A SID without which the request means nothing.
    pub(super) fn required_sid<T: FromStr<Err = InvalidSid>>(
        &self,
        name: &'static str,
    ) -> Result<T, FormError> {
        self.text(name)
            .ok_or(FormError::Missing { name })?
            .parse()
            .map_err(|source| FormError::InvalidSid { name, source })
    }
}

impl<Name: AsRef<str>, Value: AsRef<str>> FromIterator<(Name, Value)> for Form {
    fn from_iter<Pairs: IntoIterator<Item = (Name, Value)>>(pairs: Pairs) -> Self {
        let mut form = Self::default();
        for (name, value) in pairs {
            form.push(name.as_ref(), value.as_ref());
        }
        form
    }
}

impl fmt::Debug for Form {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// A request that can be made from the parameters.
pub trait FromForm: Sized {
    /// Reads what is known from the form and keeps the form itself for the rest.
    ///
    /// # Errors
    /// [`FormError`] when a parameter is missing without which the request means nothing.
    fn from_form(form: Form) -> Result<Self, FormError>;
}

impl FromForm for Form {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(form)
    }
}

/// Parameters that do not make the request they should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    /// A parameter is absent or empty without which the request means nothing.
    #[error("parameter `{name}` is missing")]
    Missing {
        /// The parameter.
        name: &'static str,
    },
    /// A JSON body was expected, and the request has none.
    #[error("the request has no JSON body")]
    NotJson,
    /// A parameter that must be a SID is none.
    #[error("parameter `{name}` is not a SID of its kind")]
    InvalidSid {
        /// The parameter.
        name: &'static str,
        /// What is wrong with it.
        source: InvalidSid,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_travel_in_two_ways() {
        assert_eq!(Form::parse(b"a=x+y").get("a"), Some("x y"));
        assert_eq!(Form::parse(b"a=x%20y").get("a"), Some("x y"));
    }

    #[test]
    fn broken_escapes_and_bytes_are_taken() {
        let form = Form::parse(b"a=100%&b=%zz&c=%ff&\xff=1&&=&d");
        assert_eq!(form.get("a"), Some("100%"));
        assert_eq!(form.get("b"), Some("%zz"));
        assert_eq!(form.get("c"), Some("\u{fffd}"));
        assert_eq!(form.get("\u{fffd}"), Some("1"));
        assert_eq!(form.get("d"), Some(""));
    }

    #[test]
    fn values_do_not_show_in_debug_output() {
        let form = Form::parse(b"To=%2B14155550123");
        assert_eq!(format!("{form:?}"), "[\"To\"]");
    }

    proptest::proptest! {
        #[test]
        fn no_body_stops_the_parser(body in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let form = Form::parse(&body);
            for (name, value) in form.iter() {
                proptest::prop_assert!(form.get_all(name).any(|other| other == value));
            }
        }
    }
}
