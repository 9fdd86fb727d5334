//! A webhook in any framework: the raw parts of a request are all it takes.
//!
//! `cargo run --example any_framework --features webhook`

use std::error::Error;

use atlas_twilio::http_method::HttpMethod;
use atlas_twilio::webhook::{
    ReceiveError, StatusCallback, Verifier, WebhookHeaders, WebhookRequest, WebhookSigner, receive,
};

/// The address under which Twilio reaches the service: from the settings, never from the request.
const PUBLIC_URL: &str = "https://calls.example.com";

/// What every framework hands out in one form or another.
struct RawRequest<'request> {
    method: &'request str,
    path_and_query: &'request str,
    headers: Vec<(&'request str, &'request str)>,
    body: &'request [u8],
}

/// Takes a status callback and tells the status code to answer with.
fn take_status(verifier: &Verifier, raw: &RawRequest<'_>) -> u16 {
    let Ok(method) = raw.method.parse::<HttpMethod>() else {
        return 405;
    };
    let request = WebhookRequest {
        method,
        url: &format!("{PUBLIC_URL}{}", raw.path_and_query),
        headers: &raw.headers.iter().copied().collect::<WebhookHeaders>(),
        body: raw.body,
    };
    match receive::<StatusCallback>(verifier, &request) {
        Ok(callback) => {
            let _new_status = callback.call.call_status;
            204
        }
        Err(ReceiveError::Signature(_)) => 403,
        Err(ReceiveError::Form(_)) => 400,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let verifier = Verifier::new("the auth token".into(), None)?;
    // In a test of your own, a request is made like this.
    let signed = WebhookSigner::with_auth_token("the auth token".into()).post_form(
        &format!("{PUBLIC_URL}/status"),
        &[
            ("CallSid", "CA0123456789abcdef0123456789abcdef"),
            ("CallStatus", "completed"),
        ],
    );
    let mut raw = RawRequest {
        method: signed.method.as_str(),
        path_and_query: "/status",
        headers: signed.headers.iter().collect(),
        body: &signed.body,
    };
    assert_eq!(take_status(&verifier, &raw), 204);
    raw.path_and_query = "/status?forged";
    assert_eq!(take_status(&verifier, &raw), 403);
    Ok(())
}
