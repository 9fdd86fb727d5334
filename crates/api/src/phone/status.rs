//! `GET /phone/call/{call_sid}/status`

use actix_web::web;
use atlas_domain::carrier::CarrierCall;
use serde::Serialize;
use utoipa::ToSchema;

use super::phone_error;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::path::CallSidPath;
use crate::state::ApiState;

/// A call as Twilio has it now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCallStatus)]
pub(crate) struct PhoneCallStatusView {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// Its SID.
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: String,
    /// How it stands, in Twilio's word
    /// (<https://www.twilio.com/docs/voice/api/call-resource#call-status-values>).
    #[schema(example = "completed")]
    status: String,
    /// The number it rings.
    #[schema(required, example = "+15550100042")]
    to: Option<String>,
    /// The number it shows.
    #[schema(required, example = "+15005550006")]
    from_number: Option<String>,
    /// How long it was, in seconds; null until it has ended.
    #[schema(required, pattern = "^[0-9]+$", example = "30")]
    duration: Option<String>,
    /// When it was dialled; null while it is queued.
    #[schema(required, format = DateTime, example = "2026-01-02T03:04:05.000Z")]
    start_time: Option<String>,
    /// When it ended; null until then.
    #[schema(required, format = DateTime, example = "2026-01-02T03:04:35.000Z")]
    end_time: Option<String>,
}

impl From<CarrierCall> for PhoneCallStatusView {
    fn from(call: CarrierCall) -> Self {
        Self {
            success: true,
            call_sid: call.sid.to_string(),
            status: call.status_word,
            to: call.to,
            from_number: call.from,
            duration: call.duration_seconds.map(|seconds| seconds.to_string()),
            start_time: call.started_at.map(|at| at.to_string()),
            end_time: call.ended_at.map(|at| at.to_string()),
        }
    }
}

/// Shows a call as Twilio has it now: any call of the account.
#[utoipa::path(
    get,
    path = "/phone/call/{call_sid}/status",
    tag = "Phone",
    params(CallSidPath),
    responses(
        (status = 200, description = "The call.", body = PhoneCallStatusView),
        (status = 429, description = "Twilio takes no more requests at the moment."),
        (status = 500, description = "Twilio is not configured, and what is missing is named; or \
            something unforeseen happened."),
    )
)]
pub(crate) async fn read_phone_call_status(
    _caller: Caller,
    path: CallSidPath,
    state: web::Data<ApiState>,
) -> Result<web::Json<PhoneCallStatusView>, ApiError> {
    let read = state.application().phone_call_status(&path.call_sid).await;
    let call = read.map_err(|error| phone_error(&state, error.into()))?;
    Ok(web::Json(call.into()))
}
