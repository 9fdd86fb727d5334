//! Why a database cannot be brought up to date.

use std::fmt;

use crate::StorageError;
use crate::mongo::fault::Fault;

/// Why [`MongoStore::migrate`](crate::mongo::MongoStore::migrate) stopped. What was done before
/// stays; running it again goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    /// A file that has been applied is not the one that this program contains.
    #[error(
        "the migration {name} was changed after it had been applied; run the Atlas that applied \
         it, or one with the same file"
    )]
    Changed {
        /// The file, such as `0001_collections`.
        name: String,
    },
    /// A newer Atlas has migrated the database.
    #[error("the migration {name} was applied by a newer Atlas; run that one")]
    Newer {
        /// The file.
        name: String,
    },
    /// Rows that are there already violate unique indexes.
    #[error("the migration {name} cannot build its unique indexes: {violations}")]
    Violations {
        /// The file.
        name: String,
        /// The indexes and the rows.
        violations: Violations,
    },
    /// Others changed old rows at every try to take them over.
    #[error(
        "the migration {name} could not take over {rows} rows of {collection}, which others keep \
         changing, such as {first}; stop the older service, then migrate again"
    )]
    Overtaken {
        /// The file.
        name: String,
        /// The collection.
        collection: String,
        /// How many rows are left.
        rows: usize,
        /// The `_id` of one of them.
        first: String,
    },
    /// A file of this program cannot be read.
    #[error("the migration {name} cannot be read: {detail}")]
    Malformed {
        /// The file.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A step could not be done.
    #[error("the migration {name} failed at {step}")]
    Step {
        /// The file.
        name: String,
        /// What was to be done, such as `createIndexes of calls`.
        step: String,
        /// Why.
        #[source]
        source: StorageError,
    },
    /// Another server took over, because this one could not say in time that it was still working.
    #[error("another server took over the migration; run it again")]
    TakenOver,
    /// The record of what has been applied cannot be read or written.
    #[error("the record of applied migrations cannot be used")]
    Record(#[source] StorageError),
}

impl MigrationError {
    pub(super) fn record(cause: impl Into<Fault>) -> Self {
        Self::Record(cause.into().into())
    }
}

/// The unique indexes that rows violate. Shown as one sentence for the operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations(pub Vec<Violation>);

/// The rows that violate one unique index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The index.
    pub index: String,
    /// The collection.
    pub collection: String,
    /// The fields that no two rows may share, in the order of the index.
    pub fields: Vec<String>,
    /// How many values are shared by several rows.
    pub shared_values: u64,
    /// How many rows share them.
    pub rows: u64,
    /// The `_id`s of rows that share one value, for the first of these values; neither all values
    /// nor all rows when there are many.
    pub groups: Vec<Vec<String>>,
}

impl fmt::Display for Violations {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for violation in &self.0 {
            write!(formatter, "{violation}; ")?;
        }
        formatter.write_str(
            "in each group keep the field in one row, and change it in the others, remove it from \
             them or delete them; then migrate again (until then, serve --no-migrate)",
        )
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{} rows of {} share {} with another, which {} forbids ({} different values), by _id: ",
            self.rows,
            self.collection,
            self.fields.join(" and "),
            self.index,
            self.shared_values,
        )?;
        for (index, ids) in self.groups.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}({})", ids.join(" "))?;
        }
        let shown: usize = self.groups.iter().map(Vec::len).sum();
        if u64::try_from(shown).is_ok_and(|shown| shown < self.rows) {
            formatter.write_str(" and more")?;
        }
        Ok(())
    }
}
