//! `GET /phone/health`

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::TwilioAccount;
use crate::auth::Caller;
use crate::state::ApiState;

/// How many characters of the Account SID are shown.
const SHOWN_CHARS: usize = 9;

/// Whether phone calls can be placed, as far as the settings go.
#[derive(Serialize, ToSchema)]
pub(crate) struct PhoneHealth {
    /// `healthy`, or `unhealthy` when something is missing.
    #[schema(example = "healthy")]
    status: &'static str,
    /// That all is there, or what is missing.
    #[schema(example = "Phone service is properly configured")]
    message: String,
    /// The beginning of the Account SID; null when there is none.
    #[schema(required, example = "AC0123456...")]
    twilio_account_sid: Option<String>,
}

/// Tells whether Twilio is configured. `GET /health` tells whether it can be reached, too.
#[utoipa::path(
    get,
    path = "/phone/health",
    tag = "Phone",
    responses((status = 200, description = "Whether Twilio is configured.", body = PhoneHealth))
)]
pub(crate) async fn check_phone_health(
    _caller: Caller,
    state: web::Data<ApiState>,
) -> web::Json<PhoneHealth> {
    let account = &state.settings().twilio_account;
    web::Json(match (account, account.what_is_missing()) {
        (TwilioAccount::Configured { account_sid }, _) => PhoneHealth {
            status: "healthy",
            message: "Phone service is properly configured".to_owned(),
            twilio_account_sid: Some(begin_of(account_sid)),
        },
        (TwilioAccount::Missing { .. }, missing) => PhoneHealth {
            status: "unhealthy",
            message: configuration_error(&missing.unwrap_or_default()),
            twilio_account_sid: None,
        },
    })
}

/// What clients of the Phone API are told about missing settings.
pub(crate) fn configuration_error(missing: &str) -> String {
    format!("Twilio configuration error: {missing}")
}

fn begin_of(account_sid: &str) -> String {
    let shown: String = account_sid.chars().take(SHOWN_CHARS).collect();
    format!("{shown}...")
}
