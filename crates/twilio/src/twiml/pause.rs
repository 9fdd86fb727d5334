//! `<Pause>`: silence (<https://www.twilio.com/docs/voice/twiml/pause>).

use super::TwimlError;
use super::element::element;
use super::problem::value_of;
use super::values::Whole;

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
    /// [`Problem::OutOfRange`](super::Problem::OutOfRange) for zero (13910).
    pub fn seconds(length_seconds: u32) -> Result<Self, TwimlError> {
        Ok(Self {
            length_seconds: value_of("Pause", "length", length_seconds)?,
        })
    }
}

impl Default for Pause {
    fn default() -> Self {
        Self::new()
    }
}
