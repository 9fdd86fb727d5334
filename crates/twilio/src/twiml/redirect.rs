//! `<Redirect>`: go on with another document (<https://www.twilio.com/docs/voice/twiml/redirect>).

use super::TwimlError;
use super::element::element;
use super::problem::text_of;
use super::values::Url;
use crate::http_method::HttpMethod;

element! {
    /// Leaves this document for another; verbs after it are never reached.
    Redirect = "Redirect" {
        /// The method the URL is asked with; POST without.
        "method" [13710] set method(HttpMethod): HttpMethod;
    }
    text {
        /// Where the other document is.
        required url: Url
    }
}

impl Redirect {
    /// Goes on with the document behind a URL, asked with POST.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) when there is no URL: that would be this document, again and again.
    /// [`Problem::Malformed`](super::Problem::Malformed) for what is no URL of the web.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: text_of("Redirect", url)?,
            ..Self::blank()
        })
    }
}
