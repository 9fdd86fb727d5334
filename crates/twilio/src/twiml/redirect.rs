//! `<Redirect>`: go on with another document (<https://www.twilio.com/docs/voice/twiml/redirect>).

use super::element::element;
use super::values::Url;
use super::{Problem, TwimlError};
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
    /// [`Problem::Empty`] when there is no URL: that would be this document, again and again.
    /// [`Problem::Malformed`] for what is no URL of the web.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        let at = |problem: Problem| TwimlError::of_element("Redirect", problem);
        Ok(Self {
            url: Some(Url::try_from(url).map_err(at)?),
            ..Self::blank()
        })
    }
}
