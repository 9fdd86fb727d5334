//! What Twilio asks and reports while somebody is rung about a task.

pub(crate) mod amd;
mod documents;
pub(crate) mod gather;
pub(crate) mod machine;
mod sentences;
pub(crate) mod status;
pub(crate) mod twiml;

use actix_web::web;
use atlas_domain::CallSid;
use serde::Serialize;
use utoipa::ToSchema;

/// That a callback was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackReceived {
    /// Always `received`.
    #[schema(example = "received")]
    status: &'static str,
    /// The SID it was about; null when it named none.
    #[schema(required, example = "CA0123456789abcdef0123456789abcdef")]
    call_sid: Option<String>,
}

/// The answer to a callback, whatever it said.
fn received(sid: Option<&CallSid>) -> web::Json<CallbackReceived> {
    web::Json(CallbackReceived {
        status: "received",
        call_sid: sid.map(ToString::to_string),
    })
}
