//! The call resource (<https://www.twilio.com/docs/voice/api/call-resource#call-properties>).

use time::OffsetDateTime;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use super::page::ListedResource;
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, CallGroupSid, CallSid, PhoneNumberSid, TrunkSid};
use crate::vocabulary::{AnsweredBy, CallStatus, Direction};

/// A call leg as Twilio sees it, a little later than its callbacks.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Call {
    /// Its SID.
    pub sid: CallSid,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The leg that made this one with `<Dial>`.
    pub parent_call_sid: Option<CallSid>,
    /// The number called.
    pub to: Option<PrivateText>,
    /// The number calling.
    pub from: Option<PrivateText>,
    /// How it stands; an empty [`CallStatus::Other`] when Twilio did not say.
    pub status: CallStatus,
    /// Who began it.
    pub direction: Option<Direction>,
    /// When Twilio accepted it.
    pub date_created: Option<OffsetDateTime>,
    /// When Twilio changed it last.
    pub date_updated: Option<OffsetDateTime>,
    /// When it was dialled; none while it is queued.
    pub start_time: Option<OffsetDateTime>,
    /// When it ended.
    pub end_time: Option<OffsetDateTime>,
    /// How long it lasted, in seconds; once it ended.
    pub duration_seconds: Option<u32>,
    /// What it cost, a decimal number, negative; minutes after its end.
    pub price: Option<String>,
    /// The currency of the price, ISO 4217.
    pub price_unit: Option<String>,
    /// What answering machine detection heard.
    pub answered_by: Option<AnsweredBy>,
    /// The number it was forwarded from.
    pub forwarded_from: Option<PrivateText>,
    /// The caller's name.
    pub caller_name: Option<PrivateText>,
    /// How long it waited to be dialled, in milliseconds.
    pub queue_time_ms: Option<u64>,
    /// Its number among those of the account: the one called when inbound, else the one calling.
    pub phone_number_sid: Option<PhoneNumberSid>,
    /// The group of calls it belongs to.
    pub group_sid: Option<CallGroupSid>,
    /// The SIP trunk it went through.
    pub trunk_sid: Option<TrunkSid>,
    /// Its path below the API's address.
    pub uri: Option<String>,
    /// All that Twilio sent.
    pub received: Received,
}

impl Resource for Call {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            account_sid: fields.parsed("account_sid"),
            parent_call_sid: fields.parsed("parent_call_sid"),
            to: fields.private("to"),
            from: fields.private("from"),
            status: fields
                .word("status")
                .unwrap_or_else(|| CallStatus::Other(String::new())),
            direction: fields.word("direction"),
            date_created: fields.timestamp("date_created"),
            date_updated: fields.timestamp("date_updated"),
            start_time: fields.timestamp("start_time"),
            end_time: fields.timestamp("end_time"),
            duration_seconds: fields.parsed("duration"),
            price: fields.text("price"),
            price_unit: fields.text("price_unit"),
            answered_by: fields.word("answered_by"),
            forwarded_from: fields.private("forwarded_from"),
            caller_name: fields.private("caller_name"),
            queue_time_ms: fields.parsed("queue_time"),
            phone_number_sid: fields.parsed("phone_number_sid"),
            group_sid: fields.parsed("group_sid"),
            trunk_sid: fields.parsed("trunk_sid"),
            uri: fields.text("uri"),
            received: fields.received(),
        })
    }
}

impl ListedResource for Call {
    const ARRAY: &'static str = "calls";
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn numbers_as_strings_and_nulls_are_read() {
        let call: Call = parse_bare(
            br#"{"sid":"CA0123456789abcdef0123456789abcdef","status":"completed","duration":"15",
                "queue_time":"1000","price":"-0.03000","price_unit":"USD","direction":"outbound-api",
                "date_created":"Tue, 31 Aug 2010 20:36:28 +0000","start_time":null,"end_time":"",
                "answered_by":"human","to":"+14155550123","from":null,"new_field":{"a":[1]}}"#,
        )
        .unwrap();
        assert_eq!(call.duration_seconds, Some(15));
        assert_eq!(call.queue_time_ms, Some(1000));
        assert_eq!(call.price.as_deref(), Some("-0.03000"));
        assert_eq!(call.date_created.unwrap().unix_timestamp(), 1_283_286_988);
        assert_eq!(call.start_time, None);
        assert_eq!(call.end_time, None);
        assert_eq!(call.from, None);
        assert_eq!(
            call.received.field("new_field"),
            Some(&serde_json::json!({"a": [1]}))
        );
        assert!(!format!("{call:?}").contains("1415"));
    }

    #[test]
    fn numbers_as_numbers_and_unknown_words_are_read() {
        let call: Call = parse_bare(
            br#"{"sid":"CA0123456789abcdef0123456789abcdef","status":"paused","duration":15,"price":-0.03}"#,
        )
        .unwrap();
        assert_eq!(call.duration_seconds, Some(15));
        assert_eq!(call.price.as_deref(), Some("-0.03"));
        assert_eq!(call.status, CallStatus::Other("paused".to_owned()));
    }

    #[test]
    fn without_a_sid_it_is_no_call() {
        for body in [
            r#"{"status":"queued"}"#,
            r#"{"sid":null}"#,
            r#"{"sid":"CA1"}"#,
            "[]",
            "null",
            "",
            "<x/>",
        ] {
            assert!(parse_bare::<Call>(body.as_bytes()).is_err(), "{body}");
        }
    }
}
