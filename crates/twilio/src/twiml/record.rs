//! `<Record>`: what the other side says (<https://www.twilio.com/docs/voice/twiml/record>).

use super::element::element;
use super::findings::Findings;
use super::problem::value_of;
use super::values::{Key, Keys, Text, Url, Whole, Words, words};
use super::{Problem, TwimlError};
use crate::http_method::HttpMethod;

/// The longest recording that is transcribed, in seconds.
const MAX_TRANSCRIBED_SECONDS: u32 = 120;

element! {
    /// Records until silence, a key, or the greatest length; then asks its action.
    ///
    /// The action is no option: without one Twilio asks the current document again, which usually ends in
    /// another `<Record>`, for ever. When something was recorded, verbs after it are never reached.
    ///
    /// A `<Record>` without action can be read, but not written.
    Record = "Record" {
        /// The URL that is asked with the recording, and says how the call goes on.
        "action" own action: Url;
        /// The method the action is asked with; POST without.
        "method" [13610] set method(HttpMethod): HttpMethod;
        /// Seconds of silence that end the recording; 5 without, 0 for never.
        "timeout" [13611] set timeout_seconds(u32): u32;
        /// The keys that end the recording; any key without, none for an empty list.
        "finishOnKey" [13613] set finish_on_keys(&[Key]): Keys;
        /// The greatest length in seconds, 2 to 86400; 3600 without, 120 with [`transcribe`](Self::transcribe).
        ///
        /// Above 14400 only where Twilio enabled it. When it is above 120, Twilio transcribes nothing that
        /// became longer (13615); that is no error here, because the recording itself is made: the
        /// reader warns.
        "maxLength" [13612] checked max_length_seconds(u32): Whole<2, 86_400>;
        /// Whether a beep is heard before; it is without.
        "playBeep" [13616] set play_beep(bool): bool;
        /// Whether silence at both ends is cut off; it is without.
        "trim" set trim(Trim): Trim;
        /// Where news of the recording go.
        "recordingStatusCallback" checked recording_status_callback(&str): Url;
        /// The method for news of the recording; POST without.
        "recordingStatusCallbackMethod" set recording_status_callback_method(HttpMethod): HttpMethod;
        /// Which news are sent; only `completed` without.
        "recordingStatusCallbackEvent" [13621] list recording_status_callback_events(&[RecordingEvent]): Words<RecordingEvent>;
        /// Whether the recording is transcribed.
        "transcribe" [13614] own transcribe: bool;
        /// Where the text goes, minutes later.
        "transcribeCallback" own transcribe_callback: Url;
        /// The recording configuration of the account to use.
        "recordingConfigurationId" checked recording_configuration_id(&str): Text<64>;
    }
    rules look_at
}

words! {
    /// Whether silence at both ends of a recording is cut off.
    Trim {
        /// It is.
        TrimSilence = "trim-silence",
        /// It is not.
        DoNotTrim = "do-not-trim",
    }
}

words! {
    /// What a recording status callback tells.
    RecordingEvent {
        /// Recording began.
        InProgress = "in-progress",
        /// The audio can be fetched.
        Completed = "completed",
        /// Nothing was recorded.
        Absent = "absent",
    }
}

impl Record {
    /// Records, then asks the action's URL what to do next.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::Malformed`] when there is no such URL.
    pub fn new(action: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            action: value_of("Record", "action", action)?,
            ..Self::blank()
        })
    }

    /// Has the recording transcribed, and the text sent to this URL, minutes later.
    ///
    /// Only recordings longer than 2 and shorter than 120 seconds are.
    ///
    /// # Errors
    /// [`Problem::Empty`] and [`Problem::Malformed`] when there is no such URL.
    pub fn transcribe(mut self, callback: &str) -> Result<Self, TwimlError> {
        self.transcribe_callback = value_of("Record", "transcribeCallback", callback)?;
        self.transcribe = Some(true);
        Ok(self)
    }
}

fn look_at(record: &Record, found: &mut Findings<'_>) {
    found.action("Record", record.action.as_ref());
    let transcribe = record.transcribe == Some(true);
    if record.transcribe_callback.is_some() && !transcribe {
        let problem = Problem::Needs {
            other: "transcribe",
        };
        found.refuse(13614, "Record", "transcribeCallback", problem);
    }
    let length = record.max_length_seconds.map(Whole::get);
    if transcribe && length.is_some_and(|seconds| seconds > MAX_TRANSCRIBED_SECONDS) {
        found.warn(13615, "Record", "maxLength", Problem::NotTranscribed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_has_an_action_and_a_sound_length() {
        let empty = TwimlError::of_attribute("Record", "action", Problem::Empty);
        assert_eq!(Record::new(""), Err(empty));
        let record = Record::new("/recorded").unwrap();
        assert!(record.clone().max_length_seconds(1).is_err());
        assert!(record.clone().max_length_seconds(2).is_ok());
        assert!(record.max_length_seconds(86_401).is_err());
    }
}
