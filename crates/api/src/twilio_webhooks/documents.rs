//! The TwiML documents that calls hear.

use actix_web::HttpResponse;
use atlas_domain::{DialReference, Script};
use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::twiml::{
    Hangup, Key, Pause, Record, RecordingEvent, Redirect, Response, Say, Trim, TwimlError,
};

use crate::error::ApiError;
use crate::{ApiSettings, CallbackUrls, VoiceSettings, callback_urls};

const CONSENT_NOTICE: &str = "This call may be recorded for quality assurance and training \
    purposes. By remaining on the line, you consent to this recording. If you do not consent, \
    please hang up now.";
const DEFAULT_MESSAGE: &str = "Thank you for answering. Please leave a message after the beep.";
const DEFAULT_MESSAGE_WITHOUT_RECORDING: &str = "Thank you for answering. Goodbye.";
const APOLOGY: &str = "We are sorry, this call cannot be continued. Goodbye.";

/// How long a caller waits before Twilio comes again.
const COME_AGAIN_SECONDS: u32 = 3;
/// How much silence ends a recording.
const SILENCE_SECONDS: u32 = 5;

/// Makes the documents of one service.
pub(super) struct Documents<'settings> {
    voice: &'settings VoiceSettings,
    urls: CallbackUrls,
}

impl<'settings> Documents<'settings> {
    pub(super) fn new(settings: &'settings ApiSettings) -> Self {
        Self {
            voice: &settings.voice,
            urls: callback_urls(&settings.base_url),
        }
    }

    /// With recording: the consent notice, the script or a default message, and the recording.
    /// Without: the script or a default message.
    pub(super) fn speak(
        &self,
        dial: Option<&DialReference>,
        script: Option<&Script>,
        recording_enabled: bool,
    ) -> Result<Response, TwimlError> {
        let spoken = match script {
            Some(script) => self.say(script.as_str())?,
            None => Vec::new(),
        };
        let message = match (spoken.is_empty(), recording_enabled) {
            (false, _) => spoken,
            (true, true) => self.say(DEFAULT_MESSAGE)?,
            (true, false) => self.say(DEFAULT_MESSAGE_WITHOUT_RECORDING)?,
        };
        let document = Response::new();
        let document = if recording_enabled {
            document
                .with_all(self.say(CONSENT_NOTICE)?)
                .with_all(message)
                .with(self.record(dial)?)
        } else {
            document.with_all(message)
        };
        Ok(document.with(Hangup::new()))
    }

    /// As many `<Say>` as a text needs; none when nothing of it can be spoken.
    fn say(&self, text: &str) -> Result<Vec<Say>, TwimlError> {
        Say::split(text)
            .into_iter()
            .map(|say| spoken(self.voice, say))
            .collect()
    }

    fn record(&self, dial: Option<&DialReference>) -> Result<Record, TwimlError> {
        let news = self.urls.recording(dial);
        let record = Record::new(&self.urls.recorded(dial))?
            .method(HttpMethod::Post)
            .max_length_seconds(self.voice.record_max_length_seconds())?
            .timeout_seconds(SILENCE_SECONDS)
            .finish_on_keys(&[Key::HASH])
            .trim(Trim::TrimSilence)
            .play_beep(true)
            .recording_status_callback(&news)?
            .recording_status_callback_method(HttpMethod::Post)
            .recording_status_callback_events(&[
                RecordingEvent::InProgress,
                RecordingEvent::Completed,
                RecordingEvent::Absent,
            ]);
        if self.voice.transcribe_recordings() {
            record.transcribe(&news)
        } else {
            Ok(record)
        }
    }
}

/// What is said, in the configured voice and language.
pub(crate) fn spoken(voice: &VoiceSettings, say: Say) -> Result<Say, TwimlError> {
    say.voice(voice.tts_voice())?.language(voice.tts_language())
}

/// A pause, after which Twilio asks here.
pub(crate) fn come_again(url: &str) -> Result<Response, TwimlError> {
    Ok(Response::new()
        .with(Pause::seconds(COME_AGAIN_SECONDS)?)
        .with(Redirect::new(url)?))
}

/// What is said when Twilio came again often enough.
pub(crate) fn apology(voice: &VoiceSettings) -> Result<Response, TwimlError> {
    Ok(Response::new()
        .with(spoken(voice, Say::new(APOLOGY)?)?)
        .with(Hangup::new()))
}

/// The document that ends a call without a word.
pub(crate) fn hang_up() -> Response {
    Response::new().with(Hangup::new())
}

/// The answer that carries a document.
pub(crate) fn xml(document: Result<Response, TwimlError>) -> Result<HttpResponse, ApiError> {
    let xml = document
        .and_then(|document| document.to_xml())
        .map_err(|error| ApiError::Unwritable(error.into()))?;
    Ok(HttpResponse::Ok()
        .content_type("application/xml; charset=utf-8")
        .body(xml))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{ApiAuth, BaseUrl};

    /// Any script that may be stored, with many of the characters that matter to XML.
    fn any_script() -> impl Strategy<Value = Script> {
        let piece = prop_oneof![
            any::<String>(),
            prop::sample::select(vec![
                "\0",
                "\u{b}",
                "\u{fffe}",
                "]]>",
                "</Say><Hangup/>",
                "&amp;"
            ])
            .prop_map(str::to_owned),
            "[a-z. \u{1f389}&<]{2000,2500}",
        ];
        prop::collection::vec(piece, 0..4)
            .prop_filter_map("too long", |pieces| pieces.concat().parse::<Script>().ok())
    }

    proptest! {
        #[test]
        fn every_script_becomes_a_well_formed_document_of_these_verbs_and_no_others(
            script in any_script(),
            recording_enabled in any::<bool>(),
        ) {
            let base_url = BaseUrl::parse("https://calls.example.com/atlas").unwrap();
            let settings = ApiSettings::new(base_url, ApiAuth::Open);
            let documents = Documents::new(&settings);
            let xml = documents
                .speak(None, Some(&script), recording_enabled)
                .and_then(|document| document.to_xml())
                .unwrap();
            let parsed = roxmltree::Document::parse(&xml).unwrap();
            let verbs: Vec<_> = parsed
                .root_element()
                .children()
                .map(|verb| verb.tag_name().name())
                .collect();
            let says = verbs.iter().take_while(|verb| **verb == "Say").count();
            let rest: &[&str] = if recording_enabled { &["Record", "Hangup"] } else { &["Hangup"] };
            prop_assert_eq!(&verbs[says..], rest);
            let fewest = 1 + usize::from(recording_enabled);
            prop_assert!(says >= fewest);
            if recording_enabled {
                let first = parsed.root_element().first_element_child();
                prop_assert_eq!(first.and_then(|say| say.text()), Some(CONSENT_NOTICE));
            }
        }
    }
}
