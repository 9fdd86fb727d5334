//! What `<Record>` asks when it is done (<https://www.twilio.com/docs/voice/twiml/record#action>).

use super::{CallParameters, Form, FormError, FromForm};
use crate::private_text::PrivateText;
use crate::sid::RecordingSid;

/// A `<Record>` ended: by silence, by a key, by its greatest length, or because the other side hung up.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordAction {
    /// Which call, and its status.
    pub call: CallParameters,
    /// `RecordingSid`, or else the last part of the recording's URL.
    pub recording_sid: Option<RecordingSid>,
    /// `RecordingUrl`; the audio may not be there yet.
    pub recording_url: Option<String>,
    /// `RecordingDuration`, in seconds.
    pub recording_duration_seconds: Option<u32>,
    /// `Digits`: the key that ended it; see also [`hung_up`](Self::hung_up).
    pub digits: Option<PrivateText>,
    form: Form,
}

impl RecordAction {
    /// Whether the other side hung up, so that nobody hears the answer.
    #[must_use]
    pub fn hung_up(&self) -> bool {
        self.digits.as_deref() == Some("hangup")
    }
}

keeps_form!(RecordAction);

impl FromForm for RecordAction {
    fn from_form(form: Form) -> Result<Self, FormError> {
        Ok(Self {
            call: CallParameters::read(&form)?,
            recording_sid: form.recording_sid(),
            recording_url: form.owned("RecordingUrl"),
            recording_duration_seconds: form.parsed("RecordingDuration"),
            digits: form.private("Digits"),
            form,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recording_sid_is_found_in_the_url_too() {
        let body = b"CallSid=CAfedcba9876543210fedcba9876543210&Digits=hangup&RecordingDuration=7\
            &RecordingUrl=https%3A%2F%2Fapi.twilio.com%2F2010-04-01%2FAccounts%2FAC1%2FRecordings\
            %2FREfedcba9876543210fedcba9876543210";
        let action = RecordAction::from_form(Form::parse(body)).unwrap();
        assert_eq!(
            action.recording_sid.as_ref().map(RecordingSid::as_str),
            Some("REfedcba9876543210fedcba9876543210")
        );
        assert_eq!(action.recording_duration_seconds, Some(7));
        assert!(action.hung_up());
    }

    #[test]
    fn an_action_without_a_recording_is_an_action() {
        let action =
            RecordAction::from_form(Form::parse(b"CallSid=CAfedcba9876543210fedcba9876543210"))
                .unwrap();
        assert_eq!(action.recording_sid, None);
        assert!(!action.hung_up());
    }
}
