//! `<Connect>`: hands the call to something that talks with it
//! (<https://www.twilio.com/docs/voice/twiml/connect>).

mod agent;
mod conversation;
mod conversation_relay;

pub use agent::{AgentPart, AiSession, ConversationRelaySession, Room, VirtualAgent};
pub use conversation::{Conversation, ConversationCallEvent};
pub use conversation_relay::{
    ConversationRelay, ConversationRelayPart, InterruptSensitivity, Interruptible, RelayLanguage,
};

use super::element::{children, element};
use super::findings::{Findings, SCHEMA};
use super::stream::StreamTrack;
use super::values::Url;
use super::{Problem, Stream};
use crate::http_method::HttpMethod;

element! {
    /// Hands the call over; the verbs after it wait until it comes back.
    ///
    /// ```
    /// use atlas_twilio::twiml::{Connect, Response, Stream};
    ///
    /// let stream = Stream::new("wss://example.com/audio")?;
    /// let document = Response::new().with(Connect::to(stream)).to_xml()?;
    /// assert!(document.contains("<Connect><Stream url=\"wss://example.com/audio\"/></Connect>"));
    /// # Ok::<(), atlas_twilio::twiml::TwimlError>(())
    /// ```
    Connect = "Connect" {
        /// The URL that is asked when the call comes back; without one the next verb runs.
        "action" checked action(&str): Url;
        /// The method the action is asked with; POST without.
        "method" set method(HttpMethod): HttpMethod;
    }
    children {
        /// What the call is handed to.
        targets: ConnectTarget
    }
    rules look_at
}

children! {
    /// What a [`Connect`] hands the call to.
    ConnectTarget {
        /// A WebSocket, in both directions.
        Stream(Box<Stream>),
        /// A WebSocket that speaks and hears text.
        ConversationRelay(Box<ConversationRelay>),
        /// A video room.
        Room(Room),
        /// A conversation of Flex.
        Conversation(Box<Conversation>),
        /// An agent of Dialogflow.
        VirtualAgent(Box<VirtualAgent>),
        /// A session with an AI.
        AiSession(AiSession),
        /// A prepared session of a conversation relay.
        ConversationRelaySession(ConversationRelaySession),
    }
}

impl Connect {
    /// Hands the call to this.
    #[must_use]
    pub fn to(target: impl Into<ConnectTarget>) -> Self {
        Self::blank().with(target)
    }
}

fn look_at(connect: &Connect, found: &mut Findings<'_>) {
    match connect.targets.len() {
        0 => found.refuse(SCHEMA, "Connect", None, Problem::Missing),
        1 => {}
        count => {
            let problem = Problem::TooMany { count, maximum: 1 };
            found.refuse(SCHEMA, "Connect", None, problem);
        }
    }
    for target in &connect.targets {
        if let ConnectTarget::Stream(stream) = target {
            look_at_stream(stream, found);
        }
    }
}

/// A stream in both directions sends what Twilio hears, and nothing else.
fn look_at_stream(stream: &Stream, found: &mut Findings<'_>) {
    if stream.url.is_none() && stream.connector_name.is_none() {
        found.refuse(SCHEMA, "Stream", "url", Problem::Missing);
    }
    match stream.track {
        None | Some(StreamTrack::Inbound) => {}
        Some(StreamTrack::Outbound | StreamTrack::Both) => {
            let problem = Problem::Conflict { other: "Connect" };
            found.refuse(SCHEMA, "Stream", "track", problem);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Response;
    use super::*;

    fn written(connect: Connect) -> Result<String, Problem> {
        let document = Response::new().with(connect);
        document.to_xml().map_err(|error| error.problem)
    }

    #[test]
    fn a_call_is_handed_to_one_that_hears_it() {
        let stream = || Stream::new("wss://example.com/audio").unwrap();
        assert!(written(Connect::to(stream().track(StreamTrack::Inbound))).is_ok());
        for track in [StreamTrack::Outbound, StreamTrack::Both] {
            let problem = written(Connect::to(stream().track(track)));
            assert_eq!(problem, Err(Problem::Conflict { other: "Connect" }));
        }
        let two = written(Connect::to(stream()).with(stream()));
        assert_eq!(
            two,
            Err(Problem::TooMany {
                count: 2,
                maximum: 1
            })
        );
        assert_eq!(
            written(Connect::to(Stream::named("a").unwrap())),
            Err(Problem::Missing)
        );
    }
}
