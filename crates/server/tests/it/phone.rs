//! The Phone API: calls that play a document of somebody else, and calls as Twilio has them now.

mod guard;
mod health;
mod placing;
mod reading;
mod refused;

use serde_json::{Value, json};

/// Somebody who answers and listens.
const TO: &str = "+15550100042";

/// The body of a call to somebody who listens.
fn to_number() -> Value {
    json!({"to_number": TO})
}

/// The body of a call that plays the document at this address.
fn playing(twiml_url: &str) -> Value {
    json!({"to_number": TO, "twiml_url": twiml_url})
}
