//! Reading a document, field by field, into types that cannot be wrong.

use std::fmt;
use std::str::FromStr;

use atlas_domain::{ObjectId, Stored, Timestamp};
use mongodb::bson::{Bson, DateTime, Document};

use crate::StorageError;

/// The fields of one document, of those that this Atlas wrote.
///
/// A field that is missing and one that is null are the same. What cannot be read is reported with
/// its collection and field, and without its content.
#[derive(Clone, Copy)]
pub(super) struct Fields<'document> {
    document: &'document Document,
    what: &'static str,
}

impl<'document> Fields<'document> {
    /// The fields of a document of the kind `what`, such as `calls` or `calls.dials`.
    pub(super) fn of(document: &'document Document, what: &'static str) -> Self {
        Self { document, what }
    }

    /// The value of a field, unless it is missing or null, or the row's `_id` stands in for it.
    pub(super) fn value(&self, name: &str) -> Option<&'document Bson> {
        // Only an ObjectId stands in: any other `_id` may equal a field by chance.
        let id = self.document.get("_id");
        let id = id.filter(|id| name != "_id" && matches!(id, Bson::ObjectId(_)));
        self.document
            .get(name)
            .filter(|value| !matches!(value, Bson::Null) && id != Some(value))
    }

    pub(super) fn optional_text(&self, name: &str) -> Result<Option<&'document str>, StorageError> {
        self.value(name)
            .map(|value| {
                value
                    .as_str()
                    .ok_or_else(|| self.corrupt(name, "not a text"))
            })
            .transpose()
    }

    pub(super) fn text(&self, name: &str) -> Result<&'document str, StorageError> {
        self.required(name, self.optional_text(name)?)
    }

    /// A text with a syntax of its own.
    pub(super) fn parsed<T>(&self, name: &str) -> Result<T, StorageError>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        self.required(name, self.optional_parsed(name)?)
    }

    pub(super) fn optional_parsed<T>(&self, name: &str) -> Result<Option<T>, StorageError>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        self.optional_text(name)?
            .map(|text| text.parse().map_err(|error| self.corrupt(name, error)))
            .transpose()
    }

    /// A text that may be of an older version.
    pub(super) fn stored<T: FromStr>(&self, name: &str) -> Result<Stored<T>, StorageError> {
        let text = self.optional_text(name)?.map(str::to_owned);
        Ok(Stored::read(text))
    }

    /// One of a few words.
    pub(super) fn word<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, StorageError> {
        self.required(name, self.optional_word(name, read)?)
    }

    pub(super) fn optional_word<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StorageError> {
        self.optional_text(name)?
            .map(|word| read(word).ok_or_else(|| self.corrupt(name, "unknown word")))
            .transpose()
    }

    /// A whole number in the range of `T`, of either of BSON's integer types.
    pub(super) fn number<T: TryFrom<i64>>(&self, name: &str) -> Result<T, StorageError> {
        self.required(name, self.optional_number(name)?)
    }

    pub(super) fn optional_number<T: TryFrom<i64>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, StorageError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let number = value
            .as_i64()
            .or_else(|| value.as_i32().map(i64::from))
            .or_else(|| value.as_f64().and_then(whole))
            .ok_or_else(|| self.corrupt(name, "not a whole number"))?;
        T::try_from(number)
            .map(Some)
            .map_err(|_| self.corrupt(name, "out of range"))
    }

    pub(super) fn boolean(&self, name: &str) -> Result<bool, StorageError> {
        let value = self.required(name, self.value(name))?;
        value
            .as_bool()
            .ok_or_else(|| self.corrupt(name, "not true or false"))
    }

    pub(super) fn timestamp(&self, name: &str) -> Result<Timestamp, StorageError> {
        self.required(name, self.optional_timestamp(name)?)
    }

    pub(super) fn optional_timestamp(&self, name: &str) -> Result<Option<Timestamp>, StorageError> {
        let Some(value) = self.value(name) else {
            return Ok(None);
        };
        let at = value
            .as_datetime()
            .ok_or_else(|| self.corrupt(name, "not a date"))?;
        Timestamp::from_unix_millis(at.timestamp_millis())
            .map(Some)
            .map_err(|error| self.corrupt(name, error))
    }

    pub(super) fn object_id(&self, name: &str) -> Result<ObjectId, StorageError> {
        let value = self.required(name, self.value(name))?;
        value
            .as_object_id()
            .map(|id| ObjectId::from_bytes(id.bytes()))
            .ok_or_else(|| self.corrupt(name, "not an ObjectId"))
    }

    /// A document inside this one, of the kind `what`.
    pub(super) fn optional_document(
        &self,
        name: &str,
        what: &'static str,
    ) -> Result<Option<Fields<'document>>, StorageError> {
        self.value(name)
            .map(|value| {
                value
                    .as_document()
                    .map(|document| Fields::of(document, what))
                    .ok_or_else(|| self.corrupt(name, "not a document"))
            })
            .transpose()
    }

    /// The documents of an array, of the kind `what`.
    pub(super) fn documents(
        &self,
        name: &str,
        what: &'static str,
    ) -> Result<Vec<Fields<'document>>, StorageError> {
        let value = self.required(name, self.value(name))?;
        let array = value
            .as_array()
            .ok_or_else(|| self.corrupt(name, "not an array"))?;
        array
            .iter()
            .map(|entry| {
                entry
                    .as_document()
                    .map(|document| Fields::of(document, what))
                    .ok_or_else(|| self.corrupt(name, "an entry is no document"))
            })
            .collect()
    }

    pub(super) fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, StorageError> {
        value.ok_or_else(|| self.corrupt(name, "missing"))
    }

    /// The error for the field `name`.
    pub(super) fn corrupt(&self, name: &str, why: impl fmt::Display) -> StorageError {
        StorageError::Corrupt {
            what: self.what,
            detail: format!("field {name}: {why}"),
        }
    }
}

/// A time as it is stored.
pub(super) fn stored_time(at: Timestamp) -> Bson {
    Bson::DateTime(DateTime::from_millis(at.unix_millis()))
}

/// A count as it is stored; what is beyond the range of BSON's numbers stays at the end of it.
pub(super) fn stored_count(count: u64) -> Bson {
    Bson::Int64(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Sets a field, or leaves it out when there is nothing to say.
pub(super) fn set_optional(document: &mut Document, name: &str, value: Option<impl Into<Bson>>) {
    if let Some(value) = value {
        document.insert(name, value);
    }
}

/// A whole number that another program stored as a double.
fn whole(number: f64) -> Option<i64> {
    /// Beyond it not every whole number has a double of its own.
    const LAST_EXACT: f64 = 9_007_199_254_740_992.0;
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and in range"
    )]
    let exact = |number: f64| number as i64;
    (number.fract() == 0.0 && number.abs() <= LAST_EXACT).then(|| exact(number))
}
