//! Reading what a client sent, with the name of the field that is wrong.

use actix_web::HttpRequest;
use serde::de::DeserializeOwned;

use super::problem::Problem;

/// Reads a JSON body.
pub(super) fn body<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let detail = error.inner().to_string();
        let place = pointer(error.path()).unwrap_or_else(|| pointer_in_words(&detail));
        Problem::field(place, detail)
    })?;
    json.end()
        .map_err(|error| Problem::field("", error.to_string()))?;
    Ok(value)
}

/// Reads the query.
pub(super) fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    let pairs = form_urlencoded::parse(request.query_string().as_bytes());
    let pairs = serde_urlencoded::Deserializer::new(pairs);
    serde_path_to_error::deserialize(pairs).map_err(|error| {
        let detail = error.inner().to_string();
        let place = pointer(error.path()).unwrap_or_else(|| pointer_in_words(&detail));
        Problem::parameter(place.trim_start_matches('/'), detail)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> Option<String> {
    let mut pointer = String::new();
    for segment in path.iter() {
        match segment {
            serde_path_to_error::Segment::Map { key }
            | serde_path_to_error::Segment::Enum { variant: key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            serde_path_to_error::Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            serde_path_to_error::Segment::Unknown => return None,
        }
    }
    (!pointer.is_empty()).then_some(pointer)
}

/// A value told apart by its `kind` is read in two steps, and only the words say which field it is.
fn pointer_in_words(detail: &str) -> String {
    let quoted = detail.split('`').nth(1).unwrap_or_default();
    if detail.starts_with("unknown variant") {
        "/kind".to_owned()
    } else if detail.starts_with("missing field") || detail.starts_with("unknown field") {
        format!("/{quoted}")
    } else {
        String::new()
    }
}
