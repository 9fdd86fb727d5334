//! Lists come in pages (<https://www.twilio.com/docs/usage/twilios-response#pagination>).

use serde_json::Value;

use super::fields::{Fields, MalformedResource, Resource, parse_object};

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
pub struct Page<R> {
    /// What is on it, newest first.
    pub items: Vec<R>,
    /// Twilio's path of the next page, to be followed as it is; none on the last page.
    pub next_page_uri: Option<String>,
}

pub(super) fn parse_page<R: ListedResource>(body: &[u8]) -> Result<Page<R>, MalformedResource> {
    let fields = parse_object(body)?;
    let Some(Value::Array(entries)) = fields.get(R::ARRAY) else {
        return Err(MalformedResource::Field { field: R::ARRAY });
    };
    let items = entries
        .iter()
        .map(|entry| {
            entry
                .as_object()
                .ok_or(MalformedResource::NotAnObject)
                .and_then(|entry| R::from_fields(&Fields(entry)))
        })
        .collect::<Result<_, _>>()?;
    Ok(Page {
        items,
        next_page_uri: Fields(&fields).text("next_page_uri"),
    })
}

#[cfg(test)]
mod tests {
    use super::super::Call;
    use super::*;

    #[test]
    fn the_last_page_has_no_next_one() {
        let page: Page<Call> = parse_page(
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
            assert!(parse_page::<Call>(body.as_bytes()).is_err(), "{body}");
        }
    }
}
