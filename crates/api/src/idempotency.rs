//! The `Idempotency-Key` header.

use actix_web::http::header::HeaderMap;
use utoipa::IntoParams;

use crate::fields::Fields;

/// The header, for the description of the API.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only its description is used")]
pub(crate) struct IdempotencyKeyHeader {
    /// A text of your own: the same key with the same body within 24 hours answers again and dials nothing.
    #[param(
        rename = "Idempotency-Key",
        pattern = "^[!-~]{1,255}$",
        nullable = false
    )]
    idempotency_key: Option<String>,
}

/// Says that an answer was given before.
pub(crate) const REPLAYED_HEADER: &str = "idempotent-replayed";

/// The longest key, in characters.
const MAX_KEY_CHARS: usize = 255;

/// Reads the key of a request; what is wrong with it is noted among the wrong fields.
pub(crate) fn read_key(headers: &HeaderMap, fields: &mut Fields) -> Option<String> {
    let mut values = headers.get_all("idempotency-key");
    let value = values.next()?;
    let key = value.to_str().unwrap_or_default();
    let fits = values.next().is_none()
        && (1..=MAX_KEY_CHARS).contains(&key.len())
        && key.bytes().all(|byte| byte.is_ascii_graphic());
    if fits {
        Some(key.to_owned())
    } else {
        fields.refuse(
            "/headers/idempotency-key",
            format!("must be 1 to {MAX_KEY_CHARS} visible ASCII characters, given once"),
        );
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};
    use serde_json::Map;

    fn read(keys: &[&str]) -> Result<Option<String>, ()> {
        let mut headers = HeaderMap::new();
        for key in keys {
            let name = HeaderName::from_static("idempotency-key");
            headers.append(name, HeaderValue::from_bytes(key.as_bytes()).unwrap());
        }
        let mut fields = Fields::of_object(Map::new());
        let key = read_key(&headers, &mut fields);
        fields.finish(|| Some(key)).map_err(drop)
    }

    #[test]
    fn a_key_is_visible_ascii_given_once() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["a-1"]), Ok(Some("a-1".to_owned())));
        let longest = "k".repeat(255);
        assert_eq!(read(&[&longest]), Ok(Some(longest.clone())));
        let too_long = "k".repeat(256);
        for keys in [
            vec![""],
            vec!["a b"],
            vec!["é"],
            vec![&too_long],
            vec!["a", "a"],
        ] {
            assert_eq!(read(&keys), Err(()), "{keys:?}");
        }
    }
}
