//! `GET /phone/calls`

use actix_web::{HttpRequest, web};
use atlas_domain::PageSize;
use atlas_domain::carrier::CarrierCall;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::phone_error;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::{Fields, query_integer};
use crate::state::ApiState;

/// How many calls are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhoneCallsQuery {
    /// How many calls at most.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 10, nullable = false)]
    limit: Option<PageSize>,
}

/// The newest calls as Twilio has them now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PhoneCalls)]
pub(crate) struct PhoneCallsView {
    /// Always true.
    #[schema(example = true)]
    success: bool,
    /// The calls, newest first.
    calls: Vec<ListedPhoneCallView>,
    /// How many there are.
    #[schema(maximum = 100, example = 1)]
    count: usize,
}

/// One of the newest calls.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ListedPhoneCall)]
pub(crate) struct ListedPhoneCallView {
    /// Its SID.
    #[schema(example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: String,
    /// How it stands, in Twilio's word.
    #[schema(example = "completed")]
    status: String,
    /// The number it rings.
    #[schema(required, example = "+15550100042")]
    to: Option<String>,
    /// The number it shows.
    #[schema(required, example = "+15005550006")]
    from: Option<String>,
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

impl From<CarrierCall> for ListedPhoneCallView {
    fn from(call: CarrierCall) -> Self {
        Self {
            call_sid: call.sid.to_string(),
            status: call.status_word,
            to: call.to,
            from: call.from,
            duration: call.duration_seconds.map(|seconds| seconds.to_string()),
            start_time: call.started_at.map(|at| at.to_string()),
            end_time: call.ended_at.map(|at| at.to_string()),
        }
    }
}

/// Lists the newest calls of the account as Twilio has them now.
#[utoipa::path(
    get,
    path = "/phone/calls",
    tag = "Phone",
    params(PhoneCallsQuery),
    responses(
        (status = 200, description = "The calls.", body = PhoneCallsView),
        (status = 429, description = "Twilio takes no more requests at the moment."),
        (status = 500, description = "Twilio is not configured, and what is missing is named; or \
            something unforeseen happened."),
    )
)]
pub(crate) async fn list_phone_calls(
    _caller: Caller,
    state: web::Data<ApiState>,
    request: HttpRequest,
) -> Result<web::Json<PhoneCallsView>, ApiError> {
    let mut fields = Fields::of_query(request.query_string());
    let query = PhoneCallsQuery {
        limit: fields.optional("limit", query_integer(PageSize::new)),
    };
    let limit = fields.finish(|| Some(query.limit.unwrap_or_default()))?;
    let read = state.application().recent_phone_calls(limit.get()).await;
    let calls = read.map_err(|error| phone_error(&state, error.into()))?;
    let calls: Vec<_> = calls.into_iter().map(ListedPhoneCallView::from).collect();
    Ok(web::Json(PhoneCallsView {
        success: true,
        count: calls.len(),
        calls,
    }))
}
