//! `<Dial>`: connects the call with others (<https://www.twilio.com/docs/voice/twiml/dial>).

mod application;
mod client;
mod conference;
mod events;
mod number;
mod queue;
mod sip;
mod whats_app;

pub use application::{Application, ApplicationPart, ApplicationSidNoun};
pub use client::{Client, ClientPart, Identity};
pub use conference::{
    Conference, ConferenceBeep, ConferenceEvent, ConferenceRecord, JitterBufferSize,
};
pub use events::{CallProgressEvent, MachineDetection};
pub use number::{Number, Sim};
pub use queue::Queue;
pub use sip::{Header, HeaderPart, Headers, Sip, SipPart, Uri};
pub use whats_app::WhatsApp;

use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::problem::text_of;
use super::values::{Address, PhoneNumber, Text, Url, Whole, Words, words};
use super::{Problem, RecordingEvent, Trim, TwimlError};
use crate::http_method::HttpMethod;

/// How many numbers ring at once (13224 and others for the numbers themselves).
const MAX_NUMBERS: usize = 10;

element! {
    /// Connects the call with a number, or with the nouns that are added.
    ///
    /// With an [`action`](Self::action) the verbs after it are never reached.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Dial, Number, Response};
    ///
    /// let dial = Dial::new()
    ///     .timeout_seconds(20)?
    ///     .with(Number::new("+14155550123")?)
    ///     .with(Number::new("+14155550124")?.send_digits("ww1#")?);
    /// let document = Response::new().with(dial).to_xml()?;
    /// assert!(document.contains("<Number sendDigits=\"ww1#\">+14155550124</Number></Dial>"));
    /// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
    /// ```
    Dial = "Dial" {
        /// The URL that is asked when the other side is gone; without one the next verb runs.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// How many seconds it rings, 5 to 600; 30 without.
        "timeout" checked timeout_seconds(u32): Whole<5, 600>;
        /// Whether the star key of the caller ends the other side's call; not without.
        "hangupOnStar" set hangup_on_star(bool): bool;
        /// The longest call, in seconds; four hours without.
        "timeLimit" checked time_limit_seconds(u32): Whole<1, { u32::MAX }>;
        /// Who calls, as the other side sees it; whose call it is without (13214).
        "callerId" [13214] checked caller_id(&str): Address;
        /// Whether both sides are recorded; not without.
        "record" set record(DialRecord): DialRecord;
        /// Whether silence at both ends of the recording is cut off; not without.
        "trim" set trim(Trim): Trim;
        /// Where news of the recording go.
        "recordingStatusCallback" checked recording_status_callback(&str): Url;
        /// The method for news of the recording; POST without.
        "recordingStatusCallbackMethod" set recording_status_callback_method(HttpMethod): HttpMethod;
        /// Which news of the recording are sent; only `completed` without.
        "recordingStatusCallbackEvent" list recording_status_callback_events(&[RecordingEvent]): Words<RecordingEvent>;
        /// The recording configuration of the account to use.
        "recordingConfigurationId" checked recording_configuration_id(&str): Text<64>;
        /// Which side is recorded; both without.
        "recordingTrack" set recording_track(RecordingTrack): RecordingTrack;
        /// Whether an inbound call is only answered when the other side answers; not without.
        "answerOnBridge" set answer_on_bridge(bool): bool;
        /// The ring tone the caller hears: the code of a country, such as `de`; Twilio chooses without.
        "ringTone" checked ring_tone(&str): Text<8>;
        /// Why it is called, for branded calls: at most 50 characters.
        "callReason" checked call_reason(&str): Text<50>;
        /// Whether the numbers ring one after the other instead of all at once; not without.
        "sequential" set sequential(bool): bool;
        /// Where a SIP REFER of the other side goes.
        "referUrl" checked refer_url(&str): Url;
        /// The method of [`refer_url`](Self::refer_url); POST without.
        "referMethod" set refer_method(HttpMethod): HttpMethod;
        /// Which events the call sends.
        "events" checked events(&str): Text<1024>;
        /// Identity tokens that go with the call.
        "passports" checked passports(&str): Text<8192>;
    }
    children {
        /// Who is called.
        nouns: Noun
    }
    rules look_at
}

children! {
    /// Who is called by [`Dial`].
    Noun with texts PlainNumber(PhoneNumber) {
        /// A phone number, with more to say about it.
        Number(Box<Number>),
        /// Somebody at a browser or an app.
        Client(Box<Client>),
        /// A conference.
        Conference(Box<Conference>),
        /// Whoever waits longest in a queue.
        Queue(Queue),
        /// A device of the Internet of things.
        Sim(Sim),
        /// A SIP address.
        Sip(Box<Sip>),
        /// Another application of Twilio's.
        Application(Box<Application>),
        /// Somebody at WhatsApp.
        WhatsApp(Box<WhatsApp>),
    }
}

words! {
    /// Whether [`Dial`] records both sides, and from when on.
    DialRecord {
        /// Not at all.
        DoNotRecord = "do-not-record",
        /// From the answer on, in one channel.
        FromAnswer = "record-from-answer",
        /// From the first ring on, in one channel.
        FromRinging = "record-from-ringing",
        /// From the answer on, each side in its channel.
        FromAnswerDual = "record-from-answer-dual",
        /// From the first ring on, each side in its channel.
        FromRingingDual = "record-from-ringing-dual",
        /// As [`FromAnswer`](Self::FromAnswer), in documents of long ago.
        True = "true",
        /// As [`DoNotRecord`](Self::DoNotRecord), in documents of long ago.
        False = "false",
    }
}

words! {
    /// Which side of a call is recorded.
    RecordingTrack {
        /// What Twilio hears.
        Inbound = "inbound",
        /// What Twilio says.
        Outbound = "outbound",
        /// Both.
        Both = "both",
    }
}

impl Dial {
    /// Calls who is added.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }

    /// Calls a phone number.
    ///
    /// # Errors
    /// [`Problem::Malformed`] for what is no phone number (13223).
    pub fn number(number: &str) -> Result<Self, TwimlError> {
        let number: Option<PhoneNumber> = text_of("Dial", number)?;
        Ok(Self::blank().with_all(number))
    }
}

impl Default for Dial {
    fn default() -> Self {
        Self::new()
    }
}

fn look_at(dial: &Dial, found: &mut Findings<'_>) {
    let mut numbers = 0;
    let mut alone = None;
    for noun in &dial.nouns {
        match noun {
            Noun::Number(_) | Noun::Sim(_) | Noun::WhatsApp(_) | Noun::Client(_) | Noun::Sip(_) => {
                numbers += 1;
            }
            Noun::PlainNumber(_) => alone = Some("a plain number"),
            Noun::Conference(_) => alone = Some("Conference"),
            Noun::Queue(_) => alone = Some("Queue"),
            Noun::Application(_) => alone = Some("Application"),
        }
    }
    let mut refuse = |problem| found.refuse(SCHEMA, "Dial", None, problem);
    if dial.nouns.is_empty() {
        refuse(Problem::Missing);
    }
    if numbers > MAX_NUMBERS {
        let maximum = MAX_NUMBERS;
        refuse(Problem::TooMany {
            count: numbers,
            maximum,
        });
    }
    if let Some(other) = alone.filter(|_| dial.nouns.len() > 1) {
        refuse(Problem::Conflict { other });
    }
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    fn written(dial: Dial) -> Result<String, Problem> {
        let document = Response::new().with(dial);
        document.to_xml().map_err(|error| error.problem)
    }

    #[test]
    fn at_most_ten_numbers_ring() {
        let number = || Number::new("+14155550123").unwrap();
        assert!(written(Dial::new().with_all(vec![number(); 10])).is_ok());
        let eleven = written(Dial::new().with_all(vec![number(); 11]));
        assert_eq!(
            eleven,
            Err(Problem::TooMany {
                count: 11,
                maximum: 10
            })
        );
        assert_eq!(written(Dial::new()), Err(Problem::Missing));
    }

    #[test]
    fn a_conference_and_a_plain_number_stand_alone() {
        let conference = || Conference::new("room").unwrap();
        assert!(written(Dial::new().with(conference())).is_ok());
        let both = Dial::number("+14155550123").unwrap().with(conference());
        assert!(matches!(written(both), Err(Problem::Conflict { .. })));
    }

    #[test]
    fn limits_are_checked() {
        let dial = Dial::new;
        for seconds in [4, 601] {
            assert!(dial().timeout_seconds(seconds).is_err(), "{seconds}");
        }
        assert!(dial().timeout_seconds(5).is_ok());
        assert!(dial().time_limit_seconds(0).is_err());
        assert!(dial().call_reason(&"é".repeat(51)).is_err());
        assert!(dial().call_reason(&"é".repeat(50)).is_ok());
        assert!(dial().caller_id("two words").is_err());
        assert!(Dial::number("call me").is_err());
    }
}
