//! `<Sms>` and `<Echo>`: verbs of long ago.

use super::TwimlError;
use super::element::element;
use super::problem::text_of;
use super::values::{Address, Text, Url};
use crate::http_method::HttpMethod;

element! {
    /// Sends a short message during a call. Twilio advises to use its REST API instead.
    Sms = "Sms" {
        /// Who gets it; who called without.
        "to" checked to(&str): Address;
        /// Who it comes from; the number called without.
        "from" checked from(&str): Address;
        /// The URL that is asked when it is sent, and says how the call goes on.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Where news of the message go.
        "statusCallback" checked status_callback(&str): Url;
    }
    text {
        /// The text; at most 1600 characters.
        required text: Text<1600>
    }
}

element! {
    /// Says again what is said, for trying a line.
    Echo = "Echo" {}
}

impl Sms {
    /// Sends a text of 1 to 1600 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn new(text: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            text: text_of("Sms", text)?,
            ..Self::blank()
        })
    }
}

impl Echo {
    /// Says again what is said.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Echo {
    fn default() -> Self {
        Self::new()
    }
}
