//! The answer to a request that dialled.

use atlas_application::DialAnswer;
use atlas_domain::ExternalId;
use atlas_domain::call::CallStatus;
use serde::Serialize;
use utoipa::ToSchema;

/// A call that was just dialled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlacedCall)]
pub(crate) struct PlacedCallView {
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
    /// The number it rings.
    #[schema(required, example = "+15550100042")]
    to_number: Option<String>,
    /// The number it shows; null where an older version stored the call without one and the
    /// configured one was shown.
    #[schema(required, example = "+15005550006")]
    from_number: Option<String>,
    /// Always `initiated`: what Twilio has told since is shown by `GET /calls/{call}`.
    #[schema(example = "initiated")]
    status: &'static str,
    /// The SID of the dial; null while it is being looked up.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    twilio_sid: Option<String>,
    /// The same as `twilio_sid`.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// Whether it asks for consent and records.
    recording_enabled: bool,
    /// `lookup` while it is being found out whether Twilio has the dial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "lookup")]
    pending: Option<&'static str>,
    /// When it was stored.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    created_at: String,
}

impl From<&DialAnswer> for PlacedCallView {
    fn from(answer: &DialAnswer) -> Self {
        let (sid, pending) = match answer {
            DialAnswer::Accepted { sid, .. } => (Some(sid.to_string()), None),
            DialAnswer::Pending { .. } => (None, Some("lookup")),
        };
        let call = answer.call();
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
            status: CallStatus::Initiated.as_str(),
            twilio_sid: sid.clone(),
            call_sid: sid,
            recording_enabled: call.recording_enabled,
            pending,
            created_at: call.created_at.to_string(),
        }
    }
}
