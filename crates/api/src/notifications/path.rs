//! Which notification a path names. What cannot be the id of one names none.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use atlas_domain::CallId;
use utoipa::IntoParams;

use crate::error::ApiError;

/// The notification in the path.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct NotificationPath {
    /// The notification's id.
    #[param(value_type = String, format = Uuid, example = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")]
    pub(super) notification_id: CallId,
}

impl FromRequest for NotificationPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let named = request.match_info().get("notification_id");
        let named = named.unwrap_or_default();
        ready(match named.parse() {
            Ok(notification_id) => Ok(Self { notification_id }),
            Err(_) => Err(ApiError::NoSuchNotification {
                named: named.to_owned(),
            }),
        })
    }
}
