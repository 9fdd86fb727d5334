//! `<Transcription>`: what is said, as text, while it is said
//! (<https://www.twilio.com/docs/voice/twiml/transcription>).

use super::element::{children, element};
use super::problem::value_of;
use super::stream::StreamTrack;
use super::values::{Hints, Language, Text, Url};
use super::{Config, Parameter, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// Has what is said transcribed while it is said.
    Transcription = "Transcription" {
        /// A name, with which it is stopped.
        "name" checked name(&str): Text<128>;
        /// Which side is transcribed; both without.
        "track" set track(StreamTrack): StreamTrack;
        /// Where the text goes.
        "statusCallbackUrl" checked status_callback_url(&str): Url;
        /// The method for the text; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// How the inbound side is called in the text.
        "inboundTrackLabel" checked inbound_track_label(&str): Text<128>;
        /// How the outbound side is called in the text.
        "outboundTrackLabel" checked outbound_track_label(&str): Text<128>;
        /// Whether unfinished text is sent too; not without.
        "partialResults" set partial_results(bool): bool;
        /// The language spoken; `en-US` without.
        "languageCode" checked language_code(&str): Language;
        /// Who transcribes, such as `google` or `deepgram`.
        "transcriptionEngine" checked transcription_engine(&str): Text<64>;
        /// Whether swear words are masked; they are without.
        "profanityFilter" set profanity_filter(bool): bool;
        /// The model that recognises speech.
        "speechModel" checked speech_model(&str): Text<64>;
        /// Phrases to expect: at most 500, each of 1 to 100 characters without a comma.
        "hints" checked hints(&[&str]): Hints;
        /// Whether full stops and commas are added; they are without.
        "enableAutomaticPunctuation" set enable_automatic_punctuation(bool): bool;
        /// The service that keeps and evaluates the text.
        "intelligenceService" checked intelligence_service(&str): Text<64>;
    }
    children {
        /// Settings, and what is passed on.
        parts: TranscriptionPart
    }
}

children! {
    /// What may stand in a [`Transcription`].
    TranscriptionPart {
        /// A setting.
        Config(Config),
        /// What is passed on.
        Parameter(Parameter),
    }
}

impl Transcription {
    /// Sends the text to a URL.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::Malformed`](super::Problem::Malformed) when
    /// there is no such URL.
    pub fn new(status_callback_url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            status_callback_url: value_of(
                "Transcription",
                "statusCallbackUrl",
                status_callback_url,
            )?,
            ..Self::blank()
        })
    }

    /// Names one that is to be stopped, by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn named(name: &str) -> Result<Self, TwimlError> {
        Self::blank().name(name)
    }
}
