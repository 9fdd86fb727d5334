//! The Phone API: calls that play a TwiML document of somebody else, and calls as Twilio has them
//! now.

pub(crate) mod call;
pub(crate) mod health;
pub(crate) mod list;
mod order;
pub(crate) mod status;

use atlas_application::{ApplicationError, CarrierTrouble};

use crate::error::ApiError;
use crate::state::ApiState;

/// The failure as the Phone API tells it: it names the settings that are missing.
fn phone_error(state: &ApiState, error: ApiError) -> ApiError {
    let not_configured = matches!(
        &error,
        ApiError::Application(ApplicationError::Carrier {
            trouble: CarrierTrouble::NotConfigured,
            ..
        })
    );
    if !not_configured {
        return error;
    }
    let missing = state.settings().twilio_account.what_is_missing();
    ApiError::PhoneNotConfigured {
        missing: missing.unwrap_or_else(|| "there is no number to show".to_owned()),
    }
}
