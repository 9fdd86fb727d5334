//! `<Parameter>` and `<Config>`: named values for somebody else.

use super::TwimlError;
use super::element::element;
use super::problem::value_of;
use super::values::Text;

element! {
    /// A named value that is passed on.
    Parameter = "Parameter" {
        /// Its name.
        "name" required name: Text<128>;
        /// The value.
        "value" required value: Text<4096>;
    }
}

element! {
    /// A named setting of a service.
    Config = "Config" {
        /// Its name.
        "name" required name: Text<128>;
        /// The value.
        "value" required value: Text<4096>;
    }
}

macro_rules! named_value {
    ($($name:ident $tag:literal)*) => {
        $(impl $name {
            /// A value under a name.
            ///
            /// # Errors
            /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong)
            /// when the name has not 1 to 128 characters or the value not 1 to 4096, more than Twilio
            /// passes on anywhere.
            pub fn new(name: &str, value: &str) -> Result<Self, TwimlError> {
                Ok(Self {
                    name: value_of($tag, "name", name)?,
                    value: value_of($tag, "value", value)?,
                })
            }
        })*
    };
}

named_value!(Parameter "Parameter" Config "Config");
