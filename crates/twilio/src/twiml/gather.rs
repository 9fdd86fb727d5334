//! `<Gather>`: key presses or speech (<https://www.twilio.com/docs/voice/twiml/gather>).

use super::element::{children, element};
use super::findings::Findings;
use super::problem::value_of;
use super::values::{Auto, FinishOnKey, Hints, Key, Language, Url, Whole, words};
use super::{Pause, Play, Say, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// Listens for key presses or speech, and asks its action with what it got.
    ///
    /// Without input the next verb runs, unless
    /// [`action_on_empty_result`](Self::action_on_empty_result) is set. The action is no option: without
    /// one Twilio asks the current document again. A `<Gather>` without action can be read, but not written.
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
    Gather = "Gather" {
        /// What it listens for; key presses without.
        "input" set input(GatherInput): GatherInput;
        /// The URL that is asked with the input, and says how the call goes on.
        "action" own action: Url;
        /// The method the action is asked with; POST without.
        "method" [13312] set method(HttpMethod): HttpMethod;
        /// Seconds of waiting after the prompts and between two keys; 5 without.
        "timeout" [13313] set timeout_seconds(u32): u32;
        /// The key that ends the input and is no part of it; `#` without, `None` for no key.
        "finishOnKey" [13310] set finish_on_key(Option<Key>): FinishOnKey;
        /// How many keys end the input, at least one; any number without.
        "numDigits" [13314] checked digits(u32): Whole<1, { u32::MAX }>;
        /// Whether the action is asked although there was no input; not without.
        "actionOnEmptyResult" set action_on_empty_result(bool): bool;
        /// How many seconds of silence end speech; as long as the timeout without.
        ///
        /// Some speech models refuse [`Auto`](SpeechTimeout::Auto) (13335).
        "speechTimeout" [13335] set speech_timeout(SpeechTimeout): SpeechTimeout;
        /// The longest speech in seconds, 1 to 60; 60 without.
        "maxSpeechTime" checked max_speech_seconds(u32): Whole<1, 60>;
        /// The language spoken; `en-US` without.
        "language" [13331] checked language(&str): Language;
        /// Phrases to expect: at most 500, each of 1 to 100 characters without a comma.
        "hints" [13330] checked hints(&[&str]): Hints;
        /// Whether swear words are masked; they are without.
        "profanityFilter" [13333] set profanity_filter(bool): bool;
        /// The model that recognises speech.
        "speechModel" [13334] set speech_model(SpeechModel): SpeechModel;
        /// Whether the enhanced variant of the phone call model is used; not without. Twilio advises against it.
        "enhanced" set enhanced(bool): bool;
        /// Whether speech interrupts the prompts; it does without.
        "bargeIn" [13332] set barge_in(bool): bool;
        /// Whether Twilio's debugger keeps what happened; not without.
        "debug" set debug(bool): bool;
        /// Where unfinished results of speech recognition go.
        "partialResultCallback" checked partial_result_callback(&str): Url;
        /// The method for unfinished results; POST without.
        "partialResultCallbackMethod" set partial_result_callback_method(HttpMethod): HttpMethod;
    }
    children {
        /// What is heard meanwhile; input interrupts it.
        prompts: Prompt
    }
    rules look_at
}

children! {
    /// What may be heard while a [`Gather`] listens (anything else is refused with 13320).
    Prompt [13320] {
        /// A text.
        Say(Say),
        /// An audio file.
        Play(Play),
        /// Silence.
        Pause(Pause),
    }
}

words! {
    /// What a [`Gather`] listens for.
    GatherInput {
        /// Key presses; Twilio's default.
        Dtmf = "dtmf",
        /// Speech.
        Speech = "speech",
        /// Whichever comes first.
        DtmfAndSpeech = "dtmf speech",
    }
}

/// How much silence ends speech, in seconds.
pub type SpeechTimeout = Auto<u32>;

words! {
    /// A model of Twilio's speech recognition.
    SpeechModel {
        /// Twilio chooses.
        Default = "default",
        /// For numbers and commands.
        NumbersAndCommands = "numbers_and_commands",
        /// For calls.
        PhoneCall = "phone_call",
        /// For conversations.
        ExperimentalConversations = "experimental_conversations",
        /// For short utterances.
        ExperimentalUtterances = "experimental_utterances",
        /// Google's second version, for long speech.
        GoogleV2Long = "googlev2_long",
        /// Google's second version, for short speech.
        GoogleV2Short = "googlev2_short",
        /// Google's second version, for calls.
        GoogleV2Telephony = "googlev2_telephony",
        /// Google's second version, for short speech in calls.
        GoogleV2TelephonyShort = "googlev2_telephony_short",
        /// Deepgram's second Nova.
        DeepgramNova2 = "deepgram_nova-2",
        /// Deepgram's third Nova.
        DeepgramNova3 = "deepgram_nova-3",
    }
}

impl Gather {
    /// Listens, and gives the input to the action's URL.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) when there is no URL: that would be this document, again and again.
    /// [`Problem::Malformed`](super::Problem::Malformed) for what is no URL of the web.
    pub fn new(action: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            action: value_of("Gather", "action", action)?,
            ..Self::blank()
        })
    }
}

fn look_at(gather: &Gather, found: &mut Findings<'_>) {
    found.action("Gather", gather.action.as_ref());
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
        let longest = "é".repeat(100);
        assert!(gather.clone().hints(&[longest.as_str(); 500]).is_ok());
        assert!(gather.hints(&["é".repeat(101).as_str()]).is_err());
    }
}
