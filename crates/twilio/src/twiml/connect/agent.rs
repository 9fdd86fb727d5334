//! Rooms, agents and sessions.

use super::super::element::{children, element};
use super::super::problem::{text_of, value_of};
use super::super::values::{Language, Text, Url};
use super::super::{Config, Parameter, TwimlError};
use crate::http_method::HttpMethod;

element! {
    /// A video room that the call joins.
    Room = "Room" {
        /// How the call is called in the room.
        "participantIdentity" checked participant_identity(&str): Text<128>;
    }
    text {
        /// Its name.
        required name: Text<128>
    }
}

element! {
    /// An agent of Dialogflow.
    VirtualAgent = "VirtualAgent" {
        /// The connector that knows the agent.
        "connectorName" required connector_name: Text<128>;
        /// The language spoken.
        "language" checked language(&str): Language;
        /// Whether the mood of what is said is found out; not without.
        "sentimentAnalysis" set sentiment_analysis(bool): bool;
        /// Where news of the agent go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of the agent; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
    }
    children {
        /// Settings, and what is passed on.
        parts: AgentPart
    }
}

children! {
    /// What may stand in a [`VirtualAgent`].
    AgentPart {
        /// A setting.
        Config(Config),
        /// What is passed on.
        Parameter(Parameter),
    }
}

element! {
    /// A session with an AI; written `<AiSession>`.
    AiSession = "AiSession" {
        /// The connector that knows the AI.
        "aiConnector" checked ai_connector(&str): Text<128>;
        /// How the session is set up.
        "aiSessionConfiguration" checked ai_session_configuration(&str): Text<128>;
    }
}

element! {
    /// A prepared session of a conversation relay.
    ConversationRelaySession = "ConversationRelaySession" {
        /// The connector that knows the other side.
        "connector" checked connector(&str): Text<128>;
        /// How the session is set up.
        "sessionConfiguration" checked session_configuration(&str): Text<128>;
    }
}

impl Room {
    /// Joins the room of this name, of 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn new(name: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            name: text_of("Room", name)?,
            ..Self::blank()
        })
    }
}

impl VirtualAgent {
    /// Hands the call to the agent a connector knows, named by 1 to 128 characters.
    ///
    /// # Errors
    /// [`Problem::Empty`](super::Problem::Empty) and [`Problem::TooLong`](super::Problem::TooLong) otherwise.
    pub fn new(connector_name: &str) -> Result<Self, TwimlError> {
        Ok(Self {
            connector_name: value_of("VirtualAgent", "connectorName", connector_name)?,
            ..Self::blank()
        })
    }
}

impl AiSession {
    /// A session as the account has it.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for AiSession {
    fn default() -> Self {
        Self::new()
    }
}

impl ConversationRelaySession {
    /// A session as the account has it.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for ConversationRelaySession {
    fn default() -> Self {
        Self::new()
    }
}
