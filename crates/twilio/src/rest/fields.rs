//! Reading the JSON of a resource without being pedantic.
//!
//! The 2010 API writes numbers as strings, dates in RFC 2822, and null where something is not known yet;
//! what is odd beyond that counts as absent.

use std::str::FromStr;

use serde_json::{Map, Value};
use time::OffsetDateTime;

use super::{AnswerInfo, Received};
use crate::private_text::PrivateText;
use crate::timestamp::parse_timestamp;

/// JSON that is not the resource it should be.
#[derive(Debug, thiserror::Error)]
pub enum MalformedResource {
    /// No JSON.
    #[error("the body is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// JSON, but no object.
    #[error("the body is not a JSON object")]
    NotAnObject,
    /// A field is missing, or not what it must be, without which the resource means nothing.
    #[error("field `{field}` is missing or malformed")]
    Field {
        /// The field.
        field: &'static str,
    },
}

/// A resource that can be read from JSON.
pub(super) trait Resource: Sized {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource>;
}

/// Reads one resource from a body.
pub(super) fn parse_resource<R: Resource>(
    body: &[u8],
    answer: &AnswerInfo,
) -> Result<R, MalformedResource> {
    R::from_fields(&Fields {
        json: &parse_object(body)?,
        answer,
    })
}

/// Reads one resource from a body that came without a head.
#[cfg(test)]
pub(super) fn parse_bare<R: Resource>(body: &[u8]) -> Result<R, MalformedResource> {
    parse_resource(body, &AnswerInfo::default())
}

/// Reads an object from a body.
pub(super) fn parse_object(body: &[u8]) -> Result<Map<String, Value>, MalformedResource> {
    match serde_json::from_slice(body).map_err(MalformedResource::NotJson)? {
        Value::Object(fields) => Ok(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(MalformedResource::NotAnObject)
        }
    }
}

/// The fields of an object, and the head of the answer it came with.
pub(super) struct Fields<'json> {
    pub(super) json: &'json Map<String, Value>,
    pub(super) answer: &'json AnswerInfo,
}

impl Fields<'_> {
    /// All of it, for what this library does not know.
    pub(super) fn received(&self) -> Received {
        Received::new(self.json, self.answer)
    }

    /// A text that is not empty; a number is written out.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.json.get(name)? {
            Value::String(text) => (!text.is_empty()).then(|| text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(_) | Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// A text about a person.
    pub(super) fn private(&self, name: &str) -> Option<PrivateText> {
        self.text(name).map(PrivateText::from)
    }

    /// A word of one of Twilio's vocabularies.
    pub(super) fn word<T: for<'word> From<&'word str>>(&self, name: &str) -> Option<T> {
        self.text(name).map(|word| T::from(&word))
    }

    /// Words of one of Twilio's vocabularies; what is no text is left out.
    pub(super) fn words<T: for<'word> From<&'word str>>(&self, name: &str) -> Vec<T> {
        let words = self.json.get(name).and_then(Value::as_array);
        words
            .into_iter()
            .flatten()
            .filter_map(|word| word.as_str().map(T::from))
            .collect()
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        self.json.get(name)?.as_bool()
    }

    /// A number or a SID.
    pub(super) fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.text(name)?.trim().parse().ok()
    }

    /// A number or a SID without which the resource means nothing.
    pub(super) fn required<T: FromStr>(&self, field: &'static str) -> Result<T, MalformedResource> {
        self.parsed(field).ok_or(MalformedResource::Field { field })
    }

    /// A date.
    pub(super) fn timestamp(&self, name: &str) -> Option<OffsetDateTime> {
        self.text(name).and_then(|text| parse_timestamp(&text))
    }
}
