//! Which web pages may call.

use std::fmt;
use std::str::FromStr;

use actix_cors::Cors;
use actix_web::http::header::HeaderValue;

use crate::loopback::is_loopback_origin;

/// Which web pages may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CorsPolicy {
    /// None.
    None,
    /// Those of this machine, on any port: for development.
    AnyLoopback,
    /// Those of these origins.
    Origins(Vec<Origin>),
}

impl CorsPolicy {
    /// Reads a list of origins, separated by commas.
    ///
    /// # Errors
    /// [`InvalidOrigin`] for the first entry that is none.
    ///
    /// ```
    /// use atlas_api::CorsPolicy;
    ///
    /// assert!(CorsPolicy::parse_list("https://app.example.com, http://localhost:3000").is_ok());
    /// assert!(CorsPolicy::parse_list("*").is_err());
    /// ```
    pub fn parse_list(text: &str) -> Result<Self, InvalidOrigin> {
        let entries = text.split(',').map(str::trim);
        let origins: Vec<Origin> = entries
            .filter(|entry| !entry.is_empty())
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(if origins.is_empty() {
            Self::None
        } else {
            Self::Origins(origins)
        })
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        match self {
            Self::None => false,
            Self::AnyLoopback => is_loopback_origin(origin),
            Self::Origins(origins) => origins.iter().any(|allowed| allowed.0 == origin),
        }
    }
}

/// The origin of web pages: scheme, host and port (RFC 6454, section 7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

/// A text that is no origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be origins such as https://app.example.com, separated by commas")]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, InvalidOrigin> {
        // An origin is a base URL without a path, and browsers send it in lower case.
        let base_url = crate::BaseUrl::parse(text).map_err(|_| InvalidOrigin)?;
        if base_url.path_prefix().is_empty() && base_url.as_str() == text {
            let origin = text.to_ascii_lowercase();
            // Browsers leave out the port that the scheme implies.
            let default_port = match origin.split_once(':') {
                Some(("https", _)) => ":443",
                Some(_) | None => ":80",
            };
            let origin = origin.strip_suffix(default_port).unwrap_or(&origin);
            Ok(Self(origin.to_owned()))
        } else {
            Err(InvalidOrigin)
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The middleware that lets those pages call.
pub(crate) fn cors(policy: CorsPolicy) -> Cors {
    Cors::default()
        .allowed_origin_fn(move |origin, _| policy.allows(origin))
        .allowed_methods(["GET", "HEAD", "POST", "PATCH", "DELETE"])
        .allowed_headers([
            "authorization",
            "content-type",
            "idempotency-key",
            "range",
            "x-api-key",
            "x-request-id",
        ])
        .expose_headers([
            "accept-ranges",
            "content-range",
            "idempotent-replayed",
            "location",
            "retry-after",
            "x-request-id",
        ])
        .max_age(3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_or_loopback_origins_are_allowed() {
        let listed = CorsPolicy::parse_list("https://App.example.com,http://h:1").unwrap();
        let allows = |policy: &CorsPolicy, origin| policy.allows(&HeaderValue::from_static(origin));
        assert!(allows(&listed, "https://app.example.com"));
        assert!(allows(&listed, "http://h:1"));
        assert!(!allows(&listed, "https://app.example.com.evil.example"));
        assert!(!allows(&listed, "http://localhost"));
        assert!(allows(&CorsPolicy::AnyLoopback, "http://localhost:5173"));
        assert!(!allows(&CorsPolicy::AnyLoopback, "https://app.example.com"));
        assert!(!allows(&CorsPolicy::None, "http://localhost"));
        assert_eq!(CorsPolicy::parse_list(" , "), Ok(CorsPolicy::None));
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in [
            "*",
            "null",
            "app.example.com",
            "https://h/",
            "https://h/p",
            "https://h,x",
        ] {
            assert_eq!(CorsPolicy::parse_list(text), Err(InvalidOrigin), "{text}");
        }
    }
}
