//! The URLs that Twilio calls back: made here and nowhere else.

use atlas_domain::DialReference;

use crate::BaseUrl;

/// Where Twilio asks what somebody who answered is to hear.
pub(crate) const VOICE_PATH: &str = "/twilio/voice";
/// Where Twilio goes on after a recording.
pub(crate) const RECORDED_PATH: &str = "/twilio/recorded";
/// Where Twilio reports how a dial goes on.
pub(crate) const STATUS_PATH: &str = "/twilio/status";
/// Where Twilio reports recordings and transcriptions.
pub(crate) const RECORDING_PATH: &str = "/twilio/recording";

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
}
