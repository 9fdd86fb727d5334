//! The 2010 API's XML, which it speaks when a path does not end in `.json`.
//!
//! Source: Twilio, "Twilio's Response". It is made from the JSON answer: names in Pascal case, a list's
//! paging as attributes.

use serde_json::{Map, Value};

/// Writes an answer as XML; `collection` is the path segment that names the resource, such as `Calls`.
pub(super) fn write(body: &Value, collection: &str) -> String {
    let mut text = "<?xml version='1.0' encoding='UTF-8'?>\n<TwilioResponse>".to_owned();
    if let Value::Object(body) = body {
        let list = body.iter().find_map(|(key, value)| match value {
            Value::Array(rows) => Some((key, rows)),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => None,
        });
        match list {
            Some((key, rows)) => write_list(&mut text, body, key, rows, collection),
            None if body.contains_key("message") && body.contains_key("status") => {
                write_object(&mut text, "RestException", body);
            }
            None => write_object(&mut text, &singular(collection), body),
        }
    }
    text.push_str("</TwilioResponse>");
    text
}

fn write_list(
    text: &mut String,
    body: &Map<String, Value>,
    key: &str,
    rows: &[Value],
    collection: &str,
) {
    let name = pascal_case(key);
    text.push('<');
    text.push_str(&name);
    for (attribute, value) in body.iter().filter(|(other, _)| *other != key) {
        text.push(' ');
        text.push_str(&attribute.replace('_', ""));
        text.push_str("=\"");
        push_scalar(text, value);
        text.push('"');
    }
    text.push('>');
    for row in rows {
        write_value(text, &singular(collection), row);
    }
    close(text, &name);
}

fn write_object(text: &mut String, name: &str, body: &Map<String, Value>) {
    text.push_str(&format!("<{name}>"));
    for (key, value) in body {
        write_value(text, &pascal_case(key), value);
    }
    close(text, name);
}

fn write_value(text: &mut String, name: &str, value: &Value) {
    match value {
        Value::Object(map) => write_object(text, name, map),
        Value::Null => text.push_str(&format!("<{name}/>")),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            text.push_str(&format!("<{name}>"));
            push_scalar(text, value);
            close(text, name);
        }
    }
}

fn close(text: &mut String, name: &str) {
    text.push_str(&format!("</{name}>"));
}

fn push_scalar(text: &mut String, value: &Value) {
    let plain = match value {
        Value::Null => String::new(),
        Value::String(plain) => plain.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    for letter in plain.chars() {
        match letter {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\t' | '\n' | '\r' => text.push_str(&format!("&#{};", u32::from(letter))),
            // Other control characters cannot stand in XML 1.0.
            letter if u32::from(letter) < 0x20 => text.push('\u{fffd}'),
            letter => text.push(letter),
        }
    }
}

fn pascal_case(key: &str) -> String {
    let words = key.split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

/// One of a collection: `Calls` are each a `Call`.
fn singular(collection: &str) -> String {
    collection
        .strip_suffix('s')
        .unwrap_or(collection)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_lists_and_errors_are_written_in_pascal_case() {
        let cases = [
            (
                json!({"sid": "CA1", "date_created": null, "subresource_uris": {"events": "/e"}}),
                "<Call><DateCreated/><Sid>CA1</Sid><SubresourceUris><Events>/e</Events></SubresourceUris></Call>",
            ),
            (
                json!({"calls": [{"to": "a<b"}], "page_size": 50, "uri": "/x?a=1&b=2"}),
                "<Calls pagesize=\"50\" uri=\"/x?a=1&amp;b=2\"><Call><To>a&lt;b</To></Call></Calls>",
            ),
            (
                json!({"code": 20404, "message": "gone", "more_info": "m", "status": 404}),
                "<RestException><Code>20404</Code><Message>gone</Message><MoreInfo>m</MoreInfo><Status>404</Status></RestException>",
            ),
        ];
        for (body, expected) in cases {
            let text = write(&body, "Calls");
            assert!(roxmltree::Document::parse(&text).is_ok(), "{text}");
            assert!(text.contains(expected), "{text}");
        }
    }

    #[test]
    fn no_text_breaks_the_document() {
        let text = write(&json!({"body": "a\u{1}\u{0}\r\n\"]]>&"}), "Messages");
        let document = roxmltree::Document::parse(&text).unwrap();
        let body = document
            .descendants()
            .find(|node| node.has_tag_name("Body"))
            .unwrap();
        assert_eq!(body.text(), Some("a\u{fffd}\u{fffd}\r\n\"]]>&"));
    }
}
