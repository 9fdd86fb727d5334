//! Reading bodies.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt as _;
use serde_json::Value;
use tokio::time::timeout;

use crate::error::ApiError;
use crate::fields::{FieldError, Fields};

/// The largest body, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 128 * 1024;

/// The fields of a JSON body.
pub(crate) struct JsonBody(pub(crate) Fields);

impl FromRequest for JsonBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = media_type(request);
        let declared_bytes = declared_length(request);
        let payload = payload.take();
        Box::pin(async move {
            let wrong_type = ApiError::WrongContentType {
                expected: "application/json",
            };
            if media_type
                .as_deref()
                .is_some_and(|given| given != "application/json")
            {
                return Err(wrong_type);
            }
            let body = read_body(payload, declared_bytes).await?;
            if media_type.is_none() && !body.is_empty() {
                return Err(wrong_type);
            }
            match serde_json::from_slice(&body).map_err(ApiError::MalformedJson)? {
                Value::Object(values) => Ok(Self(Fields::of_object(values))),
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_) => Err(ApiError::Invalid(vec![FieldError {
                    pointer: String::new(),
                    detail: "must be a JSON object".to_owned(),
                }])),
            }
        })
    }
}

/// The media type a request says its body has, without parameters, in lower case.
pub(crate) fn media_type(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(CONTENT_TYPE)?;
    let text = String::from_utf8_lossy(header.as_bytes());
    let media_type = text.split(';').next().unwrap_or_default();
    Some(media_type.trim().to_ascii_lowercase())
}

/// The length of the body in bytes, where the request says it.
pub(crate) fn declared_length(request: &HttpRequest) -> Option<usize> {
    let header = request.headers().get(CONTENT_LENGTH)?;
    header.to_str().ok()?.parse().ok()
}

/// How long a body may take to arrive: a sender that stalls holds memory and a connection.
const BODY_TIMEOUT: Duration = Duration::from_secs(15);

/// Reads a body of at most [`MAX_BODY_BYTES`].
pub(crate) async fn read_body(
    mut payload: Payload,
    declared_bytes: Option<usize>,
) -> Result<Bytes, ApiError> {
    if declared_bytes.is_some_and(|bytes| bytes > MAX_BODY_BYTES) {
        return Err(ApiError::BodyTooLarge);
    }
    let reading = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|error: PayloadError| ApiError::UnreadableBody(error))?;
            if body.len() + chunk.len() > MAX_BODY_BYTES {
                return Err(ApiError::BodyTooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    timeout(BODY_TIMEOUT, reading)
        .await
        .map_err(|_| ApiError::BodyTooSlow)?
}
