//! Texts that callers hand in, parsed into types that cannot be wrong.

use std::fmt;
use std::str::FromStr;

/// A text outside the limits of its kind; says what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidText {
    /// Not E.164.
    #[error("must be an E.164 phone number: + and 2 to 15 digits, the first not 0")]
    PhoneNumber,
    /// Not an email address.
    #[error("must be an email address of at most {MAX_EMAIL_CHARS} characters")]
    EmailAddress,
    /// Too short or too long, in Unicode scalar values.
    #[error("must have {min} to {max} characters")]
    Length {
        /// The fewest characters allowed.
        min: usize,
        /// The most characters allowed.
        max: usize,
    },
    /// Not the keys of a phone.
    #[error("must be 1 to {} of the keys 0-9, *, #, A-D and w", Digits::MAX_CHARS)]
    Digits,
}

const MAX_EMAIL_CHARS: usize = 254;

/// A phone number in E.164: `+`, first digit 1 to 9, at most 15 digits (ITU-T E.164).
///
/// `Display` shows it whole, for carriers and API users; `Debug` shows it masked, for logs.
///
/// ```
/// use atlas_domain::PhoneNumber;
///
/// let number: PhoneNumber = "+15550100042".parse()?;
/// assert_eq!(number.masked(), "+1555*****42");
/// assert!("+15550100042\n".parse::<PhoneNumber>().is_err());
/// # Ok::<(), atlas_domain::InvalidText>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// The number in E.164.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with its middle digits hidden, for logs.
    #[must_use]
    pub fn masked(&self) -> String {
        let length = self.0.len();
        let shown = if length > 8 { 5 } else { 2 };
        let tail = if length > 8 { 2 } else { 0 };
        self.0
            .char_indices()
            .map(|(index, digit)| {
                if index < shown || index >= length - tail {
                    digit
                } else {
                    '*'
                }
            })
            .collect()
    }
}

impl FromStr for PhoneNumber {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let digits = text.strip_prefix('+').ok_or(InvalidText::PhoneNumber)?;
        let fits = (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::PhoneNumber)
        }
    }
}

impl AsRef<str> for PhoneNumber {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.masked())
    }
}

/// An email address: one `@`, a dot in its domain, no white space or control characters.
///
/// It keeps the case it was given in; [`EmailAddress::key`] is what two addresses are compared by.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address in lower case: two users must not have the same one.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for EmailAddress {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let (local, domain) = text.split_once('@').ok_or(InvalidText::EmailAddress)?;
        let fits = !local.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
            && !text
                .chars()
                .any(|char| char.is_whitespace() || char.is_control())
            && text.chars().count() <= MAX_EMAIL_CHARS;
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::EmailAddress)
        }
    }
}

impl AsRef<str> for EmailAddress {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EmailAddress(…)")
    }
}

macro_rules! bounded_text {
    ($name:ident, $min:literal, $max:literal, $what:literal) => {
        #[doc = $what]
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// The fewest characters (Unicode scalar values) allowed.
            pub const MIN_CHARS: usize = $min;
            /// The most characters (Unicode scalar values) allowed.
            pub const MAX_CHARS: usize = $max;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A text that is stored already, as it is: an older version kept no limits, and what
            /// it stored is served on. What callers hand in is parsed instead.
            #[must_use]
            pub const fn from_stored(text: String) -> Self {
                Self(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                if (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.chars().count()) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidText::Length {
                        min: Self::MIN_CHARS,
                        max: Self::MAX_CHARS,
                    })
                }
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(
                    formatter,
                    concat!(stringify!($name), "({} characters)"),
                    self.0.chars().count()
                )
            }
        }
    };
}

bounded_text!(UserName, 1, 100, "A person's name, 1 to 100 characters.");
bounded_text!(
    ExternalId,
    1,
    255,
    "The id another system gave to a user, 1 to 255 characters, compared exactly."
);
bounded_text!(
    Script,
    0,
    5000,
    "What a call says, at most 5000 characters; `Debug` hides it."
);
bounded_text!(
    FeedbackNotes,
    0,
    2000,
    "What somebody wrote about a call, at most 2000 characters; `Debug` hides it."
);

bounded_text!(
    TaskTitle,
    1,
    500,
    "What a critical task is called, read out to whom is rung, 1 to 500 characters; `Debug` hides it."
);
bounded_text!(
    TaskId,
    1,
    128,
    "The id another system gave to a task, 1 to 128 characters, compared exactly."
);
bounded_text!(
    Who,
    1,
    200,
    "Who acknowledged a task by API, 1 to 200 characters; `Debug` hides it."
);
bounded_text!(
    Why,
    1,
    1000,
    "Why somebody acknowledged a task by API, 1 to 1000 characters; `Debug` hides it."
);

/// The keys that somebody pressed, 1 to 32 of `0` to `9`, `*`, `#`, `A` to `D` and `w`
/// (<https://www.twilio.com/docs/voice/twiml/gather#action>, parameter `Digits`).
///
/// ```
/// use atlas_domain::Digits;
///
/// assert!("1".parse::<Digits>()?.acknowledges());
/// assert!(!"11".parse::<Digits>()?.acknowledges());
/// assert!("1 ".parse::<Digits>().is_err());
/// # Ok::<(), atlas_domain::InvalidText>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Digits(String);

impl Digits {
    /// The most keys.
    pub const MAX_CHARS: usize = 32;

    /// The keys, in the order they were pressed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the one key that acknowledges a task: 1.
    #[must_use]
    pub fn acknowledges(&self) -> bool {
        self.0 == "1"
    }
}

impl FromStr for Digits {
    type Err = InvalidText;

    fn from_str(text: &str) -> Result<Self, InvalidText> {
        let is_key =
            |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#' | b'A'..=b'D' | b'w');
        if (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(is_key) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidText::Digits)
        }
    }
}

impl AsRef<str> for Digits {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e164_is_accepted_and_nothing_else() {
        let cases: [(&str, bool); 12] = [
            ("+12", true),
            ("+15550100042", true),
            ("+123456789012345", true),
            ("+1234567890123456", false),
            ("+1", false),
            ("+0155501000", false),
            ("15550100042", false),
            ("+1555010004 2", false),
            ("+15550100042\n", false),
            ("+1555010004²", false),
            ("++15550100042", false),
            ("", false),
        ];
        for (text, valid) in cases {
            assert_eq!(text.parse::<PhoneNumber>().is_ok(), valid, "{text:?}");
        }
    }

    #[test]
    fn debug_output_hides_numbers_and_texts() {
        let number: PhoneNumber = "+15550100042".parse().unwrap();
        assert_eq!(format!("{number:?}"), "+1555*****42");
        let script: Script = "secret".parse().unwrap();
        assert_eq!(format!("{script:?}"), "Script(6 characters)");
    }

    #[test]
    fn emails_are_checked_and_compared_without_case() {
        for text in ["a@b.c", "Ann.O'Neil+x@Example.co.uk", "é@exämple.de"] {
            assert!(text.parse::<EmailAddress>().is_ok(), "{text}");
        }
        for text in [
            "", "a", "a@b", "@b.c", "a@.c", "a@b.", "a@@b.c", "a b@c.d", "a@b.c\n",
        ] {
            assert!(text.parse::<EmailAddress>().is_err(), "{text:?}");
        }
        assert_eq!("Ann@B.C".parse::<EmailAddress>().unwrap().key(), "ann@b.c");
    }

    #[test]
    fn lengths_count_unicode_scalar_values() {
        assert!("🎉".repeat(5000).parse::<Script>().is_ok());
        assert!("🎉".repeat(5001).parse::<Script>().is_err());
        assert!("".parse::<UserName>().is_err());
    }

    #[test]
    fn keys_of_a_phone_are_accepted_and_nothing_else() {
        for text in ["1", "*", "#", "0123456789*#ABCDw", &"9".repeat(32)] {
            assert!(text.parse::<Digits>().is_ok(), "{text}");
        }
        for text in ["", " 1", "1\n", "a", "E", "１", &"9".repeat(33)] {
            assert_eq!(text.parse::<Digits>(), Err(InvalidText::Digits), "{text:?}");
        }
    }

    #[test]
    fn what_is_stored_already_has_no_limit() {
        let long = "x".repeat(6000);
        assert!(long.parse::<Script>().is_err());
        assert_eq!(Script::from_stored(long.clone()).as_str(), long);
    }
}
