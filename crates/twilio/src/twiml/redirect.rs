//! `<Redirect>`: go on with another document (<https://www.twilio.com/docs/voice/twiml/redirect>).

use super::TwimlError;
use super::url::DocumentUrl;
use super::xml::Element;
use crate::http_method::HttpMethod;

/// Leaves this document for another; verbs after it are never reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    url: DocumentUrl,
    method: Option<HttpMethod>,
}

impl Redirect {
    /// Goes on with the document behind a URL, asked with POST.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL: that would be this document, again and again.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: DocumentUrl::new("Redirect", url)?,
            method: None,
        })
    }

    /// Asks the URL with this method.
    #[must_use]
    pub const fn method(mut self, method: HttpMethod) -> Self {
        self.method = Some(method);
        self
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Redirect")
            .attribute("method", self.method)
            .text(self.url.as_str())
    }
}
