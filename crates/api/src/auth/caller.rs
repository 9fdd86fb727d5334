//! Who makes a request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use actix_web::{FromRequest, HttpRequest};
use atlas_domain::TenantId;

use super::{ApiAuth, keys};
use crate::error::ApiError;
use crate::loopback::{is_loopback_origin, names_loopback};
use crate::state::ApiState;

/// The header that carries a key beside `Authorization`.
const API_KEY_HEADER: &str = "x-api-key";

/// Who makes a request that needs a key: the first argument of every handler of such a route, so
/// that none of them can be reached without.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Whose data the caller sees.
    pub(crate) tenant: TenantId,
    /// The name of the key; empty when the API is open.
    pub(crate) key_name: String,
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        ready(ApiState::of(request).and_then(|state| identify(&state.settings().auth, request)))
    }
}

fn identify(auth: &ApiAuth, request: &HttpRequest) -> Result<Caller, ApiError> {
    let key_name = match auth {
        ApiAuth::Keys(keys) => {
            let secret = presented_key(request.headers()).ok_or(ApiError::Unauthorized)?;
            let key = keys::find(keys, secret).ok_or(ApiError::Unauthorized)?;
            tracing::Span::current().record("api_key", key.name());
            key.name().to_owned()
        }
        ApiAuth::Open => String::new(),
        ApiAuth::OpenOnLoopback => {
            if !comes_from_loopback(request) {
                return Err(ApiError::LoopbackOnly);
            }
            String::new()
        }
    };
    Ok(Caller {
        tenant: TenantId::default(),
        key_name,
    })
}

/// The key in `Authorization: Bearer`, else the one in `X-API-Key`.
fn presented_key(headers: &HeaderMap) -> Option<&[u8]> {
    let bearer = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.as_bytes().split_at_checked("Bearer ".len()))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "))
        .map(|(_, key)| key.trim_ascii());
    bearer.or_else(|| headers.get(API_KEY_HEADER).map(|value| value.as_bytes()))
}

/// Neither the host asked for nor the page that asks may be elsewhere. HTTP/2 has the host in the
/// URI.
fn comes_from_loopback(request: &HttpRequest) -> bool {
    let header = |name| request.headers().get(name);
    let host = match header(HOST) {
        Some(host) => host.to_str().ok(),
        None => request
            .uri()
            .authority()
            .map(|authority| authority.as_str()),
    };
    let origin_fits =
        header(ORIGIN).is_none_or(|origin| origin.to_str().is_ok_and(is_loopback_origin));
    host.is_some_and(names_loopback) && origin_fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ApiKey;
    use actix_web::test::TestRequest;
    use sha2::{Digest as _, Sha256};

    fn identified(auth: &ApiAuth, headers: &[(&str, &str)]) -> Result<String, &'static str> {
        let mut request = TestRequest::default();
        for header in headers {
            request = request.append_header(*header);
        }
        match identify(auth, &request.to_http_request()) {
            Ok(caller) => Ok(caller.key_name),
            Err(ApiError::Unauthorized) => Err("unauthorized"),
            Err(ApiError::LoopbackOnly) => Err("loopback only"),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_key_is_taken_from_either_header() {
        let key = ApiKey::new("crm", Sha256::digest("s3cret").into()).unwrap();
        let auth = ApiAuth::Keys(vec![key]);
        let cases: [(&[(&str, &str)], bool); 9] = [
            (&[("authorization", "Bearer s3cret")], true),
            (&[("authorization", "bearer  s3cret")], true),
            (&[("x-api-key", "s3cret")], true),
            (
                &[("authorization", "Basic x"), ("x-api-key", "s3cret")],
                true,
            ),
            (
                &[("authorization", "Bearer x"), ("x-api-key", "s3cret")],
                false,
            ),
            (&[("authorization", "s3cret")], false),
            (&[("authorization", "Bearer")], false),
            (&[("x-api-key", "")], false),
            (&[], false),
        ];
        for (headers, accepted) in cases {
            let expected = if accepted {
                Ok("crm".to_owned())
            } else {
                Err("unauthorized")
            };
            assert_eq!(identified(&auth, headers), expected, "{headers:?}");
        }
    }

    #[test]
    fn on_loopback_neither_a_foreign_host_nor_a_foreign_page_may_call() {
        let cases: [(&[(&str, &str)], bool); 8] = [
            (&[("host", "localhost:8000")], true),
            (&[("host", "127.0.0.1")], true),
            (
                &[("host", "[::1]:8000"), ("origin", "http://localhost:5173")],
                true,
            ),
            (&[("host", "abc.tunnel.example")], false),
            (
                &[
                    ("host", "localhost:8000"),
                    ("origin", "https://evil.example"),
                ],
                false,
            ),
            (&[("host", "localhost:8000"), ("origin", "null")], false),
            (&[("host", "localhost.evil.example")], false),
            (&[], false),
        ];
        for (headers, accepted) in cases {
            let expected = if accepted {
                Ok(String::new())
            } else {
                Err("loopback only")
            };
            assert_eq!(
                identified(&ApiAuth::OpenOnLoopback, headers),
                expected,
                "{headers:?}"
            );
        }
    }

    #[test]
    fn an_open_api_asks_nothing() {
        assert_eq!(
            identified(&ApiAuth::Open, &[("host", "x.example")]),
            Ok(String::new())
        );
    }
}
