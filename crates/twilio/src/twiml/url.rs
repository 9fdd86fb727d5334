//! URLs inside a document.

use super::TwimlError;
use super::xml::without_forbidden;

/// A URL, absolute or relative to the current document, that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocumentUrl(String);

impl DocumentUrl {
    pub(super) fn new(attribute: &'static str, url: &str) -> Result<Self, TwimlError> {
        let url = without_forbidden(url);
        if url.trim().is_empty() {
            Err(TwimlError::EmptyUrl { attribute })
        } else {
            Ok(Self(url))
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
