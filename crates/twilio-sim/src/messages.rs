//! Text messages: what is kept of them, who has opted out, and who sends and receives them.

mod document;
mod in_call;
mod inbound;
mod keep;
mod life;
mod segments;

use std::collections::{HashSet, btree_map};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;
use utoipa::ToSchema;

pub(crate) use in_call::{CallText, send_in_call};
pub use inbound::SendMessageError;
pub(crate) use inbound::{IncomingMessage, receive};
pub(crate) use life::start;
pub(crate) use segments::{segment_count, smart_encoded};

use crate::callbacks::HttpMethod;
use crate::clock::instant_of;
use crate::world::BySid;

/// Where the messages of simulated people are posted.
pub(crate) type Webhook = (Url, HttpMethod);

/// The states of a message. Source: Twilio, Message resource, "Message Status values".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum MessageStatus {
    /// A messaging service has it and will choose a sender.
    Accepted,
    /// It will be sent at a later time.
    Scheduled,
    /// It waits to be sent.
    Queued,
    /// It is on its way to the carrier.
    Sending,
    /// The carrier has it.
    Sent,
    /// The phone has it.
    Delivered,
    /// The carrier could not deliver it.
    Undelivered,
    /// It could not be sent.
    Failed,
    /// It was scheduled and called off.
    Canceled,
    /// It came in from a phone.
    Received,
}

impl MessageStatus {
    /// Twilio's own word, for example `undelivered`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Received => "received",
        }
    }

    /// Whether nothing more becomes of it.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Accepted | Self::Scheduled | Self::Queued | Self::Sending | Self::Sent => false,
            Self::Delivered
            | Self::Undelivered
            | Self::Failed
            | Self::Canceled
            | Self::Received => true,
        }
    }
}

/// Where a message comes from, as the resource says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum MessageDirection {
    /// From a phone.
    Inbound,
    /// From the REST API.
    OutboundApi,
    /// From the TwiML that answered an inbound message.
    OutboundReply,
    /// From the `<Sms>` of a call.
    OutboundCall,
}

impl MessageDirection {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::OutboundApi => "outbound-api",
            Self::OutboundReply => "outbound-reply",
            Self::OutboundCall => "outbound-call",
        }
    }
}

/// Everything about one message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageReport {
    /// `SM…`, or `MM…` for one with media.
    pub sid: String,
    /// Where it comes from.
    pub direction: MessageDirection,
    /// The number it is sent from; `None` until a messaging service has chosen one.
    pub from: Option<String>,
    /// The number it is sent to.
    pub to: String,
    /// Its text.
    pub body: String,
    /// The addresses of its media, as they were given.
    pub media_urls: Vec<String>,
    /// Its present status.
    pub status: MessageStatus,
    /// Why it was not delivered, for example 30003.
    pub error_code: Option<u32>,
    /// Every status it had, in order, and when.
    pub history: Vec<MessageStatusChange>,
}

/// A status and when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MessageStatusChange {
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What.
    pub status: MessageStatus,
}

/// A picture or sound that goes with a message.
#[derive(Clone, Debug)]
pub(crate) struct Media {
    pub(crate) sid: String,
    pub(crate) url: Url,
}

impl Media {
    /// By the ending of its URL.
    pub(crate) fn content_type(&self) -> &'static str {
        let (_, ending) = self.url.path().rsplit_once('.').unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "gif" => "image/gif",
            "mp3" => "audio/mpeg",
            "mp4" => "video/mp4",
            "pdf" => "application/pdf",
            _ => "application/octet-stream",
        }
    }
}

/// A message as Twilio keeps it.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) sid: String,
    pub(crate) direction: MessageDirection,
    pub(crate) from: Option<String>,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<Media>,
    pub(crate) service_sid: Option<String>,
    pub(crate) status_callback: Option<Url>,
    pub(crate) segments: u32,
    pub(crate) error_code: Option<u32>,
    pub(crate) created_ms: i64,
    pub(crate) sent_ms: Option<i64>,
    /// When it is to be sent, for a scheduled one.
    pub(crate) send_at_ms: Option<i64>,
    pub(crate) history: Vec<MessageStatusChange>,
    /// The task that sends it, once there is one.
    pub(crate) task: Option<u64>,
    /// Whether the REST API has deleted it, so that it shows it no more.
    pub(crate) deleted: bool,
}

impl Message {
    pub(crate) fn status(&self) -> MessageStatus {
        self.history
            .last()
            .map_or(MessageStatus::Queued, |change| change.status)
    }

    pub(crate) fn enter(&mut self, status: MessageStatus, now_ms: i64) {
        self.history.push(MessageStatusChange {
            at: instant_of(now_ms),
            status,
        });
        match status {
            MessageStatus::Sent | MessageStatus::Received => self.sent_ms = Some(now_ms),
            MessageStatus::Accepted
            | MessageStatus::Scheduled
            | MessageStatus::Queued
            | MessageStatus::Sending
            | MessageStatus::Delivered
            | MessageStatus::Undelivered
            | MessageStatus::Failed
            | MessageStatus::Canceled => {}
        }
    }

    fn report(&self) -> MessageReport {
        MessageReport {
            sid: self.sid.clone(),
            direction: self.direction,
            from: self.from.clone(),
            to: self.to.clone(),
            body: self.body.clone(),
            media_urls: self
                .media
                .iter()
                .map(|media| media.url.to_string())
                .collect(),
            status: self.status(),
            error_code: self.error_code,
            history: self.history.clone(),
        }
    }
}

/// All messages, oldest first, and what decides over the next ones.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    kept: BySid<Message>,
    /// Senders and the recipients who want nothing more from them.
    opted_out: HashSet<(String, String)>,
    pub(crate) webhook: Option<Webhook>,
}

impl Messages {
    pub(crate) fn add(&mut self, message: Message) {
        let sid = message.sid.clone();
        self.kept.push(&sid, message);
    }

    /// What is left when all messages are forgotten: where the next ones are posted.
    pub(crate) fn forgotten(&self) -> Self {
        Self {
            webhook: self.webhook.clone(),
            ..Self::default()
        }
    }

    /// The tasks of the messages of which something is still to become.
    pub(crate) fn unfinished_tasks(&self) -> impl Iterator<Item = u64> {
        let unfinished = self
            .kept
            .iter()
            .filter(|message| !message.status().is_terminal());
        unfinished.filter_map(|message| message.task)
    }

    /// All that are kept, oldest first.
    pub(crate) fn all(&self) -> btree_map::Values<'_, u64, Message> {
        self.kept.iter()
    }

    pub(crate) fn forget(&mut self, sid: &str) {
        self.kept.remove(sid);
    }

    pub(crate) fn reports(&self) -> Vec<MessageReport> {
        self.kept.iter().map(Message::report).collect()
    }

    /// The message with this SID, deleted or not.
    pub(crate) fn get(&self, sid: &str) -> Option<&Message> {
        self.kept.get(sid)
    }

    /// The message with this SID, deleted or not.
    pub(crate) fn get_mut(&mut self, sid: &str) -> Option<&mut Message> {
        self.kept.get_mut(sid)
    }

    /// Whether a recipient has sent `STOP` to this sender and not `START` since.
    pub(crate) fn has_opted_out(&self, sender: &str, recipient: &str) -> bool {
        self.opted_out
            .contains(&(sender.to_owned(), recipient.to_owned()))
    }

    /// Notes what a recipient's words say about further messages of a sender.
    ///
    /// Source: Twilio, "Support for opt-out keywords": the word is the whole message, in any case.
    fn heed(&mut self, sender: &str, recipient: &str, body: &str) {
        const STOP: [&str; 8] = [
            "STOP",
            "STOPALL",
            "UNSUBSCRIBE",
            "CANCEL",
            "END",
            "QUIT",
            "REVOKE",
            "OPTOUT",
        ];
        const START: [&str; 3] = ["START", "YES", "UNSTOP"];
        let pair = (sender.to_owned(), recipient.to_owned());
        let word = body.trim().to_ascii_uppercase();
        if STOP.contains(&word.as_str()) {
            self.opted_out.insert(pair);
        } else if START.contains(&word.as_str()) {
            self.opted_out.remove(&pair);
        }
    }
}
