//! The text of a `<Record transcribe="true">` (<https://www.twilio.com/docs/voice/twiml/record#transcribe>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::private_text::PrivateText;
use crate::sid::{RecordingSid, TranscriptionSid};
use crate::vocabulary::TranscriptionStatus;

/// A recording was transcribed, or could not be.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TranscriptionCallback {
    /// Which call was recorded.
    pub call: CallParameters,
    /// `TranscriptionSid`
    pub transcription_sid: Option<TranscriptionSid>,
    /// `TranscriptionStatus`
    pub transcription_status: Option<TranscriptionStatus>,
    /// `TranscriptionText`; absent when it failed.
    pub transcription_text: Option<PrivateText>,
    /// `TranscriptionUrl`
    pub transcription_url: Option<String>,
    /// `RecordingSid`
    pub recording_sid: Option<RecordingSid>,
    /// `RecordingUrl`
    pub recording_url: Option<String>,
    form: Form,
}

impl TranscriptionCallback {
    /// Whether a form is one of a transcription rather than of a recording's status.
    #[must_use]
    pub fn is_one(form: &Form) -> bool {
        form.get("TranscriptionSid").is_some() || form.get("TranscriptionStatus").is_some()
    }
}

keeps_form!(TranscriptionCallback);

impl FromForm for TranscriptionCallback {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            transcription_sid: form.parsed("TranscriptionSid"),
            transcription_status: form.word("TranscriptionStatus"),
            transcription_text: form.private("TranscriptionText"),
            transcription_url: form.owned("TranscriptionUrl"),
            recording_sid: form.parsed("RecordingSid"),
            recording_url: form.owned("RecordingUrl"),
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_read_and_stays_private() {
        let form = Form::parse(
            b"CallSid=CAfedcba9876543210fedcba9876543210&TranscriptionStatus=completed\
              &TranscriptionText=my+secret&TranscriptionSid=TRfedcba9876543210fedcba9876543210",
        );
        assert!(TranscriptionCallback::is_one(&form));
        let callback = TranscriptionCallback::from_form(form).unwrap();
        assert_eq!(callback.transcription_text.as_deref(), Some("my secret"));
        assert_eq!(
            callback.transcription_status,
            Some(TranscriptionStatus::Completed)
        );
        assert!(!format!("{callback:?}").contains("secret\""));
    }

    #[test]
    fn a_failed_transcription_has_no_text() {
        let form = Form::parse(
            b"CallSid=CAfedcba9876543210fedcba9876543210&TranscriptionStatus=failed&TranscriptionText=",
        );
        let callback = TranscriptionCallback::from_form(form).unwrap();
        assert_eq!(callback.transcription_text, None);
        assert_eq!(
            callback.transcription_status,
            Some(TranscriptionStatus::Failed)
        );
    }
}
