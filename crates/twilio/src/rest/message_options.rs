//! The choices a new message has.

use std::fmt;

use serde_json::Value;
use time::OffsetDateTime;

use super::call_options::words;
use super::form::{Form, WriteForm as _};
use crate::private_text::PrivateText;
use crate::sid::{ApplicationSid, ContentSid, MessagingServiceSid};

/// Who sends a message: one of two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MessageSender {
    /// A number, short code, name or address of a channel.
    From(PrivateText),
    /// One of a service's senders.
    Service {
        /// The service.
        sid: MessagingServiceSid,
        /// This one of its senders; the service picks one without.
        from: Option<PrivateText>,
        /// When to send it, between minutes and 35 days ahead; at once without.
        send_at: Option<OffsetDateTime>,
    },
}

/// What a message says: one of three.
#[derive(Clone, PartialEq, Eq)]
pub enum MessageContent {
    /// A text of 1 to 1600 characters.
    Body(PrivateText),
    /// Pictures and the like.
    Media {
        /// One to ten absolute URLs.
        urls: Vec<String>,
        /// A text along with them.
        body: Option<PrivateText>,
    },
    /// A template.
    Content {
        /// The template.
        sid: ContentSid,
        /// What stands for its variables, a JSON object.
        variables: Option<Value>,
    },
}

impl fmt::Debug for MessageContent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body(_) => formatter.write_str("Body"),
            Self::Media { urls, .. } => write!(formatter, "Media({})", urls.len()),
            Self::Content { sid, .. } => write!(formatter, "Content({sid})"),
        }
    }
}

words!(
    /// Whether Twilio keeps the text.
    ContentRetention {
        /// It does.
        Retain = "retain",
        /// It does not.
        Discard = "discard",
    }
);

words!(
    /// Whether Twilio keeps the recipient's number.
    AddressRetention {
        /// It does.
        Retain = "retain",
        /// It keeps a part of it.
        Obfuscate = "obfuscate",
    }
);

words!(
    /// Whether Twilio looks for fraud.
    RiskCheck {
        /// It does.
        Enable = "enable",
        /// It does not.
        Disable = "disable",
    }
);

/// What else a message may be told; what is not set is left to Twilio.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MessageOptions {
    /// Where news of the message go; instead of where its service sends them.
    pub status_callback: Option<String>,
    /// An application whose callback is told.
    pub application_sid: Option<ApplicationSid>,
    /// How long it may wait to be sent, 1 to 36000 seconds; 36000 without.
    pub validity_period_seconds: Option<u32>,
    /// Which try of the sender's it is, from 1.
    pub attempt: Option<u32>,
    /// The most it may cost, a decimal number; Twilio ignores it since 2024.
    pub max_price: Option<String>,
    /// Whether characters that make a text longer are replaced by similar ones.
    pub smart_encoded: Option<bool>,
    /// Whether the sender will report what became of it.
    pub provide_feedback: Option<bool>,
    /// Whether links in it are shortened; needs a service.
    pub shorten_urls: Option<bool>,
    /// Reserved by Twilio.
    pub force_delivery: Option<bool>,
    /// Whether it goes as one MMS, media or not.
    pub send_as_mms: Option<bool>,
    /// Whether Twilio keeps the text.
    pub content_retention: Option<ContentRetention>,
    /// Whether Twilio keeps the recipient's number.
    pub address_retention: Option<AddressRetention>,
    /// Whether Twilio looks for fraud.
    pub risk_check: Option<RiskCheck>,
    /// Whether it is traffic of the type `free`.
    pub is_free_traffic: bool,
    /// Rich actions of channels that have them.
    pub persistent_actions: Vec<String>,
    /// Who sends it by SMS when RCS does not reach the recipient; needs a service.
    pub fallback_from: Option<PrivateText>,
}

impl MessageOptions {
    pub(super) fn write(&self, form: &mut Form) {
        form.add("StatusCallback", self.status_callback.as_ref());
        form.add("ApplicationSid", self.application_sid.as_ref());
        form.add("ValidityPeriod", self.validity_period_seconds);
        form.add("Attempt", self.attempt);
        form.add("MaxPrice", self.max_price.as_ref());
        form.add("SmartEncoded", self.smart_encoded);
        form.add("ProvideFeedback", self.provide_feedback);
        form.add("ShortenUrls", self.shorten_urls);
        form.add("ForceDelivery", self.force_delivery);
        form.add("SendAsMms", self.send_as_mms);
        form.add("ContentRetention", self.content_retention);
        form.add("AddressRetention", self.address_retention);
        form.add("RiskCheck", self.risk_check);
        form.add("TrafficType", self.is_free_traffic.then_some("free"));
        form.add_each("PersistentAction", &self.persistent_actions);
        form.add_private("FallbackFrom", self.fallback_from.as_ref());
    }
}
