//! What happens around every request: its id, its span, and problem documents for what failed.

use std::future::{Ready, ready};
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue, TRANSFER_ENCODING,
};
use actix_web::middleware::Next;
use actix_web::{Error, FromRequest, HttpMessage as _, HttpRequest, HttpResponse, web};
use tracing::Instrument as _;

use crate::error::ApiError;
use crate::problem::PROBLEM_JSON;
use crate::state::ApiState;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, by which a client and an operator can talk about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestId(String);

impl RequestId {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The client's own id, where it sent a sane one: 1 to 128 letters, digits, dots, dashes or
    /// underscores.
    fn sent_by_client(request: &ServiceRequest) -> Option<Self> {
        let id = request.headers().get(REQUEST_ID)?.to_str().ok()?;
        let sane = (1..=128).contains(&id.len())
            && id
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
        sane.then(|| Self(id.to_owned()))
    }
}

impl FromRequest for RequestId {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let id = request.extensions().get::<Self>().cloned();
        ready(id.ok_or(ApiError::NotConfigured))
    }
}

/// Gives the request an id, runs it in a span of its own, writes a problem document for whatever
/// failed below, and logs that the request is finished.
pub(crate) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started_at = Instant::now();
    let state = request
        .app_data::<web::Data<ApiState>>()
        .cloned()
        .ok_or(ApiError::NotConfigured)?;
    let id = RequestId::sent_by_client(&request)
        .unwrap_or_else(|| RequestId(state.application().new_request_id().to_string()));
    request.extensions_mut().insert(id.clone());
    let span = span_of(&request, &id);
    let answered = next.call(request).instrument(span.clone()).await?;
    let (request, response) = answered.into_parts();
    let mut response = span.in_scope(|| with_problem(&state, &id, response.map_into_boxed_body()));
    if let Ok(value) = HeaderValue::from_str(id.as_str()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    span.record("status", response.status().as_u16());
    let latency_ms = u64::try_from(started_at.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.record("latency_ms", latency_ms);
    span.in_scope(|| tracing::info!("request finished"));
    Ok(ServiceResponse::new(request, response))
}

/// The route's pattern and not the path is shown: a path or query may hold what no log should.
fn span_of(request: &ServiceRequest, id: &RequestId) -> tracing::Span {
    let route = request.match_pattern();
    tracing::info_span!(
        "request",
        request.id = id.as_str(),
        method = request.method().as_str(),
        route = route.as_deref().unwrap_or("unknown"),
        api_key = tracing::field::Empty,
        status = tracing::field::Empty,
        latency_ms = tracing::field::Empty,
    )
}

/// Puts a problem document into an answer that is a failure and has none. Its headers stay, those
/// of CORS among them.
fn with_problem(state: &ApiState, id: &RequestId, response: HttpResponse) -> HttpResponse {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let content_type = response.headers().get(CONTENT_TYPE);
    if !failed || content_type.is_some_and(|value| value.as_bytes() == PROBLEM_JSON.as_bytes()) {
        return response;
    }
    let now = state.application().now();
    let ours = response
        .error()
        .and_then(|error| error.as_error::<ApiError>());
    let mut problem = match ours {
        Some(error) => {
            error.log();
            error.problem().response(id.as_str(), now)
        }
        None => {
            let error = ApiError::Framework(status);
            error.log();
            error.problem().response(id.as_str(), now)
        }
    };
    for (name, value) in response.headers() {
        let of_the_body = [CONTENT_TYPE, CONTENT_LENGTH, TRANSFER_ENCODING].contains(name);
        if !of_the_body && !problem.headers().contains_key(name) {
            problem.headers_mut().append(name.clone(), value.clone());
        }
    }
    problem
}
