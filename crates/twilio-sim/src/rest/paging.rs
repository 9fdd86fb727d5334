//! Lists in pages. Source: Twilio, "Twilio's Response", paging.

use serde_json::{Value, json};

use super::reply::Reply;
use super::{Asked, param};
use crate::world::Params;

const DEFAULT_PAGE_SIZE: usize = 50;
const PAGE_SIZE_AT_MOST: usize = 1000;

/// Cuts one page out of a list (newest first) and wraps it.
pub(super) fn page(path: &str, key: &str, items: Vec<(String, Value)>, asked: &Asked) -> Reply {
    let entries = items.into_iter().map(|(sid, row)| (sid, Some(|| row)));
    page_of(path, key, entries.collect(), asked)
}

/// Cuts one page out of a list (newest first), leaving out entries without a row, and wraps it.
///
/// A page token is `PA` and the SID that the page before ended with, or `PB` and the SID that the page
/// after began with, so that pages do not shift when newer items arrive. For that, what the filters leave
/// out stays in the list as an entry without a row. Clients must take the token as opaque.
pub(super) fn page_of<F>(
    path: &str,
    key: &str,
    entries: Vec<(String, Option<F>)>,
    asked: &Asked,
) -> Reply
where
    F: FnOnce() -> Value,
{
    let request = match PageRequest::read(&asked.params) {
        Ok(request) => request,
        Err(reply) => return reply,
    };
    let position = |sid: &str| entries.iter().position(|(other, _)| other == sid);
    let range = match &request.token {
        Token::First => Some((0, true)),
        Token::After(sid) => position(sid).map(|at| (at + 1, true)),
        Token::Before(sid) => position(sid).map(|at| (at, false)),
    };
    let Some((border, forward)) = range else {
        return invalid("PageToken");
    };
    let fitting: Vec<usize> = (0..entries.len())
        .filter(|index| matches!(entries.get(*index), Some((_, Some(_)))))
        .collect();
    // How many fitting entries lie before the border.
    let before = fitting.partition_point(|index| *index < border);
    let (first, last) = if forward {
        (before, (before + request.size).min(fitting.len()))
    } else {
        (before.saturating_sub(request.size), before)
    };
    let shown = fitting.get(first..last).unwrap_or_default().to_vec();
    let sid_at = |index: Option<&usize>| {
        index
            .and_then(|index| entries.get(*index))
            .map(|(sid, _)| sid.clone())
    };
    let next = sid_at(shown.last()).filter(|_| last < fitting.len());
    let previous = sid_at(shown.first()).filter(|_| first > 0 && request.number > 0);

    let uri =
        |number: usize, token: Option<String>| request.uri(path, &asked.params, number, token);
    let start = request.number * request.size;
    let mut body = json!({
        "page": request.number,
        "page_size": request.size,
        "start": start,
        "end": (start + shown.len()).saturating_sub(1),
        "uri": uri(request.number, param(&asked.params, "PageToken").map(ToOwned::to_owned)),
        "first_page_uri": uri(0, None),
        "next_page_uri": next.map(|sid| uri(request.number + 1, Some(format!("PA{sid}")))),
        "previous_page_uri": previous.map(|sid| uri(request.number - 1, Some(format!("PB{sid}")))),
    });
    let rows: Vec<Value> = entries
        .into_iter()
        .enumerate()
        .filter(|(index, _)| shown.binary_search(index).is_ok())
        .filter_map(|(_, (_, row))| row.map(|row| row()))
        .collect();
    if let Some(body) = body.as_object_mut() {
        body.insert(key.to_owned(), Value::Array(rows));
    }
    Reply::json(200, body)
}

/// Where a page lies.
enum Token {
    First,
    After(String),
    Before(String),
}

struct PageRequest {
    size: usize,
    number: usize,
    token: Token,
}

impl PageRequest {
    fn read(params: &Params) -> Result<Self, Reply> {
        let size = match param(params, "PageSize").map(str::parse::<usize>) {
            None => DEFAULT_PAGE_SIZE,
            Some(Ok(size)) if size > 0 => size.min(PAGE_SIZE_AT_MOST),
            Some(_) => return Err(invalid("PageSize")),
        };
        let number = match param(params, "Page").map(str::parse::<u32>) {
            None => 0,
            Some(Ok(number)) => usize::try_from(number).unwrap_or_default(),
            Some(Err(_)) => return Err(invalid("Page")),
        };
        let token = match param(params, "PageToken").map(|token| token.split_at_checked(2)) {
            None => Token::First,
            Some(Some(("PA", sid))) => Token::After(sid.to_owned()),
            Some(Some(("PB", sid))) => Token::Before(sid.to_owned()),
            Some(_) => return Err(invalid("PageToken")),
        };
        Ok(Self {
            size,
            number,
            token,
        })
    }

    fn uri(&self, path: &str, params: &Params, number: usize, token: Option<String>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in params {
            if !matches!(name.as_str(), "PageSize" | "Page" | "PageToken") {
                query.append_pair(name, value);
            }
        }
        query
            .append_pair("PageSize", &self.size.to_string())
            .append_pair("Page", &number.to_string());
        if let Some(token) = token {
            query.append_pair("PageToken", &token);
        }
        format!("{path}?{}", query.finish())
    }
}

fn invalid(name: &str) -> Reply {
    Reply::error(400, 20001, &format!("{name} is invalid"))
}
