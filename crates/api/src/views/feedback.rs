//! How somebody rated a call.

use atlas_domain::{CallSid, Feedback, FeedbackNotes};
use serde::Serialize;
use utoipa::ToSchema;

/// How somebody rated a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Feedback)]
pub(crate) struct FeedbackView {
    /// The SID by which the call was named, else that of its newest dial; null when that is not
    /// known yet.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// How good the line and the voice were.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    call_quality: u8,
    /// How helpful the agent was.
    #[schema(minimum = 1, maximum = 5, example = 4)]
    agent_helpfulness: u8,
    /// Whether the matter was settled.
    #[schema(minimum = 1, maximum = 5, example = 4)]
    resolution: u8,
    /// How easy the call was.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    call_ease: u8,
    /// The overall impression.
    #[schema(minimum = 1, maximum = 5, example = 5)]
    overall_satisfaction: u8,
    /// Anything else, in words.
    #[schema(required, example = "Friendly and quick.")]
    notes: Option<String>,
    /// When the feedback was given.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
}

impl FeedbackView {
    /// The feedback on the call with this SID.
    pub(crate) fn new(call_sid: Option<&CallSid>, feedback: &Feedback) -> Self {
        Self {
            call_sid: call_sid.map(ToString::to_string),
            call_quality: feedback.call_quality.get(),
            agent_helpfulness: feedback.agent_helpfulness.get(),
            resolution: feedback.resolution.get(),
            call_ease: feedback.call_ease.get(),
            overall_satisfaction: feedback.overall_satisfaction.get(),
            notes: feedback
                .notes
                .as_ref()
                .map(FeedbackNotes::as_str)
                .map(str::to_owned),
            created_at: feedback.created_at.to_string(),
        }
    }
}
