//! `<Pause>`: silence (<https://www.twilio.com/docs/voice/twiml/pause>).

use super::TwimlError;
use super::error::in_range;
use super::xml::Element;

/// Silence of one second, or as long as said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pause {
    length_seconds: Option<u32>,
}

impl Pause {
    /// A pause of Twilio's default length, one second.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            length_seconds: None,
        }
    }

    /// A pause of whole seconds, at least one.
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] for zero (13910).
    pub fn seconds(length_seconds: u32) -> Result<Self, TwimlError> {
        Ok(Self {
            length_seconds: Some(in_range("length", length_seconds, 1, u32::MAX)?),
        })
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Pause").attribute("length", self.length_seconds)
    }
}
