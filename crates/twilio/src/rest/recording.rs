//! The recording resource (<https://www.twilio.com/docs/voice/api/recording#recording-properties>).

use time::OffsetDateTime;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use super::page::ListedResource;
use crate::sid::{AccountSid, CallSid, ConferenceSid, RecordingSid};
use crate::vocabulary::{RecordingSource, RecordingStatus};

/// A recording's metadata; its audio is fetched on its own.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recording {
    /// Its SID.
    pub sid: RecordingSid,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The call it was made of.
    pub call_sid: Option<CallSid>,
    /// How it stands.
    pub status: Option<RecordingStatus>,
    /// What made it.
    pub source: Option<RecordingSource>,
    /// How many channels it has, 1 or 2.
    pub channels: Option<u32>,
    /// How long it is, in seconds; once it is completed.
    pub duration_seconds: Option<u32>,
    /// When it was begun.
    pub start_time: Option<OffsetDateTime>,
    /// When Twilio made the resource.
    pub date_created: Option<OffsetDateTime>,
    /// When Twilio changed it last.
    pub date_updated: Option<OffsetDateTime>,
    /// What it cost, a decimal number.
    pub price: Option<String>,
    /// The currency of the price, ISO 4217.
    pub price_unit: Option<String>,
    /// Why there is no audio.
    pub error_code: Option<u32>,
    /// The conference it was made of.
    pub conference_sid: Option<ConferenceSid>,
    /// Which sides it holds: `inbound`, `outbound` or `both`; told only within a call.
    pub track: Option<String>,
    /// Where its audio is, as Twilio wrote it; not told within a call.
    pub media_url: Option<String>,
    /// Its path below the API's address.
    pub uri: Option<String>,
    /// All that Twilio sent.
    pub received: Received,
}

impl Resource for Recording {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            account_sid: fields.parsed("account_sid"),
            call_sid: fields.parsed("call_sid"),
            status: fields.word("status"),
            source: fields.word("source"),
            channels: fields.parsed("channels"),
            duration_seconds: fields.parsed("duration"),
            start_time: fields.timestamp("start_time"),
            date_created: fields.timestamp("date_created"),
            date_updated: fields.timestamp("date_updated"),
            price: fields.text("price"),
            price_unit: fields.text("price_unit"),
            error_code: fields.parsed("error_code"),
            conference_sid: fields.parsed("conference_sid"),
            track: fields.text("track"),
            media_url: fields.text("media_url"),
            uri: fields.text("uri"),
            received: fields.received(),
        })
    }
}

impl ListedResource for Recording {
    const ARRAY: &'static str = "recordings";
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn a_recording_under_way_has_no_duration() {
        let recording: Recording = parse_bare(
            br#"{"sid":"RE0123456789abcdef0123456789abcdef","status":"in-progress","duration":"-1",
                "channels":1,"source":"RecordVerb","error_code":null}"#,
        )
        .unwrap();
        assert_eq!(recording.status, Some(RecordingStatus::InProgress));
        assert_eq!(recording.source, Some(RecordingSource::RecordVerb));
        assert_eq!(recording.duration_seconds, None);
        assert_eq!(recording.channels, Some(1));
    }
}
