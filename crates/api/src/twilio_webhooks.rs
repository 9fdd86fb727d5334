//! What Twilio asks and reports while a call goes on.

mod documents;
pub(crate) mod recorded;
pub(crate) mod recording;
mod signed_form;
pub(crate) mod status;
pub(crate) mod voice;

pub(crate) use signed_form::SignedForm;

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

/// That a callback was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallbackTaken {
    /// Always `ok`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// The answer to a callback, whatever it said.
const fn taken() -> web::Json<CallbackTaken> {
    web::Json(CallbackTaken { status: "ok" })
}
