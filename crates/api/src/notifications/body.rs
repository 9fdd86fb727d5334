//! Reading bodies under `/notifications`, where everything wrong with them answers 422.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use crate::body::JsonBody;
use crate::error::ApiError;
use crate::fields::Fields;

/// The fields of a JSON body.
pub(crate) struct NotificationBody(pub(super) Fields);

impl FromRequest for NotificationBody {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = JsonBody::from_request(request, payload);
        Box::pin(async move {
            let JsonBody(fields) = body.await.map_err(ApiError::unprocessable)?;
            Ok(Self(fields))
        })
    }
}
