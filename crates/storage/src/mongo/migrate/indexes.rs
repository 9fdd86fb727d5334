//! Indexes: which are there, which are in the way, which are missing.

use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use super::steps::{code_of, run_command};
use crate::mongo::fault::Fault;

/// Error codes of the server
/// (<https://www.mongodb.com/docs/manual/reference/error-codes/>).
const NAMESPACE_NOT_FOUND: i32 = 26;
const INDEX_NOT_FOUND: i32 = 27;

/// The options of an index that make it another one.
const OPTIONS: [&str; 4] = [
    "unique",
    "sparse",
    "partialFilterExpression",
    "expireAfterSeconds",
];

/// An index, as the server lists it and as `createIndexes` takes it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct IndexSpec {
    pub(super) name: String,
    pub(super) keys: Document,
    document: Document,
}

impl IndexSpec {
    pub(super) fn read(document: Document) -> Result<Self, String> {
        let wrong = |error: mongodb::bson::error::Error| error.to_string();
        Ok(Self {
            name: document.get_str("name").map_err(wrong)?.to_owned(),
            keys: document.get_document("key").map_err(wrong)?.clone(),
            document,
        })
    }

    pub(super) fn is_unique(&self) -> bool {
        self.document.get_bool("unique").unwrap_or(false)
    }

    /// Which rows are in it; all of them when it is not partial.
    pub(super) fn partial_filter(&self) -> Document {
        let filter = self.document.get_document("partialFilterExpression");
        filter.cloned().unwrap_or_default()
    }

    fn has_keys(&self, keys: &Document) -> bool {
        self.keys.len() == keys.len()
            && self
                .keys
                .iter()
                .zip(keys)
                .all(|((own, own_direction), (other, direction))| {
                    own == other && same_value(own_direction, direction)
                })
    }

    fn is_same_as(&self, other: &Self) -> bool {
        self.name == other.name
            && self.has_keys(&other.keys)
            && OPTIONS.iter().all(|option| {
                let (own, other) = (self.document.get(option), other.document.get(option));
                match (own, other) {
                    (Some(own), Some(other)) => same_value(own, other),
                    (Some(Bson::Boolean(false)), None)
                    | (None, Some(Bson::Boolean(false)) | None) => true,
                    (Some(_), None) | (None, Some(_)) => false,
                }
            })
    }
}

/// Drops the unique indexes that have one of these keys.
pub(super) async fn drop_unique(
    database: &Database,
    collection: &str,
    keys: &[Document],
) -> Result<(), Fault> {
    for index in list(database, collection).await? {
        if index.is_unique() && keys.iter().any(|keys| index.has_keys(keys)) {
            drop_index(database, collection, &index.name).await?;
        }
    }
    Ok(())
}

/// Drops the indexes with these names.
pub(super) async fn drop_named(
    database: &Database,
    collection: &str,
    names: &[String],
) -> Result<(), Fault> {
    for index in list(database, collection).await? {
        if names.contains(&index.name) {
            drop_index(database, collection, &index.name).await?;
        }
    }
    Ok(())
}

/// Which of `specs` are missing. Indexes with the keys or the name of a missing one are dropped:
/// the server refuses to have both.
pub(super) async fn make_room<'specs>(
    database: &Database,
    collection: &str,
    specs: &'specs [IndexSpec],
) -> Result<Vec<&'specs IndexSpec>, Fault> {
    let present = list(database, collection).await?;
    let mut missing = Vec::new();
    for spec in specs {
        if present.iter().any(|index| index.is_same_as(spec)) {
            continue;
        }
        for index in &present {
            if index.name == spec.name || index.has_keys(&spec.keys) {
                drop_index(database, collection, &index.name).await?;
            }
        }
        missing.push(spec);
    }
    Ok(missing)
}

pub(super) async fn build(
    database: &Database,
    collection: &str,
    specs: &[&IndexSpec],
) -> Result<(), Fault> {
    if specs.is_empty() {
        return Ok(());
    }
    let indexes: Vec<_> = specs.iter().map(|spec| spec.document.clone()).collect();
    run_command(
        database,
        doc! { "createIndexes": collection, "indexes": indexes },
    )
    .await
}

async fn list(database: &Database, collection: &str) -> Result<Vec<IndexSpec>, Fault> {
    let listed = database
        .run_cursor_command(doc! { "listIndexes": collection })
        .await;
    let mut cursor = match listed {
        Ok(cursor) => cursor,
        Err(error) if code_of(&error) == Some(NAMESPACE_NOT_FOUND) => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut indexes = Vec::new();
    while cursor.advance().await? {
        let document: Document = cursor.deserialize_current()?;
        // What has no name or keys is none that could be in the way.
        indexes.extend(IndexSpec::read(document));
    }
    Ok(indexes)
}

async fn drop_index(database: &Database, collection: &str, name: &str) -> Result<(), Fault> {
    let dropped = run_command(database, doc! { "dropIndexes": collection, "index": name }).await;
    match dropped {
        // Another server was faster.
        Err(Fault::Driver(error)) if code_of(&error) == Some(INDEX_NOT_FOUND) => Ok(()),
        done => done,
    }
}

/// Whether two values are the same to the server: a shell writes 1 as a double.
fn same_value(left: &Bson, right: &Bson) -> bool {
    match (number(left), number(right)) {
        (Some(left), Some(right)) => left == right,
        (None, None) => left == right,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "nothing else is a direction or a number of seconds"
)]
fn number(value: &Bson) -> Option<i64> {
    match value {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "an index's directions and seconds are small whole numbers"
        )]
        Bson::Double(number) => Some(*number as i64),
        _ => None,
    }
}
