//! What happened during a call: its requests, and what the debugger noted.

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::date_filter::Query;
use super::fields::{Fields, MalformedResource, Resource};
use super::page::ListedResource;
use super::parameter::check_range;
use super::{DateFilter, ParameterError, Received};
use crate::private_text::PrivateText;
use crate::sid::{CallSid, NotificationSid};

/// One request that Twilio made or got for a call, from 15 minutes after its end
/// (<https://www.twilio.com/docs/voice/api/call-event-resource>).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallEvent {
    /// The URL asked; it may hold numbers.
    pub request_url: Option<PrivateText>,
    /// How it was asked.
    pub request_method: Option<String>,
    /// The HTTP status of the answer.
    pub response_code: Option<u16>,
    /// How long the answer took, in milliseconds.
    pub request_duration_ms: Option<u64>,
    /// When it was asked.
    pub date_created: Option<OffsetDateTime>,
    /// All that Twilio sent, parameters and bodies included.
    pub received: Received,
}

/// What the debugger noted about a call (<https://www.twilio.com/docs/voice/api/call-notification-resource>).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallNotification {
    /// Its SID.
    pub sid: NotificationSid,
    /// The call.
    pub call_sid: Option<CallSid>,
    /// Twilio's code; see [`error_code`](crate::error_code).
    pub error_code: Option<u32>,
    /// Whether it is a warning (1) or an error (0).
    pub log_level: Option<u32>,
    /// When it happened.
    pub message_date: Option<OffsetDateTime>,
    /// Twilio's words as a form; they may hold numbers.
    pub message_text: Option<PrivateText>,
    /// The URL it is about; it may hold numbers.
    pub request_url: Option<PrivateText>,
    /// How that was asked.
    pub request_method: Option<String>,
    /// All that Twilio sent.
    pub received: Received,
}

/// A filter for what the debugger noted; without any, all of it, newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListNotifications {
    /// Only errors (0) or only warnings (1).
    pub log_level: Option<u32>,
    /// When it happened.
    pub message_date: Option<DateFilter>,
    /// How many on a page, 1 to 1000; 50 without.
    pub page_size: Option<u32>,
}

impl ListNotifications {
    pub(super) fn query(&self) -> Result<Vec<(String, String)>, ParameterError> {
        check_range("Log", self.log_level, 0, 1)?;
        let mut query = Query::default();
        query.add("Log", self.log_level);
        query.add_date("MessageDate", self.message_date);
        query.add_page_size(self.page_size)?;
        Ok(query.into_pairs())
    }
}

impl Resource for CallEvent {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        let empty = Map::new();
        let part = |name: &str| Fields {
            json: fields
                .json
                .get(name)
                .and_then(Value::as_object)
                .unwrap_or(&empty),
            answer: fields.answer,
        };
        let (request, response) = (part("request"), part("response"));
        Ok(Self {
            request_url: request.private("url"),
            request_method: request.text("method"),
            response_code: response.parsed("response_code"),
            request_duration_ms: response.parsed("request_duration"),
            date_created: response.timestamp("date_created"),
            received: fields.received(),
        })
    }
}

impl ListedResource for CallEvent {
    const ARRAY: &'static str = "events";
}

impl Resource for CallNotification {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            call_sid: fields.parsed("call_sid"),
            error_code: fields.parsed("error_code"),
            log_level: fields.parsed("log"),
            message_date: fields.timestamp("message_date"),
            message_text: fields.private("message_text"),
            request_url: fields.private("request_url"),
            request_method: fields.text("request_method"),
            received: fields.received(),
        })
    }
}

impl ListedResource for CallNotification {
    const ARRAY: &'static str = "notifications";
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn an_event_is_a_request_and_its_answer() {
        let event: CallEvent = parse_bare(
            br#"{"request":{"method":"POST","url":"https://example.com/?To=%2B14155550123",
                "parameters":{"to":"+14155550123"}},"response":{"response_code":201,
                "request_duration":50,"date_created":"Tue, 11 Aug 2020 17:44:08 +0000"}}"#,
        )
        .unwrap();
        assert_eq!(event.request_method.as_deref(), Some("POST"));
        assert_eq!(event.response_code, Some(201));
        assert_eq!(event.request_duration_ms, Some(50));
        assert!(event.date_created.is_some());
        assert!(!format!("{event:?}").contains("1415"));
        assert!(parse_bare::<CallEvent>(br#"{"request":null,"response":null}"#).is_ok());
    }

    #[test]
    fn a_notification_has_its_numbers_as_texts() {
        let notification: CallNotification = parse_bare(
            br#"{"sid":"NO0123456789abcdef0123456789abcdef","error_code":"15003","log":"1",
                "message_text":"Msg=Got+HTTP+404","request_method":null,"request_url":""}"#,
        )
        .unwrap();
        assert_eq!(notification.error_code, Some(15003));
        assert_eq!(notification.log_level, Some(1));
        assert_eq!(notification.request_url, None);
    }
}
