//! What a path names: a user, a call, a recording. What cannot be the name of one names none.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use atlas_application::CallReference;
use atlas_domain::{CallSid, RecordingId, UserId};
use utoipa::IntoParams;

use crate::error::ApiError;

/// The user in the path.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct UserPath {
    /// The user's id: 24 hexadecimal digits.
    #[param(value_type = String, example = "695736a5f1c2d3e4a5b6c7d8")]
    pub(crate) user_id: UserId,
}

/// The call in the path.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CallPath {
    /// The call's id, or any of its SIDs.
    #[param(value_type = String, example = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11")]
    pub(crate) call: CallReference,
}

/// The call of Twilio's in the path.
#[derive(Debug, Clone, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct CallSidPath {
    /// The call's SID.
    #[param(value_type = String, example = "CA0123456789abcdef0123456789abcdef")]
    pub(crate) call_sid: CallSid,
}

/// The recording in the path.
#[derive(Debug, Clone, Copy, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct RecordingPath {
    /// The recording's id: 24 hexadecimal digits.
    #[param(value_type = String, example = "695736a5f1c2d3e4a5b6c7d8")]
    pub(crate) id: RecordingId,
}

impl FromRequest for UserPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let user_id = named(request, "user_id").parse();
        ready(match user_id {
            Ok(user_id) => Ok(Self { user_id }),
            Err(_) => Err(ApiError::NoSuchUser),
        })
    }
}

impl FromRequest for CallPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let named = named(request, "call");
        ready(match named.parse() {
            Ok(call) => Ok(Self { call }),
            Err(_) => Err(ApiError::NoSuchCall {
                named: named.to_owned(),
            }),
        })
    }
}

impl FromRequest for CallSidPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let named = named(request, "call_sid");
        ready(match named.parse() {
            Ok(call_sid) => Ok(Self { call_sid }),
            Err(_) => Err(ApiError::NoSuchCall {
                named: named.to_owned(),
            }),
        })
    }
}

impl FromRequest for RecordingPath {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(match named(request, "id").parse() {
            Ok(id) => Ok(Self { id }),
            Err(_) => Err(ApiError::NoSuchRecording),
        })
    }
}

fn named<'request>(request: &'request HttpRequest, name: &str) -> &'request str {
    request.match_info().get(name).unwrap_or_default()
}
