//! Lists come in pages (<https://www.twilio.com/docs/usage/twilios-response#pagination>).

use std::collections::HashSet;

use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;

use super::client::Client;
use super::fields::{Fields, MalformedResource, Resource, parse_object};
use super::request::Request;
use super::{AnswerInfo, ParameterError, ReadError};

/// A resource that Twilio lists.
#[expect(
    private_bounds,
    reason = "only this crate's resources are read from Twilio's lists"
)]
pub trait ListedResource: Resource {
    /// The name of the array in the body of a list.
    const ARRAY: &'static str;
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page<R> {
    /// What is on it, newest first.
    pub items: Vec<R>,
    /// Twilio's path of the next page, to be followed as it is; none on the last page.
    pub next_page_uri: Option<String>,
    /// What the head of the answer told.
    pub answer: AnswerInfo,
}

pub(super) fn parse_page<R: ListedResource>(
    body: &[u8],
    answer: &AnswerInfo,
) -> Result<Page<R>, MalformedResource> {
    let fields = parse_object(body)?;
    let Some(Value::Array(entries)) = fields.get(R::ARRAY) else {
        return Err(MalformedResource::Field { field: R::ARRAY });
    };
    let items = entries
        .iter()
        .map(|entry| {
            let json = entry.as_object().ok_or(MalformedResource::NotAnObject)?;
            R::from_fields(&Fields { json, answer })
        })
        .collect::<Result<_, _>>()?;
    let json = &fields;
    Ok(Page {
        items,
        next_page_uri: Fields { json, answer }.text("next_page_uri"),
        answer: answer.clone(),
    })
}

/// All of a list, page by page as they are wanted; it ends after its first error.
pub(super) fn all_pages<R: ListedResource + Send + Sync + 'static>(
    client: &Client,
    first: Result<Request, ParameterError>,
) -> impl Stream<Item = Result<R, ReadError>> + Send + use<R> {
    let start = Position {
        client: client.clone(),
        seen: HashSet::new(),
        next: Next::First(first),
    };
    stream::try_unfold(start, |position: Position<R>| async move {
        let Some((page, rest)) = position.step().await? else {
            return Ok(None);
        };
        Ok::<_, ReadError>(Some((stream::iter(page).map(Ok), rest)))
    })
    .try_flatten()
}

/// Where in a list its reader is.
struct Position<R> {
    client: Client,
    /// The next pages that were named so far; at most as many as the client follows.
    seen: HashSet<String>,
    next: Next<R>,
}

enum Next<R> {
    First(Result<Request, ParameterError>),
    After(Page<R>),
}

impl<R: ListedResource> Position<R> {
    /// Reads another page; none after the last.
    async fn step(mut self) -> Result<Option<(Vec<R>, Self)>, ReadError> {
        let mut page = match self.next {
            Next::First(first) => self.client.page(first?).await?,
            Next::After(page) => match self.client.next_page(&page).await? {
                Some(next) => next,
                None => return Ok(None),
            },
        };
        if let Some(next) = &page.next_page_uri {
            // A page that is followed by itself, or by ever more of them, would be read for ever.
            let most = usize::try_from(self.client.max_list_pages()).unwrap_or(usize::MAX);
            if self.seen.len() + 1 >= most || !self.seen.insert(next.clone()) {
                return Err(ReadError::Unreadable {
                    answer: page.answer,
                    source: "the list has no end".into(),
                });
            }
        }
        let items = std::mem::take(&mut page.items);
        self.next = Next::After(page);
        Ok(Some((items, self)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Call;
    use super::*;

    fn parse(body: &[u8]) -> Result<Page<Call>, MalformedResource> {
        parse_page(body, &AnswerInfo::default())
    }

    #[test]
    fn the_last_page_has_no_next_one() {
        let page = parse(
            br#"{"calls":[{"sid":"CA0123456789abcdef0123456789abcdef"}],"page":0,"next_page_uri":null}"#,
        )
        .unwrap();
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.next_page_uri, None);
    }

    #[test]
    fn a_list_without_its_array_or_with_an_odd_entry_is_none() {
        for body in [
            r#"{"recordings":[]}"#,
            r#"{"calls":{}}"#,
            r#"{"calls":[1]}"#,
            r#"{"calls":[{}]}"#,
        ] {
            assert!(parse(body.as_bytes()).is_err(), "{body}");
        }
    }
}
