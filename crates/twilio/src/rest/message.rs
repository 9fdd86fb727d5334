//! The message resource (<https://www.twilio.com/docs/messaging/api/message-resource#message-properties>).

use time::OffsetDateTime;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use super::page::ListedResource;
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, MessageSid, MessagingServiceSid};
use crate::vocabulary::{MessageDirection, MessageStatus};

/// A message as Twilio sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Its SID, `SM…`, or `MM…` with media.
    pub sid: MessageSid,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The service it was sent through.
    pub messaging_service_sid: Option<MessagingServiceSid>,
    /// Its recipient.
    pub to: Option<PrivateText>,
    /// Its sender; none before a service has picked one.
    pub from: Option<PrivateText>,
    /// Its text; none when it is redacted or empty.
    pub body: Option<PrivateText>,
    /// How it stands; an empty [`MessageStatus::Other`] when Twilio did not say.
    pub status: MessageStatus,
    /// Who sent it.
    pub direction: Option<MessageDirection>,
    /// How many segments it takes; 0 before a service has sent it.
    pub num_segments: Option<u32>,
    /// How many media it has.
    pub num_media: Option<u32>,
    /// Why it was not delivered; see [`error_code`](crate::error_code).
    pub error_code: Option<u32>,
    /// The same in Twilio's words.
    pub error_message: Option<String>,
    /// What it cost, a decimal number, negative.
    pub price: Option<String>,
    /// The currency of the price, ISO 4217.
    pub price_unit: Option<String>,
    /// When Twilio took it.
    pub date_created: Option<OffsetDateTime>,
    /// When Twilio changed it last.
    pub date_updated: Option<OffsetDateTime>,
    /// When it was sent, or came.
    pub date_sent: Option<OffsetDateTime>,
    /// Its path below the API's address.
    pub uri: Option<String>,
    /// All that Twilio sent.
    pub received: Received,
}

impl Resource for Message {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            account_sid: fields.parsed("account_sid"),
            messaging_service_sid: fields.parsed("messaging_service_sid"),
            to: fields.private("to"),
            from: fields.private("from"),
            body: fields.private("body"),
            status: fields
                .word("status")
                .unwrap_or_else(|| MessageStatus::Other(String::new())),
            direction: fields.word("direction"),
            num_segments: fields.parsed("num_segments"),
            num_media: fields.parsed("num_media"),
            error_code: fields.parsed("error_code"),
            error_message: fields.text("error_message"),
            price: fields.text("price"),
            price_unit: fields.text("price_unit"),
            date_created: fields.timestamp("date_created"),
            date_updated: fields.timestamp("date_updated"),
            date_sent: fields.timestamp("date_sent"),
            uri: fields.text("uri"),
            received: fields.received(),
        })
    }
}

impl ListedResource for Message {
    const ARRAY: &'static str = "messages";
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn a_message_is_read_with_its_texts_private() {
        let message: Message = parse_bare(
            br#"{"sid":"MM0123456789abcdef0123456789abcdef","status":"undelivered","num_media":"1",
                "num_segments":"2","error_code":30005,"body":"Hello Anna","to":"+14155550123",
                "direction":"outbound-api","price":null,"date_sent":"Tue, 31 Aug 2010 20:36:28 +0000"}"#,
        )
        .unwrap();
        assert_eq!(message.status, MessageStatus::Undelivered);
        assert_eq!(message.error_code, Some(30005));
        assert_eq!(message.num_media, Some(1));
        assert_eq!(message.num_segments, Some(2));
        assert_eq!(message.direction, Some(MessageDirection::OutboundApi));
        let shown = format!("{message:?}");
        assert!(
            !shown.contains("Anna") && !shown.contains("1415"),
            "{shown}"
        );
    }
}
