//! `<Conversation>`.

use super::super::element::element;
use super::super::values::{Text, Url, Whole, Words, words};
use super::super::{DialRecord, RecordingEvent, Trim};
use crate::http_method::HttpMethod;

element! {
    /// A conversation of Flex that the call joins.
    Conversation = "Conversation" {
        /// The service the conversation is in, `IS…`.
        "serviceInstanceSid" checked service_instance_sid(&str): Text<34>;
        /// Whether a conversation is made when there is none; it is without.
        "inboundAutocreation" set inbound_autocreation(bool): bool;
        /// How many seconds the call waits for somebody.
        "routingAssignmentTimeout" checked routing_assignment_timeout_seconds(u32): Whole<1, { u32::MAX }>;
        /// How many seconds somebody's device rings.
        "inboundTimeout" checked inbound_timeout_seconds(u32): Whole<1, { u32::MAX }>;
        /// What is heard meanwhile.
        "url" checked url(&str): Url;
        /// The method of [`url`](Self::url); POST without.
        "method" set method(HttpMethod): HttpMethod;
        /// Whether it is recorded; not without.
        "record" set record(DialRecord): DialRecord;
        /// Whether silence at both ends of the recording is cut off.
        "trim" set trim(Trim): Trim;
        /// Where news of the recording go.
        "recordingStatusCallback" checked recording_status_callback(&str): Url;
        /// The method for news of the recording; POST without.
        "recordingStatusCallbackMethod" set recording_status_callback_method(HttpMethod): HttpMethod;
        /// Which news of the recording are sent; only `completed` without.
        "recordingStatusCallbackEvent" list recording_status_callback_events(&[RecordingEvent]): Words<RecordingEvent>;
        /// Where news of the call go.
        "statusCallback" checked status_callback(&str): Url;
        /// The method for news of the call; POST without.
        "statusCallbackMethod" set status_callback_method(HttpMethod): HttpMethod;
        /// Which news of the call are sent.
        "statusCallbackEvent" list status_callback_events(&[ConversationCallEvent]): Words<ConversationCallEvent>;
    }
}

words! {
    /// What a status callback tells of the call in a [`Conversation`].
    ConversationCallEvent {
        /// The call begins.
        Initiated = "call-initiated",
        /// It rings.
        Ringing = "call-ringing",
        /// Somebody answered.
        Answered = "call-answered",
        /// It is over.
        Completed = "call-completed",
    }
}

impl Conversation {
    /// Joins a conversation of the account's service.
    #[must_use]
    pub const fn new() -> Self {
        Self::blank()
    }
}

impl Default for Conversation {
    fn default() -> Self {
        Self::new()
    }
}
