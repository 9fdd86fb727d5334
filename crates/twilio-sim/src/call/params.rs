//! The parameters every request about a call carries.

use super::Call;
use crate::world::{Params, Shared};

/// The version of the API and of callbacks.
pub(crate) const API_VERSION: &str = "2010-04-01";

/// The parameters common to all voice requests.
///
/// Source: Twilio, "TwiML for Voice", request parameters; the geographic ones and the doubles `Caller`
/// and `Called` are seen in captured requests, empty for numbers nobody owns.
pub(crate) fn common_params(shared: &Shared, call: &Call) -> Params {
    let mut params: Params = [
        ("CallSid", call.sid.as_str()),
        ("AccountSid", &shared.config.account_sid),
        ("From", &call.request.from),
        ("To", &call.request.to),
        ("Caller", &call.request.from),
        ("Called", &call.request.to),
        ("CallStatus", call.status.as_str()),
        ("ApiVersion", API_VERSION),
        ("Direction", call.direction()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if let Some(parent_sid) = call.parent_sid() {
        params.push(("ParentCallSid".to_owned(), parent_sid.to_owned()));
    }
    for who in ["From", "To", "Caller", "Called"] {
        for place in ["City", "State", "Zip", "Country"] {
            params.push((format!("{who}{place}"), String::new()));
        }
    }
    params
}
