//! `<Conference>` (<https://www.twilio.com/docs/voice/twiml/conference>).

use super::super::element::element;
use super::super::problem::text_of;
use super::super::values::{Text, Url, WaitUrl, Whole, Words, words};
use super::super::{RecordingEvent, Trim, TwimlError};
use crate::http_method::HttpMethod;
use crate::sid::CallSid;

element! {
    /// A conference that the call joins, and that begins when there is none of this name.
    Conference = "Conference" {
        /// Whether who joins is not heard by the others; heard without.
        "muted" set muted(bool): bool;
        /// Whether a beep tells that somebody joined or left; both without.
        "beep" set beep(ConferenceBeep): ConferenceBeep;
        /// Whether it begins when this call joins; it does without.
        "startConferenceOnEnter" set start_conference_on_enter(bool): bool;
        /// Whether it ends when this call leaves; not without.
        "endConferenceOnExit" set end_conference_on_exit(bool): bool;
        /// What is heard before it begins: a document of `<Say>`, `<Play>`, `<Pause>` and `<Redirect>` (13238),
        /// or nothing for an empty text; music without.
        "waitUrl" checked wait_url(&str): WaitUrl;
        /// The method of [`wait_url`](Self::wait_url); POST without.
        "waitMethod" set wait_method(HttpMethod): HttpMethod;
        /// How many calls take part, 2 to 250; 250 without.
        "maxParticipants" checked max_participants(u32): Whole<2, 250>;
        /// Whether it is recorded; not without.
        "record" set record(ConferenceRecord): ConferenceRecord;
        /// The recording configuration of the account to use.
        "recordingConfigurationId" checked recording_configuration_id(&str): Text<64>;
        /// Where it is mixed, such as `us1`; Twilio chooses without.
        "region" checked region(&str): Text<16>;
        /// The call that alone hears this one.
        "coach" set coach(CallSid): CallSid;
        /// Whether silence at both ends of the recording is cut off; it is without.
        "trim" set trim(Trim): Trim;
        /// Which news of the conference are sent.
        "statusCallbackEvent" list status_callback_events(&[ConferenceEvent]): Words<ConferenceEvent>;
        /// Where news of the conference go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of the conference; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// Where news of the recording go.
        "recordingStatusCallback" checked recording_status_callback(&str): Url;
        /// The method for news of the recording; POST without.
        "recordingStatusCallbackMethod" set recording_status_callback_method(HttpMethod): HttpMethod;
        /// Which news of the recording are sent; only `completed` without.
        "recordingStatusCallbackEvent" list recording_status_callback_events(&[RecordingEvent]): Words<RecordingEvent>;
        /// Where it goes that the conference is over.
        "eventCallbackUrl" checked event_callback_url(&str): Url;
        /// How much delay evens out a bad line; `large` without.
        "jitterBufferSize" set jitter_buffer_size(JitterBufferSize): JitterBufferSize;
        /// A name for this call in the conference: at most 128 characters.
        "participantLabel" checked participant_label(&str): Text<128>;
    }
    text {
        /// Its name.
        required name: Text<128>
    }
}

words! {
    /// When a beep is heard in a conference.
    ConferenceBeep {
        /// When somebody joins and when somebody leaves.
        True = "true",
        /// Never.
        False = "false",
        /// When somebody joins.
        OnEnter = "onEnter",
        /// When somebody leaves.
        OnExit = "onExit",
    }
}

words! {
    /// Whether a conference is recorded.
    ConferenceRecord {
        /// It is not.
        DoNotRecord = "do-not-record",
        /// It is, from its beginning.
        FromStart = "record-from-start",
        /// As [`FromStart`](Self::FromStart), in documents of long ago.
        True = "true",
        /// As [`DoNotRecord`](Self::DoNotRecord), in documents of long ago.
        False = "false",
    }
}

words! {
    /// What a status callback tells of a conference.
    ConferenceEvent {
        /// It began.
        Start = "start",
        /// It is over.
        End = "end",
        /// Somebody joined.
        Join = "join",
        /// Somebody left.
        Leave = "leave",
        /// Somebody is no longer heard, or heard again.
        Mute = "mute",
        /// Somebody is on hold, or no longer.
        Hold = "hold",
        /// Something about a call was changed.
        Modify = "modify",
        /// Somebody began or ended to speak.
        Speaker = "speaker",
        /// An announcement ended or failed.
        Announcement = "announcement",
    }
}

words! {
    /// How much delay evens out a bad line.
    JitterBufferSize {
        /// None.
        Off = "off",
        /// Little: 20 to 40 ms.
        Small = "small",
        /// Some.
        Medium = "medium",
        /// Much.
        Large = "large",
    }
}

impl Conference {
    /// Joins the conference of this name, of 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn new(name: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            name: text_of("Conference", name)?,
            ..Self::blank()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked() {
        let conference = || Conference::new("room").unwrap();
        assert!(Conference::new(" ").is_err());
        assert!(Conference::new(&"x".repeat(129)).is_err());
        assert!(conference().max_participants(1).is_err());
        assert!(conference().max_participants(251).is_err());
        assert!(conference().participant_label(&"x".repeat(129)).is_err());
        assert_eq!(
            conference().wait_url("").unwrap().wait_url,
            Some(WaitUrl::Silence)
        );
        assert!(conference().wait_url("a b").is_err());
    }
}
