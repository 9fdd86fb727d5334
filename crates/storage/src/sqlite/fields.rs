//! Reading a row, field by field, into types that cannot be wrong.

use std::fmt;
use std::str::FromStr;

use atlas_domain::{Stored, Timestamp};
use rusqlite::Row;
use rusqlite::types::FromSql;

use crate::StorageError;

/// The fields of one row, read in the order in which the statement selects them.
///
/// What cannot be read is reported with its table and column, and without its content.
pub(super) struct Fields<'row> {
    row: &'row Row<'row>,
    table: &'static str,
    next: usize,
}

impl<'row> Fields<'row> {
    pub(super) fn of(row: &'row Row<'row>, table: &'static str) -> Self {
        Self {
            row,
            table,
            next: 0,
        }
    }

    /// The next field, as SQLite has it.
    pub(super) fn plain<T: FromSql>(&mut self) -> Result<T, StorageError> {
        let index = self.next;
        self.next += 1;
        self.row.get(index).map_err(|error| self.corrupt(error))
    }

    /// Passes over the next `count` fields.
    pub(super) fn skip(&mut self, count: usize) {
        self.next += count;
    }

    /// The next field, a number in the range of `T`.
    pub(super) fn number<T: TryFrom<i64>>(&mut self) -> Result<T, StorageError> {
        let number: i64 = self.plain()?;
        T::try_from(number).map_err(|_| self.corrupt("out of range"))
    }

    pub(super) fn optional_number<T: TryFrom<i64>>(&mut self) -> Result<Option<T>, StorageError> {
        let number: Option<i64> = self.plain()?;
        number
            .map(|number| T::try_from(number).map_err(|_| self.corrupt("out of range")))
            .transpose()
    }

    /// The next field, a text with a syntax of its own.
    pub(super) fn parsed<T>(&mut self) -> Result<T, StorageError>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let text: String = self.plain()?;
        text.parse().map_err(|error| self.corrupt(error))
    }

    pub(super) fn optional_parsed<T>(&mut self) -> Result<Option<T>, StorageError>
    where
        T: FromStr,
        T::Err: fmt::Display,
    {
        let text: Option<String> = self.plain()?;
        text.map(|text| text.parse().map_err(|error| self.corrupt(error)))
            .transpose()
    }

    /// The next field, a text that may be of an older version; empty where it is missing.
    pub(super) fn stored<T: FromStr>(&mut self) -> Result<Stored<T>, StorageError> {
        self.plain().map(|text| Stored::read(Some(text)))
    }

    /// The next field, one of a few words.
    pub(super) fn word<T>(&mut self, read: impl Fn(&str) -> Option<T>) -> Result<T, StorageError> {
        let word: String = self.plain()?;
        read(&word).ok_or_else(|| self.corrupt("unknown word"))
    }

    pub(super) fn optional_word<T>(
        &mut self,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, StorageError> {
        let word: Option<String> = self.plain()?;
        word.map(|word| read(&word).ok_or_else(|| self.corrupt("unknown word")))
            .transpose()
    }

    pub(super) fn timestamp(&mut self) -> Result<Timestamp, StorageError> {
        let millis: i64 = self.plain()?;
        Timestamp::from_unix_millis(millis).map_err(|error| self.corrupt(error))
    }

    pub(super) fn optional_timestamp(&mut self) -> Result<Option<Timestamp>, StorageError> {
        let millis: Option<i64> = self.plain()?;
        millis
            .map(|millis| Timestamp::from_unix_millis(millis).map_err(|error| self.corrupt(error)))
            .transpose()
    }

    /// The error for the field that was read last.
    pub(super) fn corrupt(&self, why: impl fmt::Display) -> StorageError {
        let index = self.next.saturating_sub(1);
        let column = self.row.as_ref().column_name(index).unwrap_or("?");
        StorageError::Corrupt {
            what: self.table,
            detail: format!("column {column}: {why}"),
        }
    }
}

/// A count as SQLite keeps numbers; what is beyond its range stays at the end of it.
pub(super) fn stored_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A text as it is stored where the column is never null: empty where it is missing.
pub(super) fn stored_text<T: AsRef<str>>(value: &Stored<T>) -> &str {
    value.text().unwrap_or_default()
}

/// A time as it is stored: milliseconds since 1970.
pub(super) fn stored_time(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::unix_millis)
}
