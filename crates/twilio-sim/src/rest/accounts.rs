//! The account itself, which clients fetch to check their credentials.

use serde_json::json;

use super::reply::{Reply, rfc2822};
use crate::world::Shared;

/// `GET /Accounts/{AC}.json`. Source: Twilio, Account resource.
pub(super) fn fetch(shared: &Shared) -> Reply {
    let sid = shared.config.account_sid.as_str();
    let uri = format!("/2010-04-01/Accounts/{sid}");
    let since = rfc2822(0);
    Reply::json(
        200,
        json!({
            "sid": sid,
            "friendly_name": "Simulated account",
            "status": "active",
            "type": if shared.config.limits.trial.is_some() { "Trial" } else { "Full" },
            "owner_account_sid": sid,
            "auth_token": shared.auth_token(),
            "date_created": since,
            "date_updated": since,
            "uri": format!("{uri}.json"),
            "subresource_uris": {
                "calls": format!("{uri}/Calls.json"),
                "messages": format!("{uri}/Messages.json"),
                "recordings": format!("{uri}/Recordings.json"),
                "transcriptions": format!("{uri}/Transcriptions.json"),
            },
        }),
    )
}
