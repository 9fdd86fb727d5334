//! The URLs that Twilio calls back: made here and nowhere else.

use atlas_domain::DialReference;
use atlas_domain::call::KeyPress;
use atlas_domain::notification::AnsweredBy;
use atlas_twilio::webhook::Form;

use crate::BaseUrl;

/// Where Twilio asks what somebody who answered is to hear.
pub(crate) const VOICE_PATH: &str = "/twilio/voice";
/// Where Twilio goes on after a recording.
pub(crate) const RECORDED_PATH: &str = "/twilio/recorded";
/// Where Twilio reports how a dial goes on.
pub(crate) const STATUS_PATH: &str = "/twilio/status";
/// Where Twilio reports recordings and transcriptions.
pub(crate) const RECORDING_PATH: &str = "/twilio/recording";

/// Where Twilio asks what somebody who answered a notification is to hear.
pub(crate) const NOTIFICATION_PATH: &str = "/notifications/call/twiml";
/// Where Twilio brings a key press.
pub(crate) const NOTIFICATION_GATHER_PATH: &str = "/notifications/call/gather";
/// Where Twilio tells who answered a notification.
pub(crate) const NOTIFICATION_AMD_PATH: &str = "/notifications/call/amd";
/// Where Twilio asks what a machine is to hear.
pub(crate) const NOTIFICATION_MACHINE_PATH: &str = "/notifications/call/machine";
/// Where Twilio reports how a dial of a notification goes on.
pub(crate) const NOTIFICATION_STATUS_PATH: &str = "/notifications/call/status";

/// Tells Twilio to try again twice after a connection or read timeout or a 5xx answer, and how
/// long to wait; Twilio neither sends nor signs it
/// (<https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides>).
const CONNECTION_OVERRIDES: &str = "#rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000";

/// Makes every URL that is handed to Twilio: the public base, a route's path, the dial it is
/// about, and how often Twilio is to try.
///
/// ```
/// use atlas_api::{BaseUrl, callback_urls};
/// use atlas_domain::{DialNo, DialReference};
///
/// let urls = callback_urls(&BaseUrl::parse("https://calls.example.com")?);
/// let dial = DialReference {
///     call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse()?,
///     dial_no: DialNo::FIRST,
/// };
/// assert_eq!(
///     urls.status(Some(&dial)),
///     "https://calls.example.com/twilio/status\
///      ?call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=1\
///      #rc=2&rp=ct,rt,5xx&ct=2000&rt=4500&tt=15000"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct CallbackUrls {
    base_url: BaseUrl,
}

/// The question that a key press answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyQuestion {
    /// The prompt with this number, from 1.
    Prompt(u32),
    /// Whether a person pressed the key, where a machine is supposed.
    Machine,
}

impl KeyQuestion {
    /// The question that the query of our own URL names; the first prompt where it names none.
    pub(crate) fn of(query: &Form) -> Self {
        if query.get("confirm") == Some("1") {
            return Self::Machine;
        }
        let ask = query.get("ask").and_then(|number| number.parse().ok());
        Self::Prompt(ask.unwrap_or(1))
    }

    fn query(self) -> String {
        match self {
            Self::Prompt(ask) => format!("ask={ask}"),
            Self::Machine => "confirm=1".to_owned(),
        }
    }
}

/// The callback URLs below a public address.
#[must_use]
pub fn callback_urls(base_url: &BaseUrl) -> CallbackUrls {
    CallbackUrls {
        base_url: base_url.clone(),
    }
}

impl CallbackUrls {
    /// Where Twilio asks what to say; `recording` tells whether the call is recorded, and
    /// `earlier_tries` how often it was asked to come again.
    #[must_use]
    pub fn voice(
        &self,
        dial: Option<&DialReference>,
        recording: Option<bool>,
        earlier_tries: u32,
    ) -> String {
        let recording = recording.map(|recording| format!("recording={recording}"));
        let tries = (earlier_tries > 0).then(|| format!("tries={earlier_tries}"));
        self.url(VOICE_PATH, dial, recording.into_iter().chain(tries))
    }

    /// Where Twilio goes on after a recording: the `action` of `<Record>`.
    #[must_use]
    pub fn recorded(&self, dial: Option<&DialReference>) -> String {
        self.url(RECORDED_PATH, dial, None)
    }

    /// Where Twilio reports how a dial goes on.
    #[must_use]
    pub fn status(&self, dial: Option<&DialReference>) -> String {
        self.url(STATUS_PATH, dial, None)
    }

    /// Where Twilio reports a recording and its transcription.
    #[must_use]
    pub fn recording(&self, dial: Option<&DialReference>) -> String {
        self.url(RECORDING_PATH, dial, None)
    }

    /// Where Twilio asks what somebody who answered a notification is to hear; `earlier_tries`
    /// tells how often it was asked to come again, and `answered_by` the verdict that it told the
    /// first time, which it does not repeat.
    #[must_use]
    pub fn notification(
        &self,
        dial: &DialReference,
        answered_by: Option<AnsweredBy>,
        earlier_tries: u32,
    ) -> String {
        let verdict = answered_by.map(|verdict| format!("answered_by={}", verdict.as_str()));
        let tries = (earlier_tries > 0).then(|| format!("tries={earlier_tries}"));
        self.url(
            NOTIFICATION_PATH,
            Some(dial),
            verdict.into_iter().chain(tries),
        )
    }

    /// Where Twilio brings the key that somebody presses at this question.
    #[must_use]
    pub fn notification_gather(&self, dial: &DialReference, question: KeyQuestion) -> String {
        self.url(NOTIFICATION_GATHER_PATH, Some(dial), [question.query()])
    }

    /// Where Twilio comes again after a press of no key, when the notification could not be read;
    /// `tries` tells how often it did, this time included.
    #[must_use]
    pub fn notification_unread(
        &self,
        dial: &DialReference,
        question: KeyQuestion,
        tries: u32,
    ) -> String {
        let more = [question.query(), format!("tries={tries}")];
        self.url(NOTIFICATION_GATHER_PATH, Some(dial), more)
    }

    /// Where Twilio comes again for the answer to a key press that could not be committed yet;
    /// `tries` tells how often it did, this time included.
    #[must_use]
    pub fn notification_held(
        &self,
        dial: &DialReference,
        question: KeyQuestion,
        press: &KeyPress,
        tries: u32,
    ) -> String {
        let digits: String =
            form_urlencoded::byte_serialize(press.digits.as_str().as_bytes()).collect();
        let more = [
            question.query(),
            format!("pressed={digits}"),
            format!("at={}", press.pressed_at.unix_millis()),
            format!("tries={tries}"),
        ];
        self.url(NOTIFICATION_GATHER_PATH, Some(dial), more)
    }

    /// Where Twilio tells who answered a notification.
    #[must_use]
    pub fn notification_amd(&self, dial: &DialReference) -> String {
        self.url(NOTIFICATION_AMD_PATH, Some(dial), None)
    }

    /// Where Twilio asks what a machine is to hear; `earlier_tries` tells how often it was asked
    /// to come again.
    #[must_use]
    pub fn notification_machine(&self, dial: &DialReference, earlier_tries: u32) -> String {
        let tries = (earlier_tries > 0).then(|| format!("tries={earlier_tries}"));
        self.url(NOTIFICATION_MACHINE_PATH, Some(dial), tries)
    }

    /// Where Twilio reports how a dial of a notification goes on.
    #[must_use]
    pub fn notification_status(&self, dial: &DialReference) -> String {
        self.url(NOTIFICATION_STATUS_PATH, Some(dial), None)
    }

    fn url(
        &self,
        path: &str,
        dial: Option<&DialReference>,
        more: impl IntoIterator<Item = String>,
    ) -> String {
        let named = dial
            .map(|dial| format!("call_id={}&dial={}", dial.call_id, dial.dial_no))
            .into_iter();
        let query: Vec<String> = named.chain(more).collect();
        let mark = if query.is_empty() { "" } else { "?" };
        format!(
            "{}{path}{mark}{}{CONNECTION_OVERRIDES}",
            self.base_url,
            query.join("&")
        )
    }
}

impl atlas_twilio::adapter::CallbackUrls for CallbackUrls {
    fn voice(&self, dial: &DialReference, recording_enabled: bool) -> String {
        Self::voice(self, Some(dial), Some(recording_enabled), 0)
    }

    fn status(&self, dial: &DialReference) -> String {
        Self::status(self, Some(dial))
    }

    fn notification(&self, dial: &DialReference) -> String {
        Self::notification(self, dial, None, 0)
    }

    fn machine_verdict(&self, dial: &DialReference) -> String {
        self.notification_amd(dial)
    }

    fn machine_message(&self, dial: &DialReference) -> String {
        self.notification_machine(dial, 0)
    }

    fn notification_status(&self, dial: &DialReference) -> String {
        Self::notification_status(self, dial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_domain::DialNo;

    #[test]
    fn urls_name_the_dial_where_there_is_one() {
        let urls = callback_urls(&BaseUrl::parse("https://h.example/atlas").unwrap());
        let dial = DialReference {
            call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap(),
            dial_no: DialNo::FIRST.next(),
        };
        let named = "call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=2";
        let expected = |path: &str, query: &str| {
            format!("https://h.example/atlas{path}{query}{CONNECTION_OVERRIDES}")
        };
        assert_eq!(
            urls.voice(Some(&dial), Some(false), 2),
            expected(VOICE_PATH, &format!("?{named}&recording=false&tries=2"))
        );
        assert_eq!(urls.voice(None, None, 0), expected(VOICE_PATH, ""));
        assert_eq!(urls.voice(None, None, 1), expected(VOICE_PATH, "?tries=1"));
        assert_eq!(
            urls.recorded(Some(&dial)),
            expected(RECORDED_PATH, &format!("?{named}"))
        );
        assert_eq!(urls.recording(None), expected(RECORDING_PATH, ""));
    }

    #[test]
    fn urls_of_a_notification_say_which_question_a_key_answers() {
        let urls = callback_urls(&BaseUrl::parse("https://h.example").unwrap());
        let dial = DialReference {
            call_id: "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap(),
            dial_no: DialNo::FIRST,
        };
        let expected = |path: &str, more: &str| {
            let named = "call_id=6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11&dial=1";
            format!("https://h.example{path}?{named}{more}{CONNECTION_OVERRIDES}")
        };
        assert_eq!(
            urls.notification(&dial, None, 0),
            expected("/notifications/call/twiml", "")
        );
        assert_eq!(
            urls.notification(&dial, None, 2),
            expected("/notifications/call/twiml", "&tries=2")
        );
        assert_eq!(
            urls.notification(&dial, Some(AnsweredBy::Fax), 1),
            expected("/notifications/call/twiml", "&answered_by=fax&tries=1")
        );
        assert_eq!(
            urls.notification_gather(&dial, KeyQuestion::Prompt(2)),
            expected("/notifications/call/gather", "&ask=2")
        );
        let press = KeyPress {
            digits: "1#".parse().unwrap(),
            pressed_at: atlas_domain::Timestamp::EPOCH,
        };
        assert_eq!(
            urls.notification_held(&dial, KeyQuestion::Machine, &press, 1),
            expected(
                "/notifications/call/gather",
                "&confirm=1&pressed=1%23&at=0&tries=1"
            )
        );
        assert_eq!(
            urls.notification_amd(&dial),
            expected("/notifications/call/amd", "")
        );
        assert_eq!(
            urls.notification_machine(&dial, 0),
            expected("/notifications/call/machine", "")
        );
        assert_eq!(
            urls.notification_status(&dial),
            expected("/notifications/call/status", "")
        );
    }
}
