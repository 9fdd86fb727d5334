//! How long a break in speech is.

use std::borrow::Cow;

use super::Whole;
use crate::twiml::Problem;
use crate::twiml::element::Value;

const MAX_MS: u32 = 10_000;

/// How long a break in speech is: 0 to 10000 ms.
///
/// It is written in milliseconds, and read in milliseconds or seconds: `250ms`, `2s`, `1.5s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BreakTime(Whole<0, MAX_MS>);

impl BreakTime {
    /// The length in milliseconds.
    #[must_use]
    pub const fn ms(self) -> u32 {
        self.0.get()
    }
}

impl TryFrom<u32> for BreakTime {
    type Error = Problem;

    fn try_from(ms: u32) -> Result<Self, Problem> {
        Whole::try_from(ms).map(Self)
    }
}

impl Value for BreakTime {
    fn write(&self) -> Cow<'_, str> {
        Cow::Owned(format!("{}ms", self.ms()))
    }

    fn read(text: &str) -> Result<Self, Problem> {
        let text = text.trim();
        let ms = match text.strip_suffix("ms") {
            Some(ms) => ms.parse().ok(),
            None => text.strip_suffix('s').and_then(ms_of_seconds),
        };
        let malformed = Problem::Malformed {
            expected: "a time such as `250ms` or `2s`",
        };
        Self::try_from(ms.ok_or(malformed)?)
    }
}

/// Reads seconds with up to three decimals.
fn ms_of_seconds(seconds: &str) -> Option<u32> {
    let (whole, decimals) = match seconds.split_once('.') {
        Some(("", decimals)) => ("0", decimals),
        Some(parts) => parts,
        None => (seconds, "0"),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(decimals) || decimals.len() > 3 {
        return None;
    }
    let whole: u32 = whole.parse().ok()?;
    let ms: u32 = format!("{decimals:0<3}").parse().ok()?;
    whole.checked_mul(1000)?.checked_add(ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_in_both_units() {
        let ms = |text| BreakTime::read(text).map(BreakTime::ms).ok();
        let cases = [
            ("250ms", Some(250)),
            ("2s", Some(2000)),
            ("1.5s", Some(1500)),
            (".05s", Some(50)),
            ("10s", Some(10_000)),
            ("10.001s", None),
            ("4294968s", None),
            ("1.s", None),
            ("s", None),
            ("ms", None),
            ("2", None),
            ("-1s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(ms(text), expected, "{text}");
        }
    }
}
