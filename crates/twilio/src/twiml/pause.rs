//! `<Pause>`: silence (<https://www.twilio.com/docs/voice/twiml/pause>).

use super::element::element;
use super::values::Whole;
use super::{Problem, TwimlError};

element! {
    /// Silence of one second, or as long as said.
    Pause = "Pause" {
        /// How long it is, in seconds, at least one; one without.
        "length" [13910] own length_seconds: Whole<1, { u32::MAX }>;
    }
}

impl Pause {
    /// A pause of Twilio's default length, one second.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }

    /// A pause of whole seconds, at least one.
    ///
    /// # Errors
    /// [`Problem::OutOfRange`] for zero (13910).
    pub fn seconds(length_seconds: u32) -> Result<Self, TwimlError> {
        let at = |problem: Problem| TwimlError::of_attribute("Pause", "length", problem);
        Ok(Self {
            length_seconds: Some(Whole::try_from(length_seconds).map_err(at)?),
        })
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}
