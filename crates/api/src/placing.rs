//! Requests that dial: answered once under their idempotency key, and never stopped between two
//! steps.

use std::time::{Duration, Instant};

use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse};
use atlas_application::storage::{IdempotencyKey, RecordedResponse, RequestDigest};
use atlas_application::{Application, DialAnswer, IdempotentRequest, IdempotentStart};
use atlas_domain::{CallId, TenantId};
use serde::Serialize;

use crate::BaseUrl;
use crate::auth::Caller;
use crate::error::ApiError;
use crate::fields::Fields;
use crate::idempotency::{self, REPLAYED_HEADER};
use crate::problem::PROBLEM_JSON;
use crate::request::RequestId;
use crate::state::ApiState;

/// How long after its beginning a request may still wait for its key to be stored, and how long it
/// waits for that at least. A store that is away is waited for once, and that is enough.
const ANSWER_WITHIN: Duration = Duration::from_millis(2900);
const SHORTEST_WAIT: Duration = Duration::from_millis(200);

/// What a request wants to be dialled.
pub(crate) trait Order: Send + Sized + 'static {
    /// The route, as part of what an idempotency key belongs to.
    const ROUTE: &'static str;
    /// The path below which the API shows what was dialled, by its `call_id`.
    const COLLECTION: &'static str;

    /// The status of the answer when Twilio has the dial.
    const PLACED: StatusCode = StatusCode::CREATED;

    /// By which two requests are compared: the same for every way of writing the same request.
    fn digest(&self) -> RequestDigest;

    /// Dials, under this id.
    fn place(
        self,
        application: &Application,
        tenant: &TenantId,
        call_id: CallId,
    ) -> impl Future<Output = Result<DialAnswer, ApiError>> + Send;

    /// The body of the answer.
    fn view(answer: &DialAnswer) -> impl Serialize;
}

/// `placed` when Twilio has the dial, 202 while that is being looked up.
pub(crate) const fn status_of(answer: &DialAnswer, placed: StatusCode) -> StatusCode {
    match answer {
        DialAnswer::Accepted { .. } => placed,
        DialAnswer::Pending { .. } => StatusCode::ACCEPTED,
    }
}

/// Where what was dialled is found: in this collection, by its `call_id`.
pub(crate) fn location_of(base_url: &BaseUrl, collection: &str, answer: &DialAnswer) -> String {
    let prefix = base_url.path_prefix();
    format!("{prefix}{collection}/{}", answer.call().call_id)
}

/// A request that dials, as its handler took it.
pub(crate) struct PlacingRequest {
    key: Option<IdempotencyKey>,
    desk: Desk,
}

impl PlacingRequest {
    /// Takes a request for an [`Order`]; what is wrong with its idempotency key is noted among the
    /// wrong fields.
    pub(crate) fn new<O: Order>(
        caller: Caller,
        request_id: RequestId,
        request: &HttpRequest,
        state: &ApiState,
        fields: &mut Fields,
    ) -> Self {
        let key = idempotency::read_key(request.headers(), fields);
        Self {
            key: key.map(|key| IdempotencyKey {
                api_key_name: caller.key_name,
                route: O::ROUTE.to_owned(),
                key,
            }),
            desk: Desk {
                state: state.clone(),
                begun: Instant::now(),
                application: state.application().clone(),
                base_url: state.settings().base_url.clone(),
                tenant: caller.tenant,
                request_id,
            },
        }
    }

    /// Dials, or answers as it answered before; independently of the connection it came by.
    pub(crate) async fn answer<O: Order>(self, order: O) -> Result<HttpResponse, ApiError> {
        let Self { key, desk } = self;
        let state = desk.state.clone();
        let (answer, replayed) = state
            .run_to_end(async move { desk.answer(order, key).await })
            .await?;
        Ok(response(answer, replayed))
    }
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
    async fn answer<O: Order>(
        self,
        order: O,
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

    async fn place<O: Order>(
        &self,
        order: O,
        call_id: CallId,
    ) -> Result<RecordedResponse, ApiError> {
        let answer = order
            .place(&self.application, &self.tenant, call_id)
            .await?;
        Ok(RecordedResponse {
            http_status: status_of(&answer, O::PLACED).as_u16(),
            location: Some(location_of(&self.base_url, O::COLLECTION, &answer)),
            content_type: "application/json".to_owned(),
            body: json_bytes(&O::view(&answer))?,
        })
    }

    /// The problem document of a final refusal, to be kept; `None` for what may go better next
    /// time.
    fn refusal(&self, error: &ApiError) -> Result<Option<RecordedResponse>, ApiError> {
        if !error.is_final_refusal() {
            return Ok(None);
        }
        error.log();
        let problem = error.problem();
        let document = problem.document(self.request_id.as_str(), self.application.now());
        Ok(Some(RecordedResponse {
            http_status: problem.status().as_u16(),
            location: None,
            content_type: PROBLEM_JSON.to_owned(),
            body: json_bytes(&document)?,
        }))
    }
}

fn json_bytes(value: &impl Serialize) -> Result<Vec<u8>, ApiError> {
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
