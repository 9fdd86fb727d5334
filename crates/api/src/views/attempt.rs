//! A status update that was received.

use atlas_domain::call::{Attempt, Call};
use serde::Serialize;
use utoipa::ToSchema;

/// A status update that was received for a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attempt)]
pub(crate) struct AttemptView {
    /// Its number over the whole call, from 1.
    #[schema(minimum = 1, example = 1)]
    attempt_no: u32,
    /// The status it brought.
    #[schema(example = "ringing")]
    status: &'static str,
    /// Why, in words.
    #[schema(example = "ringing")]
    reason: String,
    /// When it arrived.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    at: String,
    /// The SID of the dial it is about; null where an older version noted none.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    twilio_sid: Option<String>,
    /// The dial it is about, from 1.
    #[schema(minimum = 1, example = 1)]
    dial_no: u32,
    /// Twilio's number for it, from 0 within its dial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 1)]
    sequence_number: Option<u32>,
}

impl AttemptView {
    /// Every attempt of a call, in order of arrival.
    pub(crate) fn all_of(call: &Call) -> Vec<Self> {
        call.attempts
            .iter()
            .map(|attempt| Self::new(call, attempt))
            .collect()
    }

    fn new(call: &Call, attempt: &Attempt) -> Self {
        Self {
            attempt_no: attempt.attempt_no,
            status: attempt.status.as_str(),
            reason: call.reason_of(attempt),
            at: attempt.at.to_string(),
            twilio_sid: attempt.twilio_sid.as_ref().map(ToString::to_string),
            dial_no: attempt.dial_no.get(),
            sequence_number: attempt.sequence_number(),
        }
    }
}
