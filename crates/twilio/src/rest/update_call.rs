//! Changing a live call (<https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource>).

use super::parameter::{check_length, check_url};
use super::{ParameterError, RequestKind};
use crate::http_method::HttpMethod;
use crate::private_text::PrivateText;

/// The most characters of a document sent along (error 32018).
pub(super) const MAX_TWIML_CHARACTERS: usize = 4000;

/// One change to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpdateCall {
    /// Ends it, whether it waits, rings or talks.
    Complete,
    /// Ends it only while it waits or rings; does nothing to one that was answered.
    Cancel,
    /// Interrupts the verb under way and asks this URL for another document.
    Url {
        /// An absolute URL.
        url: String,
        /// POST without.
        method: Option<HttpMethod>,
    },
    /// Interrupts the verb under way and runs this document, at most 4000 characters.
    Twiml(PrivateText),
}

impl UpdateCall {
    /// A document that is begun a second time is heard twice; the end is the end.
    pub(super) const fn kind(&self) -> RequestKind {
        match self {
            Self::Complete | Self::Cancel => RequestKind::RepeatableWrite,
            Self::Url { .. } | Self::Twiml(_) => RequestKind::RingingWrite,
        }
    }

    pub(super) fn form(&self) -> Result<Vec<(&'static str, String)>, ParameterError> {
        Ok(match self {
            Self::Complete => vec![("Status", "completed".to_owned())],
            Self::Cancel => vec![("Status", "canceled".to_owned())],
            Self::Url { url, method } => {
                check_url("Url", Some(url))?;
                let mut form = vec![("Url", url.clone())];
                form.extend(method.map(|method| ("Method", method.to_string())));
                form
            }
            Self::Twiml(document) => {
                check_length("Twiml", document, MAX_TWIML_CHARACTERS)?;
                vec![("Twiml", document.as_str().to_owned())]
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_to_end_a_call_are_told_apart() {
        assert_eq!(
            UpdateCall::Complete.form().unwrap(),
            [("Status", "completed".to_owned())]
        );
        assert_eq!(
            UpdateCall::Cancel.form().unwrap(),
            [("Status", "canceled".to_owned())]
        );
    }

    #[test]
    fn a_relative_url_and_an_empty_document_are_refused() {
        assert!(
            UpdateCall::Url {
                url: "voice".to_owned(),
                method: None
            }
            .form()
            .is_err()
        );
        assert!(UpdateCall::Twiml("".into()).form().is_err());
    }
}
