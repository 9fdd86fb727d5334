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
    /// A moment that cannot be written as Twilio has it.
    #[error("`{parameter}` is not a moment of the years 0 to 9999")]
    NotADate {
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
    /// A fragment that Twilio does not take as connection overrides (errors 11240 to 11243).
    #[error("`{parameter}` has a fragment that is no connection override")]
    ConnectionOverride {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// A host that Twilio does not send status callbacks to.
    #[error("`{parameter}` has a host with an underscore")]
    UnderscoreInHost {
        /// Twilio's name of the parameter.
        parameter: &'static str,
    },
    /// Two parameters of which Twilio would ignore or refuse one.
    #[error("`{parameter}` does not go together with `{other}`")]
    Conflict {
        /// Twilio's name of the parameter that would be ignored.
        parameter: &'static str,
        /// Twilio's name of the other.
        other: &'static str,
    },
    /// A parameter that means something only with another one.
    #[error("`{parameter}` means nothing without `{needed}`")]
    Needs {
        /// Twilio's name of the parameter.
        parameter: &'static str,
        /// Twilio's name of the one that is missing.
        needed: &'static str,
    },
    /// More values than Twilio takes.
    #[error("`{parameter}` has {count} values, at most {maximum} are allowed")]
    TooMany {
        /// Twilio's name of the parameter.
        parameter: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        maximum: usize,
    },
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

/// Checks that two parameters are not given together.
pub(super) fn check_conflict(
    parameter: &'static str,
    is_given: bool,
    other: &'static str,
    is_other_given: bool,
) -> Result<(), ParameterError> {
    if is_given && is_other_given {
        Err(ParameterError::Conflict { parameter, other })
    } else {
        Ok(())
    }
}
