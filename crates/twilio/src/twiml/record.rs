//! `<Record>`: what the other side says (<https://www.twilio.com/docs/voice/twiml/record>).

use super::error::in_range;
use super::url::DocumentUrl;
use super::xml::Element;
use super::{Key, TwimlError};
use crate::http_method::HttpMethod;

/// A day, where the account allows it; four hours otherwise.
const MAX_LENGTH_SECONDS: u32 = 86_400;

/// Whether silence at both ends is cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trim {
    /// It is; Twilio's default here.
    TrimSilence,
    /// It is not.
    DoNotTrim,
}

/// What a recording status callback tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordingEvent {
    /// Recording began.
    InProgress,
    /// The audio can be fetched.
    Completed,
    /// Nothing was recorded.
    Absent,
}

/// Records until silence, a key, or the greatest length; then asks its action.
///
/// The action is no option: without one Twilio asks the current document again, which usually ends in
/// another `<Record>`, for ever. When something was recorded, verbs after it are never reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    action: DocumentUrl,
    method: Option<HttpMethod>,
    timeout_seconds: Option<u32>,
    finish_on_keys: Option<String>,
    max_length_seconds: Option<u32>,
    play_beep: Option<bool>,
    trim: Option<Trim>,
    status_callback: Option<DocumentUrl>,
    status_callback_method: Option<HttpMethod>,
    status_callback_events: Option<String>,
    transcribe_callback: Option<DocumentUrl>,
    recording_configuration_id: Option<String>,
}

impl Record {
    /// Records, then asks the action's URL what to do next.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL.
    pub fn new(action: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            action: DocumentUrl::new("action", action)?,
            method: None,
            timeout_seconds: None,
            finish_on_keys: None,
            max_length_seconds: None,
            play_beep: None,
            trim: None,
            status_callback: None,
            status_callback_method: None,
            status_callback_events: None,
            transcribe_callback: None,
            recording_configuration_id: None,
        })
    }

    /// Asks the action with this method; POST without.
    #[must_use]
    pub const fn method(mut self, method: HttpMethod) -> Self {
        self.method = Some(method);
        self
    }

    /// Seconds of silence that end the recording; 5 without, 0 for never.
    #[must_use]
    pub const fn timeout_seconds(mut self, timeout_seconds: u32) -> Self {
        self.timeout_seconds = Some(timeout_seconds);
        self
    }

    /// The keys that end the recording; any key without, none for an empty list.
    #[must_use]
    pub fn finish_on_keys(mut self, keys: &[Key]) -> Self {
        self.finish_on_keys = Some(keys.iter().map(|key| key.character()).collect());
        self
    }

    /// The greatest length in seconds, 2 to 86400; 3600 without.
    ///
    /// Above 14400 only where Twilio enabled it; from 120 on Twilio transcribes nothing (13615).
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] outside of that.
    pub fn max_length_seconds(mut self, seconds: u32) -> Result<Self, TwimlError> {
        self.max_length_seconds = Some(in_range("maxLength", seconds, 2, MAX_LENGTH_SECONDS)?);
        Ok(self)
    }

    /// Whether a beep is heard before; it is without.
    #[must_use]
    pub const fn play_beep(mut self, play: bool) -> Self {
        self.play_beep = Some(play);
        self
    }

    /// Whether silence at both ends is cut off.
    #[must_use]
    pub const fn trim(mut self, trim: Trim) -> Self {
        self.trim = Some(trim);
        self
    }

    /// Where news of the recording go.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL.
    pub fn recording_status_callback(mut self, url: &str) -> Result<Self, TwimlError> {
        self.status_callback = Some(DocumentUrl::new("recordingStatusCallback", url)?);
        Ok(self)
    }

    /// The method for news of the recording; POST without.
    #[must_use]
    pub const fn recording_status_callback_method(mut self, method: HttpMethod) -> Self {
        self.status_callback_method = Some(method);
        self
    }

    /// Which news are sent; only `completed` without.
    #[must_use]
    pub fn recording_status_callback_events(mut self, events: &[RecordingEvent]) -> Self {
        let words: Vec<&str> = events.iter().map(|event| event.as_str()).collect();
        self.status_callback_events = (!words.is_empty()).then(|| words.join(" "));
        self
    }

    /// Has the recording transcribed, and the text sent to this URL, minutes later.
    ///
    /// Only recordings longer than 2 and shorter than 120 seconds are.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL.
    pub fn transcribe(mut self, callback: &str) -> Result<Self, TwimlError> {
        self.transcribe_callback = Some(DocumentUrl::new("transcribeCallback", callback)?);
        Ok(self)
    }

    /// The recording configuration of the account to use.
    #[must_use]
    pub fn recording_configuration_id(mut self, id: impl Into<String>) -> Self {
        self.recording_configuration_id = Some(id.into());
        self
    }

    pub(super) fn element(&self) -> Element {
        Element::new("Record")
            .attribute("action", Some(self.action.as_str()))
            .attribute("method", self.method)
            .attribute("timeout", self.timeout_seconds)
            .attribute("finishOnKey", self.finish_on_keys.as_ref())
            .attribute("maxLength", self.max_length_seconds)
            .attribute("playBeep", self.play_beep)
            .attribute("trim", self.trim.map(Trim::as_str))
            .attribute(
                "recordingStatusCallback",
                self.status_callback.as_ref().map(DocumentUrl::as_str),
            )
            .attribute("recordingStatusCallbackMethod", self.status_callback_method)
            .attribute(
                "recordingStatusCallbackEvent",
                self.status_callback_events.as_ref(),
            )
            .attribute(
                "transcribe",
                self.transcribe_callback.as_ref().map(|_| true),
            )
            .attribute(
                "transcribeCallback",
                self.transcribe_callback.as_ref().map(DocumentUrl::as_str),
            )
            .attribute(
                "recordingConfigurationId",
                self.recording_configuration_id.as_ref(),
            )
    }
}

impl Trim {
    const fn as_str(self) -> &'static str {
        match self {
            Self::TrimSilence => "trim-silence",
            Self::DoNotTrim => "do-not-trim",
        }
    }
}

impl RecordingEvent {
    const fn as_str(self) -> &'static str {
        match self {
            Self::InProgress => "in-progress",
            Self::Completed => "completed",
            Self::Absent => "absent",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_an_action_and_a_sound_length() {
        assert_eq!(
            Record::new(""),
            Err(TwimlError::EmptyUrl {
                attribute: "action"
            })
        );
        let record = Record::new("/recorded").unwrap();
        assert!(record.clone().max_length_seconds(1).is_err());
        assert!(record.clone().max_length_seconds(2).is_ok());
        assert!(record.max_length_seconds(86_401).is_err());
    }
}
