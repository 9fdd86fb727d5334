//! What a `<Gather>` asks when it is done (<https://www.twilio.com/docs/voice/twiml/gather#action>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::private_text::PrivateText;

/// Somebody pressed keys or spoke; or neither, with `actionOnEmptyResult`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GatherAction {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `Digits`: the keys, without the one that ended it.
    pub digits: Option<PrivateText>,
    /// `FinishedOnKey`: the key that ended it.
    pub finished_on_key: Option<PrivateText>,
    /// `SpeechResult`: what was said.
    pub speech_result: Option<PrivateText>,
    /// `Confidence` in what was said, 0 to 1; Twilio may leave it out.
    pub confidence: Option<f64>,
    /// `Language` that was listened for.
    pub language: Option<String>,
    form: Form,
}

keeps_form!(GatherAction);

impl FromForm for GatherAction {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            digits: form.private("Digits"),
            finished_on_key: form.private("FinishedOnKey"),
            speech_result: form.private("SpeechResult"),
            confidence: form.fraction("Confidence"),
            language: form.owned("Language"),
            form,
        })
    }
}
