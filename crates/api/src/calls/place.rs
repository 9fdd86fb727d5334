//! `POST /calls/outbound`

use actix_web::{HttpRequest, HttpResponse, web};
use atlas_application::storage::RequestDigest;
use atlas_application::{Application, DialAnswer};
use atlas_domain::{CallId, TenantId};
use serde::Serialize;

use super::order::OutboundCallRequest;
use super::placed::PlacedCallView;
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::idempotency::IdempotencyKeyHeader;
use crate::placing::{Order, PlacingRequest};
use crate::request::RequestId;
use crate::state::ApiState;

/// Places a call.
///
/// Stores it, asks Twilio to dial, and answers with what Twilio answered. A request that is
/// answered with 4xx or 5xx never rings afterwards.
#[utoipa::path(
    post,
    path = "/calls/outbound",
    tag = "Calls",
    params(IdempotencyKeyHeader),
    request_body = OutboundCallRequest,
    responses(
        (status = 201, description = "Twilio has the call.", body = PlacedCallView,
            headers(
                ("location" = String, description = "Where the call is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 202, description = "Twilio's answer was lost; it is being looked up.",
            body = PlacedCallView,
            headers(
                ("location" = String, description = "Where the call is found."),
                ("idempotent-replayed" = bool, description = "There when this answer was given before."),
            )),
        (status = 400, description = "Fields are wrong, which are listed; or Twilio refused the \
            number or a parameter: then twilio_code says why, and the call never rings."),
        (status = 404, description = "There is no user with this user_id."),
        (status = 409, description = "The Idempotency-Key belongs to a request with another body, \
            or to one that is still running."),
        (status = 429, description = "Twilio takes no more requests at the moment."),
    )
)]
pub(crate) async fn place_call(
    caller: Caller,
    request_id: RequestId,
    request: HttpRequest,
    state: web::Data<ApiState>,
    body: JsonBody,
) -> Result<HttpResponse, ApiError> {
    let mut fields = body.0;
    let placing = PlacingRequest::new::<OutboundCallRequest>(
        caller,
        request_id,
        &request,
        &state,
        &mut fields,
    );
    let order = OutboundCallRequest::read(&mut fields, state.application().defaults());
    placing.answer(fields.finish(order)?).await
}

impl Order for OutboundCallRequest {
    const ROUTE: &'static str = "POST /calls/outbound";
    const COLLECTION: &'static str = "/calls";

    fn digest(&self) -> RequestDigest {
        self.compared_by()
    }

    async fn place(
        self,
        application: &Application,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<DialAnswer, ApiError> {
        let call = self.into_call(call_id);
        Ok(application.place_call(tenant, call).await?)
    }

    fn view(answer: &DialAnswer) -> impl Serialize {
        PlacedCallView::from(answer)
    }
}
