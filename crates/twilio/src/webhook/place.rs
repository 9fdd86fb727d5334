//! Where Twilio believes a number to be.

use super::Form;
use crate::private_text::PrivateText;

/// The place that belongs to a number, as far as Twilio knows it; often nothing of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// `FromCity`, `ToCity`
    pub city: Option<PrivateText>,
    /// `FromState`, `ToState`: a state or province.
    pub state: Option<PrivateText>,
    /// `FromZip`, `ToZip`: a postal code.
    pub zip: Option<PrivateText>,
    /// `FromCountry`, `ToCountry`: two letters (ISO 3166-1).
    pub country: Option<String>,
}

impl Place {
    /// The place of `From`.
    pub(super) fn of_from(form: &Form) -> Self {
        Self {
            city: form.private("FromCity"),
            state: form.private("FromState"),
            zip: form.private("FromZip"),
            country: form.owned("FromCountry"),
        }
    }

    /// The place of `To`.
    pub(super) fn of_to(form: &Form) -> Self {
        Self {
            city: form.private("ToCity"),
            state: form.private("ToState"),
            zip: form.private("ToZip"),
            country: form.owned("ToCountry"),
        }
    }
}
