//! What a `<Gather>` hears meanwhile
//! (<https://www.twilio.com/docs/voice/twiml/gather#partialresultcallback>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::private_text::PrivateText;

/// Speech that is still going on; the answer is ignored.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GatherPartialResult {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `SequenceNumber`, from 0: they may overtake each other.
    pub sequence_number: Option<u32>,
    /// `StableSpeechResult`: what will hardly change any more.
    pub stable_speech_result: Option<PrivateText>,
    /// `UnstableSpeechResult`: what may still change.
    pub unstable_speech_result: Option<PrivateText>,
    /// `Stability` of the unstable part, 0 to 1.
    pub stability: Option<f64>,
    /// `Language` that was listened for.
    pub language: Option<String>,
    form: Form,
}

keeps_form!(GatherPartialResult);

impl FromForm for GatherPartialResult {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            sequence_number: form.parsed("SequenceNumber"),
            stable_speech_result: form.private("StableSpeechResult"),
            unstable_speech_result: form.private("UnstableSpeechResult"),
            stability: form.fraction("Stability"),
            language: form.owned("Language"),
            form,
        })
    }
}
