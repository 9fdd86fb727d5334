//! `POST /phone/call`

use actix_web::{HttpRequest, HttpResponse, web};

use super::order::{PhoneCallRequest, PhoneCallView};
use super::phone_error;
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::idempotency::IdempotencyKeyHeader;
use crate::placing::PlacingRequest;
use crate::request::RequestId;
use crate::state::ApiState;

/// Places a call that plays a TwiML document of somebody else.
///
/// Stores it, asks Twilio to dial, and answers with what Twilio answered. It is neither redialled
/// nor recorded. A request that is answered with 4xx or 5xx never rings afterwards.
#[utoipa::path(
    post,
    path = "/phone/call",
    tag = "Phone",
    params(IdempotencyKeyHeader),
    request_body = PhoneCallRequest,
    responses(
        (status = 200, description = "Twilio has the call.", body = PhoneCallView,
            headers(
                ("location" = String, description = "Where the call is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 202, description = "Twilio's answer was lost; it is being looked up.",
            body = PhoneCallView,
            headers(
                ("location" = String, description = "Where the call is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 400, description = "Fields are wrong, which are listed, such as a twiml_url on \
            a host in a private network; or Twilio refused the number or a parameter: then \
            twilio_code says why, and the call never rings."),
        (status = 409, description = "The Idempotency-Key belongs to a request with another body, \
            or to one that is still running."),
        (status = 429, description = "Twilio takes no more requests at the moment."),
        (status = 500, description = "Twilio is not configured, and what is missing is named; or \
            something unforeseen happened."),
    )
)]
pub(crate) async fn place_phone_call(
    caller: Caller,
    request_id: RequestId,
    request: HttpRequest,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.0;
    let placing =
        PlacingRequest::new::<PhoneCallRequest>(caller, request_id, &request, &state, &mut fields);
    let private_hosts = state.application().defaults().private_hosts;
    let order = PhoneCallRequest::read(&mut fields, private_hosts);
    placing
        .answer(fields.finish(order)?)
        .await
        .map_err(|error| phone_error(&state, error))
}
