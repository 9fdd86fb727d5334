//! The answer to a request that placed a notification.

use atlas_application::DialAnswer;
use serde::Serialize;
use utoipa::ToSchema;

/// A notification that was just dialled.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PlacedNotification)]
pub(crate) struct PlacedNotificationView {
    /// The SID of the dial; null while it is being looked up.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
    /// Always `queued`: what Twilio has told since is shown by `GET /notifications/{id}`.
    #[schema(example = "queued")]
    status: &'static str,
    /// The number it rings.
    #[schema(required, example = "+15550100701")]
    to: Option<String>,
    /// One sentence for people.
    #[schema(example = "Call initiated successfully to +15550100701")]
    message: String,
    /// When it was stored.
    #[schema(format = DateTime, example = "2026-01-02T03:04:05.678Z")]
    initiated_at: String,
    /// Its id.
    #[schema(format = Uuid, example = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")]
    notification_id: String,
    /// `lookup` while it is being found out whether Twilio has the dial.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "lookup")]
    pending: Option<&'static str>,
}

impl From<&DialAnswer> for PlacedNotificationView {
    fn from(answer: &DialAnswer) -> Self {
        let call = answer.call();
        let to = call.to_number.text().map(str::to_owned);
        let named = to.as_deref().unwrap_or_default();
        let (call_sid, message, pending) = match answer {
            DialAnswer::Accepted { sid, .. } => (
                Some(sid.to_string()),
                format!("Call initiated successfully to {named}"),
                None,
            ),
            DialAnswer::Pending { .. } => (
                None,
                format!("It is being looked up whether the call to {named} was initiated"),
                Some("lookup"),
            ),
        };
        Self {
            call_sid,
            status: "queued",
            to,
            message,
            initiated_at: call.created_at.to_string(),
            notification_id: call.call_id.to_string(),
            pending,
        }
    }
}
