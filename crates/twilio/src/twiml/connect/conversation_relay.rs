//! `<ConversationRelay>`: Twilio hears and speaks, a WebSocket gets and sends text
//! (<https://www.twilio.com/docs/voice/twiml/connect/conversationrelay>).

use super::super::element::{children, element};
use super::super::problem::value_of;
use super::super::values::{Auto, Hints, Language, RelayUrl, Text, words};
use super::super::{Parameter, TwimlError};

element! {
    /// A WebSocket that gets what is heard as text, and sends the text that is spoken.
    ConversationRelay = "ConversationRelay" {
        /// Where the WebSocket is: `wss`.
        "url" required url: RelayUrl;
        /// The language spoken and heard; `en-US` without.
        "language" checked language(&str): Language;
        /// The language spoken, where it is another than the one heard.
        "ttsLanguage" checked tts_language(&str): Language;
        /// The language heard, where it is another than the one spoken.
        "transcriptionLanguage" checked transcription_language(&str): Language;
        /// Who speaks, such as `Google`, `Amazon` or `ElevenLabs`.
        "ttsProvider" checked tts_provider(&str): Text<64>;
        /// The voice; that of the language without.
        "voice" checked voice(&str): Text<256>;
        /// Who hears, such as `Google` or `Deepgram`.
        "transcriptionProvider" checked transcription_provider(&str): Text<64>;
        /// The model that recognises speech.
        "speechModel" checked speech_model(&str): Text<64>;
        /// Whether swear words are masked.
        "profanityFilter" set profanity_filter(bool): bool;
        /// Whether key presses are sent; not without.
        "dtmfDetection" set dtmf_detection(bool): bool;
        /// What is said first.
        "welcomeGreeting" checked welcome_greeting(&str): Text<4096>;
        /// Whether unfinished text is sent; not without.
        "partialPrompts" set partial_prompts(bool): bool;
        /// What interrupts the greeting; anything without.
        "welcomeGreetingInterruptible" set welcome_greeting_interruptible(Interruptible): Interruptible;
        /// What interrupts what is spoken; anything without.
        "interruptible" set interruptible(Interruptible): Interruptible;
        /// Whether new text interrupts what is spoken; not without.
        "preemptible" set preemptible(bool): bool;
        /// Phrases to expect: at most 500, each of 1 to 100 characters without a comma.
        "hints" checked hints(&[&str]): Hints;
        /// The service that keeps and evaluates the text.
        "intelligenceService" checked intelligence_service(&str): Text<64>;
        /// What is sent although something is spoken; nothing without.
        "reportInputDuringAgentSpeech" set report_input_during_agent_speech(Interruptible): Interruptible;
        /// Whether ElevenLabs writes out numbers and the like: `on`, `auto`, `off`.
        "elevenlabsTextNormalization" checked elevenlabs_text_normalization(&str): Text<16>;
        /// How easily what is spoken is interrupted; `high` without.
        "interruptSensitivity" set interrupt_sensitivity(InterruptSensitivity): InterruptSensitivity;
        /// What else is sent, for finding mistakes.
        "debug" checked debug(&str): Text<256>;
        /// How noise around who speaks is taken away.
        "backgroundNoiseReduction" checked background_noise_reduction(&str): Text<64>;
        /// How many milliseconds of silence end speech; Twilio chooses without.
        "speechTimeout" set speech_timeout(Auto<u32>): Auto<u32>;
        /// Whether Deepgram writes numbers and the like as digits.
        "deepgramSmartFormat" set deepgram_smart_format(bool): bool;
        /// Whether words such as "yes" and "right" do not interrupt.
        "ignoreBackchannel" set ignore_backchannel(bool): bool;
        /// Which events are sent.
        "events" checked events(&str): Text<256>;
        /// Whether unfinished text is sent when the caller hangs up.
        "partialPromptOnHangup" set partial_prompt_on_hangup(bool): bool;
        /// How sure it must be that somebody finished, before an answer is prepared.
        "eagerEotThreshold" checked eager_eot_threshold(&str): Text<16>;
        /// Whether numbers and the like are heard as digits.
        "asrSmartFormat" set asr_smart_format(bool): bool;
        /// Whether numbers and the like are written out before they are spoken.
        "ttsTextNormalization" checked tts_text_normalization(&str): Text<16>;
        /// Whether they are written out in the language spoken.
        "ttsLanguageTextNormalization" checked tts_language_text_normalization(&str): Text<16>;
        /// Whether ElevenLabs writes them out in the language spoken.
        "elevenlabsLanguageTextNormalization" checked elevenlabs_language_text_normalization(&str): Text<16>;
        /// What is sent along with what is heard.
        "includeInPrompt" checked include_in_prompt(&str): Text<256>;
        /// How the customer is called.
        "customerName" checked customer_name(&str): Text<256>;
        /// Whether Twilio connects again when the WebSocket is lost.
        "applicationReconnect" checked application_reconnect(&str): Text<64>;
        /// Whether the echo of what is spoken is not heard.
        "echoPromptFiltering" checked echo_prompt_filtering(&str): Text<64>;
        /// How the end of somebody's turn is found.
        "turnDetection" checked turn_detection(&str): Text<64>;
    }
    children {
        /// Languages, and what is passed on.
        parts: ConversationRelayPart
    }
}

children! {
    /// What may stand in a [`ConversationRelay`].
    ConversationRelayPart {
        /// How one language is spoken and heard.
        RelayLanguage(RelayLanguage),
        /// What is passed on.
        Parameter(Parameter),
    }
}

element! {
    /// How one language is spoken and heard; written `<Language>`.
    RelayLanguage = "Language" {
        /// The language.
        "code" required code: Language;
        /// Who speaks it.
        "ttsProvider" checked tts_provider(&str): Text<64>;
        /// The voice.
        "voice" checked voice(&str): Text<256>;
        /// Who hears it.
        "transcriptionProvider" checked transcription_provider(&str): Text<64>;
        /// The model that recognises it.
        "speechModel" checked speech_model(&str): Text<64>;
        /// Phrases to expect: at most 500, each of 1 to 100 characters without a comma.
        "hints" checked hints(&[&str]): Hints;
        /// Whether numbers and the like are heard as digits.
        "asrSmartFormat" set asr_smart_format(bool): bool;
        /// Whether numbers and the like are written out before they are spoken.
        "ttsTextNormalization" checked tts_text_normalization(&str): Text<16>;
        /// Whether they are written out in this language.
        "ttsLanguageTextNormalization" checked tts_language_text_normalization(&str): Text<16>;
    }
}

words! {
    /// What interrupts, or is sent although something is spoken.
    Interruptible {
        /// Nothing.
        None = "none",
        /// Key presses.
        Dtmf = "dtmf",
        /// Speech.
        Speech = "speech",
        /// Both.
        Any = "any",
        /// As [`Any`](Self::Any), in documents of long ago.
        True = "true",
        /// As [`None`](Self::None), in documents of long ago.
        False = "false",
    }
}

words! {
    /// How easily something is interrupted.
    InterruptSensitivity {
        /// By any sound of speech.
        High = "high",
        /// By some words.
        Medium = "medium",
        /// By several words.
        Low = "low",
    }
}

impl ConversationRelay {
    /// Talks with a WebSocket, such as `wss://example.com/talk`.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for another scheme than `wss`.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: value_of("ConversationRelay", "url", url)?,
            ..Self::blank()
        })
    }
}

impl RelayLanguage {
    /// A language such as `de-DE`.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for what is no language tag.
    pub fn new(code: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            code: value_of("Language", "code", code)?,
            ..Self::blank()
        })
    }
}
