//! `<Stream>` and `<Siprec>`: the audio of a call, sent elsewhere
//! (<https://www.twilio.com/docs/voice/twiml/stream>).

use super::element::{children, element};
use super::problem::value_of;
use super::values::{StreamUrl, Text, Url, Whole, words};
use super::{Parameter, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// Sends the audio of a call over a WebSocket; in [`Connect`](super::Connect) also takes audio from it.
    Stream = "Stream" {
        /// A name, with which it is stopped.
        "name" checked name(&str): Text<128>;
        /// The connector that is used instead of a URL.
        "connectorName" checked connector_name(&str): Text<128>;
        /// Where the WebSocket is: `wss`, without a query.
        "url" checked url(&str): StreamUrl;
        /// Which side is sent; the inbound one without.
        "track" set track(StreamTrack): StreamTrack;
        /// Where news of the stream go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of the stream; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// The form of the audio; Twilio's μ-law without.
        "audioFormat" checked audio_format(&str): Text<64>;
        /// How many samples of audio there are in a second; 8000 without.
        "sampleRate" checked sample_rate_hz(u32): Whole<8000, 48_000>;
    }
    children {
        /// What is passed on to the WebSocket.
        parameters: StreamPart
    }
}

children! {
    /// What may stand in a [`Stream`] and a [`Siprec`].
    StreamPart {
        /// A named value.
        Parameter(Parameter),
    }
}

words! {
    /// Which side of a call is sent.
    StreamTrack {
        /// What Twilio hears.
        Inbound = "inbound_track",
        /// What Twilio says.
        Outbound = "outbound_track",
        /// Both.
        Both = "both_tracks",
    }
}

element! {
    /// Sends the audio of a call to a recorder over SIPREC.
    Siprec = "Siprec" {
        /// A name, with which it is stopped.
        "name" checked name(&str): Text<128>;
        /// The connector that knows the recorder.
        "connectorName" checked connector_name(&str): Text<128>;
        /// Which side is sent; both without.
        "track" set track(StreamTrack): StreamTrack;
        /// Where news of it go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of it; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
    }
    children {
        /// What is passed on to the recorder.
        parameters: StreamPart
    }
}

impl Stream {
    /// Sends the audio to a WebSocket, such as `wss://example.com/audio`.
    ///
    /// # Errors
    /// [`Problem::Malformed`](super::Problem::Malformed) for another scheme than `wss`, and for a URL with
    /// a query, which Twilio would not send: [`Parameter`]s are for that.
    pub fn new(url: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            url: value_of("Stream", "url", url)?,
            ..Self::blank()
        })
    }

    /// Names a stream that is to be stopped, by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn named(name: &str) -> Result<Self, TwimlError> {
        Self::blank().name(name)
    }

    /// Sends the audio to a connector, named by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn to_connector(name: &str) -> Result<Self, TwimlError> {
        Self::blank().connector_name(name)
    }
}

impl Siprec {
    /// Sends the audio to a connector, named by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn to_connector(name: &str) -> Result<Self, TwimlError> {
        Self::blank().connector_name(name)
    }

    /// Names one that is to be stopped, by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn named(name: &str) -> Result<Self, TwimlError> {
        Self::blank().name(name)
    }
}
