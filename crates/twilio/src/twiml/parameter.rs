//! `<Parameter>`: a named value for somebody else.

use super::element::element;
use super::values::Text;
use super::{Problem, TwimlError};

element! {
    /// A named value that is passed on.
    Parameter = "Parameter" {
        /// Its name.
        "name" required name: Text<128>;
        /// The value.
        "value" required value: Text<4096>;
    }
}

impl Parameter {
    /// Passes a value on under a name.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::TooLong`] when the name has not 1 to 128 characters or the value
    /// not 1 to 4096, more than Twilio passes on anywhere.
    pub fn new(name: &str, value: &str) -> Result<Self, TwimlError> {
        let at = |attribute| {
            move |problem: Problem| TwimlError::of_attribute("Parameter", attribute, problem)
        };
        Ok(Self {
            name: Some(Text::try_from(name).map_err(at("name"))?),
            value: Some(Text::try_from(value).map_err(at("value"))?),
        })
    }
}
