//! Lists in pages. Source: Twilio, "Twilio's Response", paging.

use serde_json::{Value, json};

use super::reply::Reply;
use super::{Asked, param};

const DEFAULT_PAGE_SIZE: usize = 50;
const PAGE_SIZE_AT_MOST: usize = 1000;

/// Cuts one page out of a list (newest first) and wraps it.
///
/// The page token is `PA` and the SID that the page before ended with, so that pages do not shift when
/// newer items arrive; clients must take it as opaque.
pub(super) fn page(path: &str, key: &str, items: Vec<(String, Value)>, asked: &Asked) -> Reply {
    let params = &asked.params;
    let size = match param(params, "PageSize").map(str::parse::<usize>) {
        None => DEFAULT_PAGE_SIZE,
        Some(Ok(size)) if size > 0 => size.min(PAGE_SIZE_AT_MOST),
        Some(_) => return Reply::error(400, 20001, "PageSize is invalid"),
    };
    let number = param(params, "Page")
        .and_then(|page| page.parse::<usize>().ok())
        .unwrap_or(0);
    let start = match param(params, "PageToken") {
        None => 0,
        Some(token) => {
            let last = token.strip_prefix("PA").unwrap_or_default();
            match items.iter().position(|(sid, _)| sid == last) {
                Some(position) => position + 1,
                None => return Reply::error(400, 20001, "PageToken is invalid"),
            }
        }
    };
    let total = items.len();
    let shown: Vec<(String, Value)> = items.into_iter().skip(start).take(size).collect();
    let end = start + shown.len();
    let uri = |number: usize, token: Option<&str>| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in params {
            if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
                query.append_pair(name, value);
            }
        }
        query
            .append_pair("PageSize", &size.to_string())
            .append_pair("Page", &number.to_string());
        if let Some(token) = token {
            query.append_pair("PageToken", &format!("PA{token}"));
        }
        format!("{path}?{}", query.finish())
    };
    let next = shown
        .last()
        .filter(|_| end < total)
        .map(|(sid, _)| uri(number + 1, Some(sid)));
    let rows: Vec<Value> = shown.into_iter().map(|(_, row)| row).collect();
    let mut body = json!({
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": (number * size + rows.len()).saturating_sub(1),
        "uri": uri(number, None),
        "first_page_uri": uri(0, None),
        "next_page_uri": next,
        "previous_page_uri": null,
    });
    if let Some(body) = body.as_object_mut() {
        body.insert(key.to_owned(), Value::Array(rows));
    }
    Reply::json(200, body)
}
