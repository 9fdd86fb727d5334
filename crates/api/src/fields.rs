//! Reading the fields of a body or query, one by one, and collecting everything that is wrong.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::ApiError;

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Where it is, as a JSON pointer (RFC 6901); a header is below `/headers`.
    #[schema(example = "/call_quality")]
    pub(crate) pointer: String,
    /// What it must be.
    #[schema(example = "must be an integer from 1 to 5")]
    pub(crate) detail: String,
}

/// The fields of a body or query, while they are being read. Unknown ones are ignored; `null` is
/// the same as absent.
pub(crate) struct Fields {
    values: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The fields of a JSON object.
    pub(crate) const fn of_object(values: Map<String, Value>) -> Self {
        Self {
            values,
            errors: Vec::new(),
        }
    }

    /// The fields of a query: all of them texts, each given once.
    pub(crate) fn of_query(query: &str) -> Self {
        let pairs = actix_web::web::Query::<Vec<(String, String)>>::from_query(query)
            .map(actix_web::web::Query::into_inner)
            .unwrap_or_default();
        let mut fields = Self::of_object(Map::new());
        let mut repeated = Vec::new();
        for (name, value) in pairs {
            if fields.values.contains_key(&name) {
                repeated.push(name);
            } else {
                fields.values.insert(name, Value::String(value));
            }
        }
        // A name that no handler asks for is ignored, however often it comes.
        for name in repeated {
            fields.values.insert(name, Value::Array(Vec::new()));
        }
        fields
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Reads a field that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        let read = read(self.value(name)?);
        match read {
            Ok(value) => Some(value),
            Err(detail) => {
                self.refuse(format!("/{name}"), detail);
                None
            }
        }
    }

    /// Reads a field that must be there; `None` only when something is wrong with it.
    pub(crate) fn required<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&Value) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(name) {
            self.refuse(format!("/{name}"), "is required");
        }
        self.optional(name, read)
    }

    /// Notes that something is wrong.
    pub(crate) fn refuse(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.errors.push(FieldError {
            pointer: pointer.into(),
            detail: detail.into(),
        });
    }

    /// Puts the parts together, unless something is wrong with any of them. `build` answers
    /// `None` only when a required part is missing, which was noted when it was read.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] with everything that is wrong.
    pub(crate) fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, ApiError> {
        if self.errors.is_empty() {
            build().ok_or_else(|| ApiError::Invalid(Vec::new()))
        } else {
            Err(ApiError::Invalid(self.errors))
        }
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
    }
}

/// Reads a text into a type that knows what is allowed.
pub(crate) fn text<T: FromStr<Err: Display>>(value: &Value) -> Result<T, String> {
    value
        .as_str()
        .ok_or_else(|| "must be a string, given once".to_owned())?
        .parse()
        .map_err(|error: T::Err| error.to_string())
}

/// Reads a phone number from a query, where a `+` that was not escaped arrives as a blank.
pub(crate) fn query_phone_number(value: &Value) -> Result<atlas_domain::PhoneNumber, String> {
    match value.as_str().and_then(|text| text.strip_prefix(' ')) {
        Some(digits) => text(&Value::String(format!("+{digits}"))),
        None => text(value),
    }
}

/// Reads an integer into a type that knows what is allowed.
pub(crate) fn integer<T, E: Display>(
    make: impl FnOnce(i64) -> Result<T, E>,
) -> impl FnOnce(&Value) -> Result<T, String> {
    |value| make_integer(value.as_i64().or_else(|| whole_number(value)), make)
}

/// A number such as `4.0` is an integer in JSON Schema, which the OpenAPI document is written in
/// (draft 2020-12, validation, section 6.1.1).
fn whole_number(value: &Value) -> Option<i64> {
    /// Up to here every integer is a number of its own in IEEE 754.
    const EXACT: f64 = 9_007_199_254_740_991.0;
    let number = value
        .as_f64()
        .filter(|number| number.fract() == 0.0 && number.abs() <= EXACT)?;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole, and within the exact range"
    )]
    let whole = number as i64;
    Some(whole)
}

/// Reads an integer from a query.
pub(crate) fn query_integer<T, E: Display>(
    make: impl FnOnce(i64) -> Result<T, E>,
) -> impl FnOnce(&Value) -> Result<T, String> {
    |value| {
        let digits = value
            .as_str()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        make_integer(digits.and_then(|text| text.parse().ok()), make)
    }
}

/// Reads `true` or `false`.
pub(crate) fn boolean(value: &Value) -> Result<bool, String> {
    value
        .as_bool()
        .ok_or_else(|| "must be true or false".to_owned())
}

/// Reads `true` or `false` from a query.
pub(crate) fn query_boolean(value: &Value) -> Result<bool, String> {
    match value.as_str() {
        Some("true") => Ok(true),
        Some("false") => Ok(false),
        Some(_) | None => Err("must be true or false".to_owned()),
    }
}

/// No range holds the smallest integer, so that what is no integer at all is refused in the same
/// words as one that is out of range.
fn make_integer<T, E: Display>(
    integer: Option<i64>,
    make: impl FnOnce(i64) -> Result<T, E>,
) -> Result<T, String> {
    make(integer.unwrap_or(i64::MIN)).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use atlas_domain::{PageSize, PhoneNumber, Score, UserName};
    use serde_json::json;

    fn object(value: Value) -> Fields {
        Fields::of_object(value.as_object().unwrap().clone())
    }

    fn errors<T>(fields: Fields) -> Vec<(String, String)> {
        match fields.finish(|| None::<T>) {
            Err(ApiError::Invalid(errors)) => errors
                .into_iter()
                .map(|error| (error.pointer, error.detail))
                .collect(),
            Ok(_) | Err(_) => panic!("must be refused"),
        }
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let mut fields = object(json!({"name": "", "score": "4", "flag": 1, "other": []}));
        assert!(fields.required("name", text::<UserName>).is_none());
        assert!(fields.required("score", integer(Score::new)).is_none());
        assert!(fields.optional("flag", boolean).is_none());
        assert!(fields.required("phone", text::<PhoneNumber>).is_none());
        let told = errors::<()>(fields);
        assert_eq!(
            told,
            [
                ("/name", "must have 1 to 100 characters"),
                ("/score", "must be an integer from 1 to 5"),
                ("/flag", "must be true or false"),
                ("/phone", "is required"),
            ]
            .map(|(pointer, detail)| (pointer.to_owned(), detail.to_owned()))
        );
    }

    #[test]
    fn types_are_strict_and_null_is_absent() {
        for (value, score) in [
            (json!(4), Some(4)),
            (json!(4.0), Some(4)),
            (json!(4.5), None),
            (json!(1e300), None),
            (json!(true), None),
            (json!("4"), None),
            (json!(u64::MAX), None),
        ] {
            let mut fields = object(json!({ "score": value }));
            let read = fields.optional("score", integer(Score::new));
            assert_eq!(read.map(Score::get), score, "{value}");
        }
        let mut fields = object(json!({"name": null}));
        assert!(!fields.has("name"));
        assert_eq!(fields.optional("name", text::<UserName>), None);
        assert!(fields.finish(|| Some(())).is_ok());
    }

    #[test]
    fn a_query_holds_texts_given_once() {
        let mut fields = Fields::of_query("page_size=20&to=+15550100042&held=true&x=1&x=2");
        let size = fields.optional("page_size", query_integer(PageSize::new));
        assert_eq!(size.map(PageSize::get), Some(20));
        assert_eq!(
            fields.optional("to", query_phone_number),
            Some("+15550100042".parse().unwrap())
        );
        assert_eq!(fields.optional("held", query_boolean), Some(true));
        assert!(
            fields.finish(|| Some(())).is_ok(),
            "unknown ones are ignored"
        );
        for query in [
            "page_size=",
            "page_size=+1",
            "page_size=1&page_size=1",
            "page_size=1.0",
        ] {
            let mut fields = Fields::of_query(query);
            fields.optional("page_size", query_integer(PageSize::new));
            assert_eq!(errors::<()>(fields).len(), 1, "{query}");
        }
    }
}
