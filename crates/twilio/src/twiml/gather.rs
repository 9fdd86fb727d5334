//! `<Gather>`: key presses or speech (<https://www.twilio.com/docs/voice/twiml/gather>).

use super::error::in_range;
use super::url::DocumentUrl;
use super::xml::Element;
use super::{Key, Pause, Play, Say, TwimlError};
use crate::http_method::HttpMethod;

const MAX_HINTS: usize = 500;
const MAX_HINT_CHARACTERS: usize = 100;
/// Twilio stops listening to speech after a minute.
const MAX_SPEECH_SECONDS: u32 = 60;

/// What a [`Gather`] listens for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GatherInput {
    /// Key presses; Twilio's default.
    Dtmf,
    /// Speech.
    Speech,
    /// Whichever comes first.
    DtmfAndSpeech,
}

/// How much silence ends speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechTimeout {
    /// Twilio decides; some speech models refuse this (13335).
    Auto,
    /// Whole seconds.
    Seconds(u32),
}

/// A model of Twilio's speech recognition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SpeechModel {
    /// `default`
    Default,
    /// `numbers_and_commands`
    NumbersAndCommands,
    /// `phone_call`
    PhoneCall,
    /// `experimental_conversations`
    ExperimentalConversations,
    /// `experimental_utterances`
    ExperimentalUtterances,
    /// `googlev2_long`
    GoogleV2Long,
    /// `googlev2_short`
    GoogleV2Short,
    /// `googlev2_telephony`
    GoogleV2Telephony,
    /// `googlev2_telephony_short`
    GoogleV2TelephonyShort,
    /// `deepgram_nova-2`
    DeepgramNova2,
    /// `deepgram_nova-3`
    DeepgramNova3,
}

/// What may be heard while a [`Gather`] listens (anything else is refused with 13320).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// A text.
    Say(Say),
    /// An audio file.
    Play(Play),
    /// Silence.
    Pause(Pause),
}

/// Listens for key presses or speech, and asks its action with what it got.
///
/// Without input the next verb runs, unless [`action_on_empty_result`](Self::action_on_empty_result) is set.
///
/// ```
/// use atlas_twilio::twiml::{Gather, Response, Say};
///
/// let gather = Gather::new("https://example.com/pressed")?
///     .digits(1)?
///     .timeout_seconds(10)
///     .with(Say::new("Press 1 to acknowledge.")?);
/// let document = Response::new().with(gather).to_xml()?;
/// assert!(document.contains("numDigits=\"1\""));
/// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gather {
    action: DocumentUrl,
    method: Option<HttpMethod>,
    input: Option<GatherInput>,
    timeout_seconds: Option<u32>,
    finish_on_key: Option<Option<Key>>,
    digits: Option<u32>,
    action_on_empty_result: Option<bool>,
    speech_timeout: Option<SpeechTimeout>,
    max_speech_seconds: Option<u32>,
    language: Option<String>,
    hints: Option<String>,
    profanity_filter: Option<bool>,
    speech_model: Option<SpeechModel>,
    enhanced: Option<bool>,
    barge_in: Option<bool>,
    partial_result_callback: Option<DocumentUrl>,
    partial_result_callback_method: Option<HttpMethod>,
    prompts: Vec<Prompt>,
}

impl Gather {
    /// Listens, and gives the input to the action's URL.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL: that would be this document, again and again.
    pub fn new(action: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            action: DocumentUrl::new("action", action)?,
            method: None,
            input: None,
            timeout_seconds: None,
            finish_on_key: None,
            digits: None,
            action_on_empty_result: None,
            speech_timeout: None,
            max_speech_seconds: None,
            language: None,
            hints: None,
            profanity_filter: None,
            speech_model: None,
            enhanced: None,
            barge_in: None,
            partial_result_callback: None,
            partial_result_callback_method: None,
            prompts: Vec::new(),
        })
    }

    /// Adds what is heard meanwhile; input interrupts it.
    #[must_use]
    pub fn with(mut self, prompt: impl Into<Prompt>) -> Self {
        self.prompts.push(prompt.into());
        self
    }

    /// Asks the action with this method; POST without.
    #[must_use]
    pub const fn method(mut self, method: HttpMethod) -> Self {
        self.method = Some(method);
        self
    }

    /// Listens for this; key presses without.
    #[must_use]
    pub const fn input(mut self, input: GatherInput) -> Self {
        self.input = Some(input);
        self
    }

    /// Seconds of waiting after the prompts and between two keys; 5 without.
    #[must_use]
    pub const fn timeout_seconds(mut self, timeout_seconds: u32) -> Self {
        self.timeout_seconds = Some(timeout_seconds);
        self
    }

    /// The key that ends the input and is no part of it; `#` without, `None` for no key.
    #[must_use]
    pub const fn finish_on_key(mut self, key: Option<Key>) -> Self {
        self.finish_on_key = Some(key);
        self
    }

    /// Ends the input after this many keys, at least one.
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] for zero (13314).
    pub fn digits(mut self, digits: u32) -> Result<Self, TwimlError> {
        self.digits = Some(in_range("numDigits", digits, 1, u32::MAX)?);
        Ok(self)
    }

    /// Whether the action is asked although there was no input; not without.
    #[must_use]
    pub const fn action_on_empty_result(mut self, ask: bool) -> Self {
        self.action_on_empty_result = Some(ask);
        self
    }

    /// How much silence ends speech; as long as the timeout without.
    #[must_use]
    pub const fn speech_timeout(mut self, timeout: SpeechTimeout) -> Self {
        self.speech_timeout = Some(timeout);
        self
    }

    /// The longest speech in seconds, 1 to 60.
    ///
    /// # Errors
    /// [`TwimlError::OutOfRange`] outside of that.
    pub fn max_speech_seconds(mut self, seconds: u32) -> Result<Self, TwimlError> {
        self.max_speech_seconds = Some(in_range("maxSpeechTime", seconds, 1, MAX_SPEECH_SECONDS)?);
        Ok(self)
    }

    /// The language spoken, a BCP 47 tag; `en-US` without.
    #[must_use]
    pub fn language(mut self, language: impl Into<String>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Phrases to expect: at most 500, each of 1 to 100 characters without a comma.
    ///
    /// # Errors
    /// [`TwimlError::Hints`] for other phrases (13330).
    pub fn hints(mut self, phrases: &[&str]) -> Result<Self, TwimlError> {
        let sound = |phrase: &&str| {
            !phrase.trim().is_empty()
                && !phrase.contains(',')
                && phrase.chars().count() <= MAX_HINT_CHARACTERS
        };
        if phrases.len() > MAX_HINTS || !phrases.iter().all(sound) {
            return Err(TwimlError::Hints);
        }
        self.hints = Some(phrases.join(", "));
        Ok(self)
    }

    /// Whether swear words are masked; they are without.
    #[must_use]
    pub const fn profanity_filter(mut self, filter: bool) -> Self {
        self.profanity_filter = Some(filter);
        self
    }

    /// The model that recognises speech.
    #[must_use]
    pub const fn speech_model(mut self, model: SpeechModel) -> Self {
        self.speech_model = Some(model);
        self
    }

    /// Whether the enhanced variant of the phone call model is used.
    #[must_use]
    pub const fn enhanced(mut self, enhanced: bool) -> Self {
        self.enhanced = Some(enhanced);
        self
    }

    /// Whether speech interrupts the prompts; it does without.
    #[must_use]
    pub const fn barge_in(mut self, barge_in: bool) -> Self {
        self.barge_in = Some(barge_in);
        self
    }

    /// Where unfinished results of speech recognition go.
    ///
    /// # Errors
    /// [`TwimlError::EmptyUrl`] when there is no URL.
    pub fn partial_result_callback(mut self, url: &str) -> Result<Self, TwimlError> {
        self.partial_result_callback = Some(DocumentUrl::new("partialResultCallback", url)?);
        Ok(self)
    }

    /// The method for unfinished results; POST without.
    #[must_use]
    pub const fn partial_result_callback_method(mut self, method: HttpMethod) -> Self {
        self.partial_result_callback_method = Some(method);
        self
    }

    pub(super) fn element(&self) -> Element {
        let finish_on_key = self.finish_on_key.map(|key| {
            key.map(|key| key.character().to_string())
                .unwrap_or_default()
        });
        Element::new("Gather")
            .attribute("input", self.input.map(GatherInput::as_str))
            .attribute("action", Some(self.action.as_str()))
            .attribute("method", self.method)
            .attribute("timeout", self.timeout_seconds)
            .attribute("finishOnKey", finish_on_key)
            .attribute("numDigits", self.digits)
            .attribute("actionOnEmptyResult", self.action_on_empty_result)
            .attribute(
                "speechTimeout",
                self.speech_timeout.map(SpeechTimeout::value),
            )
            .attribute("maxSpeechTime", self.max_speech_seconds)
            .attribute("language", self.language.as_ref())
            .attribute("hints", self.hints.as_ref())
            .attribute("profanityFilter", self.profanity_filter)
            .attribute("speechModel", self.speech_model.map(SpeechModel::as_str))
            .attribute("enhanced", self.enhanced)
            .attribute("bargeIn", self.barge_in)
            .attribute(
                "partialResultCallback",
                self.partial_result_callback
                    .as_ref()
                    .map(DocumentUrl::as_str),
            )
            .attribute(
                "partialResultCallbackMethod",
                self.partial_result_callback_method,
            )
            .children(self.prompts.iter().map(Prompt::element))
    }
}

impl GatherInput {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Dtmf => "dtmf",
            Self::Speech => "speech",
            Self::DtmfAndSpeech => "dtmf speech",
        }
    }
}

impl SpeechTimeout {
    fn value(self) -> String {
        match self {
            Self::Auto => "auto".to_owned(),
            Self::Seconds(seconds) => seconds.to_string(),
        }
    }
}

impl SpeechModel {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::NumbersAndCommands => "numbers_and_commands",
            Self::PhoneCall => "phone_call",
            Self::ExperimentalConversations => "experimental_conversations",
            Self::ExperimentalUtterances => "experimental_utterances",
            Self::GoogleV2Long => "googlev2_long",
            Self::GoogleV2Short => "googlev2_short",
            Self::GoogleV2Telephony => "googlev2_telephony",
            Self::GoogleV2TelephonyShort => "googlev2_telephony_short",
            Self::DeepgramNova2 => "deepgram_nova-2",
            Self::DeepgramNova3 => "deepgram_nova-3",
        }
    }
}

impl Prompt {
    fn element(&self) -> Element {
        match self {
            Self::Say(say) => say.element(),
            Self::Play(play) => play.element(),
            Self::Pause(pause) => pause.element(),
        }
    }
}

impl From<Say> for Prompt {
    fn from(say: Say) -> Self {
        Self::Say(say)
    }
}

impl From<Play> for Prompt {
    fn from(play: Play) -> Self {
        Self::Play(play)
    }
}

impl From<Pause> for Prompt {
    fn from(pause: Pause) -> Self {
        Self::Pause(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_checked() {
        let gather = Gather::new("/next").unwrap();
        assert!(Gather::new("").is_err());
        assert!(gather.clone().digits(0).is_err());
        assert!(gather.clone().max_speech_seconds(61).is_err());
        assert!(gather.clone().hints(&["a,b"]).is_err());
        assert!(gather.clone().hints(&[""]).is_err());
        assert!(gather.clone().hints(&["x"; 501]).is_err());
        assert!(
            gather
                .clone()
                .hints(&["é".repeat(100).as_str(); 500])
                .is_ok()
        );
        assert!(gather.hints(&["é".repeat(101).as_str()]).is_err());
    }
}
