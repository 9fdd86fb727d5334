//! A call.

use atlas_domain::call::{Call, CallPurpose, Dial};
use atlas_domain::{ExternalId, Script};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AttemptView, DialView, FeedbackView};

/// Twilio's word for calls that an API request made; Atlas makes no others.
const DIRECTION: &str = "outbound-api";

/// A call. `status`, the SIDs, times and duration are those of its newest dial.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub(crate) struct CallView {
    /// Its id, for its whole life.
    #[schema(format = Uuid)]
    call_id: String,
    /// The stored user it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "695736a5f1c2d3e4a5b6c7d8")]
    user_id: Option<String>,
    /// The id another system knows the user by.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "crm-17")]
    user_external_id: Option<String>,
    /// The number it rings; null, or not in E.164, where an older version stored the call.
    #[schema(required, example = "+15550100042")]
    to_number: Option<String>,
    /// The number it shows; null, or not in E.164, where an older version stored the call.
    #[schema(required, example = "+15005550006")]
    from_number: Option<String>,
    /// `initiated`, `ringing`, `in-progress`, `completed`, `failed`, `no-answer`, `busy` or
    /// `canceled`.
    #[schema(example = "completed")]
    status: &'static str,
    /// Whether the newest dial has ended and nothing more is due.
    finished: bool,
    /// Whether nobody could find out if the newest dial was made.
    held: bool,
    /// The SID of the newest dial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    twilio_sid: Option<String>,
    /// The same as `twilio_sid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// What it is for: `script`, `document` (of somebody else) or `notification`.
    #[schema(example = "script")]
    purpose: &'static str,
    /// Where Twilio fetches the document that it plays.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uri", example = "https://example.com/hello.xml")]
    twiml_url: Option<String>,
    /// What it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Hello, this is a reminder of your appointment tomorrow.")]
    script: Option<String>,
    /// Whether it asks for consent and records.
    recording_enabled: bool,
    /// Where Twilio keeps the newest recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    recording_url: Option<String>,
    /// What was said in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    transcription_text: Option<String>,
    /// Always `outbound-api`.
    #[schema(example = "outbound-api")]
    direction: &'static str,
    /// Who answered, in Twilio's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    answered_by: Option<String>,
    /// How long the conversation was, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 30)]
    duration_sec: Option<u32>,
    /// When the newest dial started.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    started_at: Option<String>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    /// Every status update received, in order of arrival.
    attempts: Vec<AttemptView>,
    /// How many there are.
    attempt_count: usize,
    /// How many redials it may have.
    #[schema(minimum = 0, maximum = 10, example = 3)]
    retry_limit: u8,
    /// How long after a dial the next one comes, in seconds.
    #[schema(minimum = 1, maximum = 86_400, example = 10)]
    retry_delay_sec: u32,
    /// How many redials were made.
    #[schema(example = 0)]
    redial_count: usize,
    /// When the next redial is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    next_retry_at: Option<String>,
    /// Every ring of the phone, in order.
    dials: Vec<DialView>,
    /// How somebody rated it.
    #[serde(skip_serializing_if = "Option::is_none")]
    feedback: Option<FeedbackView>,
    /// When it was stored.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
    /// When it last changed.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    updated_at: String,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        let state = call.newest_dial().map(Dial::state).unwrap_or_default();
        let sid = call.twilio_sid().map(ToString::to_string);
        Self {
            call_id: call.call_id.to_string(),
            user_id: call.user_id.map(|id| id.to_string()),
            user_external_id: call
                .user_external_id
                .as_ref()
                .map(ExternalId::as_str)
                .map(str::to_owned),
            to_number: call.to_number.text().map(str::to_owned),
            from_number: call.from_number.text().map(str::to_owned),
            status: call.status().as_str(),
            finished: call.finished(),
            held: call.held(),
            twilio_sid: sid.clone(),
            call_sid: sid,
            purpose: call.purpose.as_str(),
            twiml_url: match &call.purpose {
                CallPurpose::Document(url) => Some(url.to_string()),
                CallPurpose::Script | CallPurpose::Notification(_) => None,
            },
            script: call.script.as_ref().map(Script::as_str).map(str::to_owned),
            recording_enabled: call.recording_enabled,
            recording_url: call.recording_url.clone(),
            transcription_text: call.transcription_text.clone(),
            direction: DIRECTION,
            answered_by: state.answered_by,
            duration_sec: state.duration_seconds,
            started_at: state.started_at.map(|at| at.to_string()),
            ended_at: state.ended_at.map(|at| at.to_string()),
            attempts: AttemptView::all_of(&call),
            attempt_count: call.attempts.len(),
            retry_limit: call.retry_plan.limit(),
            retry_delay_sec: call.retry_plan.delay_seconds(),
            redial_count: call.redial_count(),
            next_retry_at: call.next_retry_at().map(|at| at.to_string()),
            dials: DialView::all_of(&call),
            feedback: call
                .feedback
                .as_ref()
                .map(|feedback| FeedbackView::new(call.twilio_sid(), feedback)),
            created_at: call.created_at.to_string(),
            updated_at: call.updated_at.to_string(),
        }
    }
}
