//! The transcription resource (<https://www.twilio.com/docs/voice/api/recording-transcription>).

use time::OffsetDateTime;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use super::page::ListedResource;
use crate::private_text::PrivateText;
use crate::sid::{AccountSid, RecordingSid, TranscriptionSid};
use crate::vocabulary::TranscriptionStatus;

/// What was said in a recording of `<Record transcribe>`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transcription {
    /// Its SID.
    pub sid: TranscriptionSid,
    /// The account it belongs to.
    pub account_sid: Option<AccountSid>,
    /// The recording it was made of.
    pub recording_sid: Option<RecordingSid>,
    /// How it stands.
    pub status: Option<TranscriptionStatus>,
    /// The text; once it is completed.
    pub transcription_text: Option<PrivateText>,
    /// How long the recording is, in seconds.
    pub duration_seconds: Option<u32>,
    /// What it cost, a decimal number.
    pub price: Option<String>,
    /// The currency of the price, ISO 4217.
    pub price_unit: Option<String>,
    /// When Twilio made it.
    pub date_created: Option<OffsetDateTime>,
    /// When Twilio changed it last.
    pub date_updated: Option<OffsetDateTime>,
    /// All that Twilio sent.
    pub received: Received,
}

impl Resource for Transcription {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            account_sid: fields.parsed("account_sid"),
            recording_sid: fields.parsed("recording_sid"),
            status: fields.word("status"),
            transcription_text: fields.private("transcription_text"),
            duration_seconds: fields.parsed("duration"),
            price: fields.text("price"),
            price_unit: fields.text("price_unit"),
            date_created: fields.timestamp("date_created"),
            date_updated: fields.timestamp("date_updated"),
            received: fields.received(),
        })
    }
}

impl ListedResource for Transcription {
    const ARRAY: &'static str = "transcriptions";
}
