//! `<Start>` and `<Stop>`: what goes on beside the verbs
//! (<https://www.twilio.com/docs/voice/twiml/stream>, <https://www.twilio.com/docs/voice/twiml/recording>).

use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::record::{RecordingEvent, Trim};
use super::values::{Text, Url, Words, words};
use super::{Problem, RecordingTrack, Siprec, Stream, Transcription};
use crate::http_method::HttpMethod;

element! {
    /// Starts something that goes on beside the verbs after it.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Recording, Response, Say, Start};
    ///
    /// let recording = Recording::new().recording_status_callback("https://example.com/recorded")?;
    /// let document = Response::new()
    ///     .with(Say::new("This call is recorded from now on.")?)
    ///     .with(Start::new().with(recording))
    ///     .to_xml()?;
    /// assert!(document.contains("<Start><Recording "));
    /// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
    /// ```
    Start = "Start" {
        /// The URL that is asked.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
    }
    children {
        /// What is started.
        services: Service
    }
    rules look_at_start
}

children! {
    /// What [`Start`] starts.
    Service {
        /// Audio over a WebSocket.
        Stream(Box<Stream>),
        /// Audio to a recorder.
        Siprec(Siprec),
        /// A recording of the call.
        Recording(Box<Recording>),
        /// What is said, as text.
        Transcription(Box<Transcription>),
    }
}

element! {
    /// Records the call from here on, without stopping it.
    Recording = "Recording" {
        /// Where news of the recording go.
        "recordingStatusCallback" checked recording_status_callback(&str): Url;
        /// The method for news of the recording; POST without.
        "recordingStatusCallbackMethod" set recording_status_callback_method(HttpMethod): HttpMethod;
        /// Which news are sent; only `completed` without.
        "recordingStatusCallbackEvent" list recording_status_callback_events(&[RecordingEvent]): Words<RecordingEvent>;
        /// Whether silence at both ends is cut off; not without.
        "trim" set trim(Trim): Trim;
        /// Which side is recorded; both without.
        "track" set track(RecordingTrack): RecordingTrack;
        /// How many channels there are.
        "channels" set channels(RecordingChannels): RecordingChannels;
        /// The recording configuration of the account to use.
        "recordingConfigurationId" checked recording_configuration_id(&str): Text<64>;
    }
}

words! {
    /// How many channels a recording has.
    RecordingChannels {
        /// One.
        Mono = "mono",
        /// One for each side.
        Dual = "dual",
    }
}

element! {
    /// Stops what a [`Start`] started, by its name.
    Stop = "Stop" {}
    children {
        /// What is stopped.
        services: StoppedService
    }
    rules look_at_stop
}

children! {
    /// What [`Stop`] stops.
    StoppedService {
        /// Audio over a WebSocket.
        Stream(Box<Stream>),
        /// Audio to a recorder.
        Siprec(Siprec),
        /// What is said, as text.
        Transcription(Box<Transcription>),
    }
}

impl Start {
    /// Starts what is added.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Start {
    fn default() -> Self {
        Self::new()
    }
}

impl Stop {
    /// Stops what is added.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

impl Recording {
    /// Records both sides.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self::new()
    }
}

fn look_at_start(start: &Start, found: &mut Findings<'_>) {
    if start.services.is_empty() {
        found.refuse(SCHEMA, "Start", None, Problem::Missing);
    }
    for service in &start.services {
        match service {
            Service::Stream(stream) => {
                if stream.url.is_none() && stream.connector_name.is_none() {
                    found.refuse(SCHEMA, "Stream", "url", Problem::Missing);
                }
            }
            Service::Siprec(siprec) => {
                if siprec.connector_name.is_none() {
                    found.refuse(SCHEMA, "Siprec", "connectorName", Problem::Missing);
                }
            }
            Service::Recording(_) | Service::Transcription(_) => {}
        }
    }
}

fn look_at_stop(stop: &Stop, found: &mut Findings<'_>) {
    if stop.services.is_empty() {
        found.refuse(SCHEMA, "Stop", None, Problem::Missing);
    }
    for service in &stop.services {
        let unnamed = match service {
            StoppedService::Stream(stream) => stream.name.is_none().then_some("Stream"),
            StoppedService::Siprec(siprec) => siprec.name.is_none().then_some("Siprec"),
            StoppedService::Transcription(transcription) => {
                transcription.name.is_none().then_some("Transcription")
            }
        };
        if let Some(element) = unnamed {
            found.refuse(SCHEMA, element, "name", Problem::Missing);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    #[test]
    fn what_is_stopped_has_a_name_and_what_is_started_a_place() {
        let url = || Stream::new("wss://example.com/audio").unwrap();
        let named = || Stream::named("audio").unwrap();
        let start = |stream| Response::new().with(Start::new().with(stream)).to_xml();
        let stop = |stream| Response::new().with(Stop::new().with(stream)).to_xml();
        assert!(start(url()).is_ok());
        assert!(stop(named()).is_ok());
        assert_eq!(start(named()).unwrap_err().attribute, Some("url"));
        assert_eq!(stop(url()).unwrap_err().attribute, Some("name"));
        assert!(Response::new().with(Start::new()).to_xml().is_err());
        assert!(Response::new().with(Stop::new()).to_xml().is_err());
    }
}
