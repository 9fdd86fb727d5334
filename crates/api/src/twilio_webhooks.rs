//! What Twilio asks and reports while a call goes on.

mod documents;
pub(crate) mod recorded;
pub(crate) mod recording;
mod signed_form;
pub(crate) mod status;
pub(crate) mod voice;

pub(crate) use documents::{apology, come_again, hang_up, spoken, xml};
pub(crate) use signed_form::SignedForm;

use std::time::Duration;

use actix_web::web;
use atlas_application::ApplicationError;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::state::ApiState;

/// How often Twilio is asked to come again for a document.
pub(crate) const MAX_TRIES: u32 = 3;
/// How long a document may take: Twilio waits longer, but somebody is listening to silence.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(4);

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

/// What is to be said, or `None` when that cannot be found out in time.
pub(crate) async fn in_time<T: Send + 'static>(
    state: &ApiState,
    finding: impl Future<Output = Result<T, ApplicationError>> + Send + 'static,
) -> Option<T> {
    match timeout(ANSWER_TIMEOUT, state.run_to_end(finding)).await {
        Ok(Ok(found)) => Some(found),
        Ok(Err(error)) => {
            error.log();
            None
        }
        Err(_) => {
            tracing::error!("a document took too long; Twilio is to ask again");
            None
        }
    }
}
