//! Limits of request parameters, checked before anything is sent.

/// A parameter outside of Twilio's limits.
///
/// Values are left out of the message when they are about people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// A parameter without which the request means nothing is empty.
    #[error("`{parameter}` is empty")]
    Empty {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// A number outside of its range.
    #[error("`{parameter}` is {value}, allowed are {minimum} to {maximum}")]
    OutOfRange {
        /// Twilio's name of the parameter.
        parameter: &'static str,
        /// What was given.
        value: u32,
        /// The smallest value allowed.
        minimum: u32,
        /// The greatest value allowed.
        maximum: u32,
    },
    /// A text that is too long.
    #[error("`{parameter}` has {characters} characters, at most {maximum} are allowed")]
    TooLong {
        /// Twilio's name of the parameter.
        parameter: &'static str,
        /// How many characters it has.
        characters: usize,
        /// How many it may have.
        maximum: usize,
    },
    /// Something that is not an absolute `http` or `https` URL.
    #[error("`{parameter}` is not an absolute http or https URL")]
    NotAUrl {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// A word that Twilio does not filter by.
    #[error("`{parameter}` is a word that Twilio does not filter by")]
    NoFilterValue {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// A phone number without a digit.
    #[error("`{parameter}` is not a phone number")]
    NotANumber {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// A country that is not two capital letters.
    #[error("`CountryCode` is not two capital letters")]
    CountryCode,
    /// Digits other than `0-9 A-D # * w W`.
    #[error("`SendDigits` may hold `0-9`, `A-D`, `#`, `*`, `w` and `W` only")]
    SendDigits,
}

/// Checks that a number, when given, lies in its range.
pub(super) fn check_range(
    parameter: &'static str,
    value: Option<u32>,
    minimum: u32,
    maximum: u32,
) -> Result<(), ParameterError> {
    match value {
        Some(value) if !(minimum..=maximum).contains(&value) => Err(ParameterError::OutOfRange {
            parameter,
            value,
            minimum,
            maximum,
        }),
        Some(_) | None => Ok(()),
    }
}

/// Checks that a text is there and not too long.
pub(super) fn check_length(
    parameter: &'static str,
    value: &str,
    maximum: usize,
) -> Result<(), ParameterError> {
    let characters = value.chars().count();
    if characters == 0 {
        Err(ParameterError::Empty { parameter })
    } else if characters > maximum {
        Err(ParameterError::TooLong {
            parameter,
            characters,
            maximum,
        })
    } else {
        Ok(())
    }
}

/// Checks that a URL, when given, is absolute and of the web.
pub(super) fn check_url(parameter: &'static str, url: Option<&str>) -> Result<(), ParameterError> {
    let Some(url) = url else { return Ok(()) };
    let absolute = reqwest::Url::parse(url)
        .is_ok_and(|parsed| matches!(parsed.scheme(), "http" | "https") && parsed.has_host());
    if absolute {
        Ok(())
    } else {
        Err(ParameterError::NotAUrl { parameter })
    }
}
