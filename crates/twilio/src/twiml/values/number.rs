//! Whole numbers in their ranges.

use std::borrow::Cow;

use crate::twiml::Problem;
use crate::twiml::element::Value;

/// A whole number from `MINIMUM` to `MAXIMUM`.
///
/// ```
/// use atlas_twilio::twiml::{Problem, Whole};
///
/// assert_eq!(Whole::<5, 600>::try_from(30).map(Whole::get), Ok(30));
/// let below = Problem::OutOfRange { value: 4, minimum: 5, maximum: 600 };
/// assert_eq!(Whole::<5, 600>::try_from(4), Err(below));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whole<const MINIMUM: u32, const MAXIMUM: u32>(u32);

impl<const MINIMUM: u32, const MAXIMUM: u32> Whole<MINIMUM, MAXIMUM> {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const MINIMUM: u32, const MAXIMUM: u32> TryFrom<u32> for Whole<MINIMUM, MAXIMUM> {
    type Error = Problem;

    fn try_from(value: u32) -> Result<Self, Problem> {
        if (MINIMUM..=MAXIMUM).contains(&value) {
            Ok(Self(value))
        } else {
            Err(Problem::OutOfRange {
                value,
                minimum: MINIMUM,
                maximum: MAXIMUM,
            })
        }
    }
}

impl<const MINIMUM: u32, const MAXIMUM: u32> Value for Whole<MINIMUM, MAXIMUM> {
    fn write(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        Self::try_from(u32::read(text)?)
    }
}

/// How often something is heard: 1 to 1000 times, 0 until the caller hangs up.
pub type Loops = Whole<0, 1000>;

/// A number, or `auto`: Twilio decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Auto<T> {
    /// Twilio decides.
    Auto,
    /// The number.
    Exactly(T),
}

impl<T: Value> Value for Auto<T> {
    fn write(&self) -> Cow<'_, str> {
        match self {
            Self::Auto => Cow::Borrowed("auto"),
            Self::Exactly(value) => value.write(),
        }
    }

    fn read(text: &str) -> Result<Self, Problem> {
        if text.trim().eq_ignore_ascii_case("auto") {
            Ok(Self::Auto)
        } else {
            T::read(text).map(Self::Exactly)
        }
    }
}

impl Value for u32 {
    fn write(&self) -> Cow<'_, str> {
        Cow::Owned(self.to_string())
    }

    fn read(text: &str) -> Result<Self, Problem> {
        text.trim().parse().map_err(|_| Problem::NotANumber)
    }
}

impl Value for bool {
    fn write(&self) -> Cow<'_, str> {
        Cow::Borrowed(if *self { "true" } else { "false" })
    }

    /// Reads `true` and `false` in upper and lower case, as Twilio does.
    fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("true") {
            Ok(true)
        } else if text.eq_ignore_ascii_case("false") {
            Ok(false)
        } else {
            Err(Problem::NotAWord)
        }
    }
}
