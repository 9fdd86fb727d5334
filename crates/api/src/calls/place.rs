//! `POST /calls/outbound`

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, web};
use atlas_application::storage::{IdempotencyKey, RecordedResponse};
use atlas_application::{Application, IdempotentRequest, IdempotentStart};
use atlas_domain::{CallId, TenantId};

use super::order::OutboundCallRequest;
use super::placed::PlacedCallView;
use crate::BaseUrl;
use crate::auth::Caller;
use crate::body::JsonBody;
use crate::error::ApiError;
use crate::idempotency::{self, REPLAYED_HEADER};
use crate::problem::PROBLEM_JSON;
use crate::request::RequestId;
use crate::state::ApiState;

/// The route, as part of what an idempotency key belongs to.
const ROUTE: &str = "POST /calls/outbound";
/// How long after its beginning a request may still wait for its key to be stored, and how long it
/// waits for that at least. A store that is away is waited for once, and that is enough.
const ANSWER_WITHIN: Duration = Duration::from_millis(2900);
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// Places a call.
///
/// Stores it, asks Twilio to dial, and answers with what Twilio answered. A request that is
/// answered with 4xx or 5xx never rings afterwards.
#[utoipa::path(
    post,
    path = "/calls/outbound",
    tag = "Calls",
    params(
        ("Idempotency-Key" = Option<String>, Header, pattern = "^[!-~]{1,255}$", nullable = false,
            description = "A text of your own: the same key with the same body within 24 hours \
                answers again and dials nothing."),
    ),
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
    let key = idempotency::read_key(request.headers(), &mut fields);
    let order = OutboundCallRequest::read(&mut fields, state.application().defaults());
    let order = fields.finish(order)?;
    let key = key.map(|key| IdempotencyKey {
        api_key_name: caller.key_name,
        route: ROUTE.to_owned(),
        key,
    });
    let desk = Desk {
        state: state.get_ref().clone(),
        begun: Instant::now(),
        application: state.application().clone(),
        base_url: state.settings().base_url.clone(),
        tenant: caller.tenant,
        request_id,
    };
    let (answer, replayed) = state
        .run_to_end(async move { desk.answer(order, key).await })
        .await?;
    Ok(response(answer, replayed))
}

/// Answers one request, independently of the connection it came by.
struct Desk {
    state: ApiState,
    begun: Instant,
    application: Application,
    base_url: BaseUrl,
    tenant: TenantId,
    request_id: RequestId,
}

impl Desk {
    /// The answer, and whether it was given before.
    async fn answer(
        self,
        order: OutboundCallRequest,
        key: Option<IdempotencyKey>,
    ) -> Result<(RecordedResponse, bool), ApiError> {
        let Some(key) = key else {
            let call_id = self.application.new_call_id();
            return Ok((self.place(order, call_id).await?, false));
        };
        let request = IdempotentRequest {
            key,
            digest: order.digest(),
        };
        let begun = self
            .application
            .begin_idempotent(&self.tenant, &request)
            .await?;
        match begun {
            IdempotentStart::Proceed { call_id, resumed } => {
                let answer = self.place(order, call_id).await;
                let (kept, answer) = match answer {
                    Ok(answer) => (Some(answer.clone()), Ok(answer)),
                    Err(error) => match self.refusal(&error)? {
                        Some(refusal) => (Some(refusal.clone()), Ok(refusal)),
                        None => (None, Err(error)),
                    },
                };
                // What an earlier request may have dialled is not forgotten before it is known.
                let settled = kept.is_some() || answer.as_ref().is_err_and(ApiError::names_a_call);
                if settled || !resumed {
                    self.finish(request.key, call_id, kept).await;
                }
                Ok((answer?, false))
            }
            IdempotentStart::Replay(answer) => Ok((answer, true)),
            IdempotentStart::InProgress => Err(ApiError::IdempotencyInProgress),
            IdempotentStart::Reused => Err(ApiError::IdempotencyKeyReused),
        }
    }

    /// Keeps the answer under its key, or forgets the key; the client is not made to wait long.
    async fn finish(&self, key: IdempotencyKey, call_id: CallId, kept: Option<RecordedResponse>) {
        let (application, tenant) = (self.application.clone(), self.tenant.clone());
        let limit = ANSWER_WITHIN.saturating_sub(self.begun.elapsed());
        let finishing = async move {
            application
                .finish_idempotent(&tenant, &key, call_id, kept.as_ref())
                .await;
        };
        self.state
            .wait_for(limit.max(SHORTEST_WAIT), finishing)
            .await;
    }

    async fn place(
        &self,
        order: OutboundCallRequest,
        call_id: CallId,
    ) -> Result<RecordedResponse, ApiError> {
        let answer = self
            .application
            .place_call(&self.tenant, order.into_call(call_id))
            .await?;
        Ok(RecordedResponse {
            http_status: PlacedCallView::status(&answer).as_u16(),
            location: Some(PlacedCallView::location(&self.base_url, &answer)),
            content_type: "application/json".to_owned(),
            body: json_bytes(&PlacedCallView::from(&answer))?,
        })
    }

    /// The problem document of a final refusal, to be kept; `None` for what may go better next
    /// time.
    fn refusal(&self, error: &ApiError) -> Result<Option<RecordedResponse>, ApiError> {
        let problem = error.problem();
        if problem.status() != StatusCode::BAD_REQUEST {
            return Ok(None);
        }
        error.log();
        let document = problem.document(self.request_id.as_str(), self.application.now());
        Ok(Some(RecordedResponse {
            http_status: problem.status().as_u16(),
            location: None,
            content_type: PROBLEM_JSON.to_owned(),
            body: json_bytes(&document)?,
        }))
    }
}

fn json_bytes(value: &impl serde::Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(value).map_err(|error| ApiError::Unwritable(error.into()))
}

fn response(answer: RecordedResponse, replayed: bool) -> HttpResponse {
    let status = StatusCode::from_u16(answer.http_status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    response.content_type(answer.content_type);
    if let Some(location) = answer.location {
        response.insert_header((LOCATION, location));
    }
    if replayed {
        response.insert_header((REPLAYED_HEADER, "true"));
    }
    response.body(answer.body)
}
