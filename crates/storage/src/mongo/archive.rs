//! Everything in the database, row by row, for moving house.

mod calls;
mod idempotency;
mod others;
mod recordings;
mod users;

use std::num::NonZeroU32;

use async_trait::async_trait;
use atlas_domain::{TenantId, Timestamp};
use mongodb::bson::{Bson, Document, doc};
use mongodb::error::ErrorKind;
use mongodb::{Collection, Database};

use super::fault::{self, Fault};
use super::fields::{Fields, stored_time};
use super::{MongoStore, listing};
use crate::archive::{Arrival, PositionOf};
use crate::{Archive, DueWork, Exported, Imported, Position, Record, RecordKey, StorageError};

#[async_trait]
impl DueWork for MongoStore {
    async fn leased_until(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError> {
        let calls = self.collection("calls");
        self.bounded(async {
            let leased = calls
                .find_one(leased_after(now))
                .sort(doc! { "lease.expires_at": -1 });
            let Some(document) = leased.await? else {
                return Ok(None);
            };
            let lease = Fields::of(&document, "calls").optional_document("lease", "calls.lease")?;
            match lease {
                Some(lease) => Ok(lease.optional_timestamp("expires_at")?),
                None => Ok(None),
            }
        })
        .await
    }

    async fn count_due(&self) -> Result<u64, StorageError> {
        let calls = self.collection("calls");
        self.bounded(async { Ok(calls.count_documents(due()).await?) })
            .await
    }
}

/// Calls that somebody works on.
pub(super) fn leased_after(now: Timestamp) -> Document {
    let mut filter = due();
    filter.insert("lease.expires_at", doc! { "$gt": stored_time(now) });
    filter
}

/// Calls with work that is due now or later.
pub(super) fn due() -> Document {
    doc! { "due_at": { "$type": "date" } }
}

/// A kind of rows that Mongo keeps, a document each. Documents are walked by their `_id`.
trait Kept: Record {
    /// Where they are kept.
    const COLLECTION: &'static str;

    /// The documents with these keys; it may find others beside them.
    fn having(keys: &[RecordKey<Self::Id>]) -> Document;

    /// A document in today's shape; nothing is written.
    fn adopted(
        database: &Database,
        document: Document,
    ) -> impl Future<Output = Result<Document, Fault>> + Send;

    /// The row of a document in today's shape.
    fn decode(document: Document) -> Result<Self, StorageError>;

    /// The document of a row.
    fn encode(&self) -> Result<Document, StorageError>;

    /// What finds the document as long as nobody has changed it.
    fn as_seen(document: &Document) -> Document;
}

#[async_trait]
impl<R: Kept> Archive<R> for MongoStore {
    async fn count(&self) -> Result<u64, StorageError> {
        let rows = self.collection(R::COLLECTION);
        self.bounded(async { Ok(rows.count_documents(doc! {}).await?) })
            .await
    }

    async fn export(
        &self,
        after: Option<&Position>,
        limit: NonZeroU32,
    ) -> Result<Exported<R>, StorageError> {
        let filter = match after {
            Some(Position(PositionOf::Document(id))) => doc! { "_id": { "$gt": id } },
            #[cfg(feature = "sqlite")]
            Some(Position(PositionOf::Row(_))) => doc! {},
            None => doc! {},
        };
        let rows = self.collection(R::COLLECTION);
        self.bounded(async {
            let found = rows
                .find(filter)
                .sort(doc! { "_id": 1 })
                .limit(i64::from(limit.get()));
            let documents = listing::rows(found.await?).await?;
            let full = u32::try_from(documents.len()) == Ok(limit.get());
            let last = documents.last().and_then(|document| document.get("_id"));
            let next = last
                .filter(|_| full)
                .map(|id| Position(PositionOf::Document(id.clone())));
            let mut records = Vec::with_capacity(documents.len());
            for document in documents {
                let document = R::adopted(&self.inner.database, document).await?;
                records.push(R::decode(document)?);
            }
            Ok(Exported { records, next })
        })
        .await
    }

    async fn look_up(&self, keys: Vec<RecordKey<R::Id>>) -> Result<Vec<R>, StorageError> {
        self.bounded(async {
            let found = look_up::<R>(&self.inner.database, &keys).await?;
            Ok(found.into_iter().map(|known| known.record).collect())
        })
        .await
    }

    async fn import(&self, records: Vec<R>) -> Result<Imported, StorageError> {
        self.bounded(import(&self.inner.database, records)).await
    }
}

/// A row that is there, and its document.
struct Known<R> {
    record: R,
    document: Document,
}

async fn look_up<R: Kept>(
    database: &Database,
    keys: &[RecordKey<R::Id>],
) -> Result<Vec<Known<R>>, Fault> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let rows = database.collection(R::COLLECTION);
    let mut found = Vec::new();
    for document in listing::rows(rows.find(R::having(keys)).await?).await? {
        let adopted = R::adopted(database, document.clone()).await?;
        let record = R::decode(adopted)?;
        if keys.contains(&record.key()) {
            found.push(Known { record, document });
        }
    }
    Ok(found)
}

async fn import<R: Kept>(database: &Database, records: Vec<R>) -> Result<Imported, Fault> {
    let keys: Vec<_> = records.iter().map(Record::key).collect();
    let known = look_up::<R>(database, &keys).await?;
    let rows = database.collection(R::COLLECTION);
    let mut imported = Imported::default();
    let mut new = Vec::new();
    for (record, key) in records.into_iter().zip(&keys) {
        let known = known.iter().find(|known| known.record.key() == *key);
        let arrival = Arrival::of(&record, known.map(|known| &known.record));
        match (arrival, known) {
            (Arrival::Insert, _) => new.push(record),
            (Arrival::Replace, Some(known)) => {
                replace(&rows, &record, &known.document, &mut imported).await?;
            }
            (Arrival::Replace, None) | (Arrival::Unchanged | Arrival::Kept, _) => {
                imported.note(&record, arrival);
            }
        }
    }
    insert(&rows, &new, &mut imported).await?;
    Ok(imported)
}

/// Puts a later state in the place of an earlier one, unless that has changed meanwhile.
async fn replace<R: Kept>(
    rows: &Collection<Document>,
    record: &R,
    seen: &Document,
    imported: &mut Imported,
) -> Result<(), Fault> {
    let replaced = rows
        .replace_one(R::as_seen(seen), record.encode()?)
        .bypass_document_validation(true)
        .await;
    match replaced {
        Ok(replaced) if replaced.matched_count > 0 => imported.note(record, Arrival::Replace),
        Ok(_) => imported.note(record, Arrival::Kept),
        Err(error) => match StorageError::from(Fault::from(error)) {
            refused @ StorageError::Duplicate(_) => imported.refuse(record, refused),
            error @ (StorageError::Unavailable(_) | StorageError::Corrupt { .. }) => {
                return Err(error.into());
            }
        },
    }
    Ok(())
}

/// Writes rows that are not there, past the validators: an older Atlas stored what those refuse.
async fn insert<R: Kept>(
    rows: &Collection<Document>,
    records: &[R],
    imported: &mut Imported,
) -> Result<(), Fault> {
    if records.is_empty() {
        return Ok(());
    }
    let documents: Vec<_> = records.iter().map(R::encode).collect::<Result<_, _>>()?;
    let inserted = rows
        .insert_many(documents)
        .ordered(false)
        .bypass_document_validation(true)
        .await;
    let refusals = match inserted {
        Ok(_) => Vec::new(),
        Err(error) => refusals(error)?,
    };
    for (index, record) in records.iter().enumerate() {
        match refusals.iter().find(|(refused, _)| *refused == index) {
            Some((_, why)) => imported.refuse(record, why),
            None => imported.note(record, Arrival::Insert),
        }
    }
    Ok(())
}

/// Which rows of an insert a unique index refused, and why; any other failure is one of all.
fn refusals(error: mongodb::error::Error) -> Result<Vec<(usize, String)>, Fault> {
    let ErrorKind::InsertMany(failure) = &*error.kind else {
        return Err(error.into());
    };
    let failed = failure.write_errors.as_deref().unwrap_or_default();
    let duplicates = failed
        .iter()
        .all(|failed| failed.code == fault::DUPLICATE_KEY);
    if failed.is_empty() || !duplicates || failure.write_concern_error.is_some() {
        return Err(error.into());
    }
    let why = |message: &str| match fault::violated(message) {
        Some(unique) => StorageError::Duplicate(unique).to_string(),
        None => "another row has the same _id".to_owned(),
    };
    Ok(failed
        .iter()
        .map(|failed| (failed.index, why(&failed.message)))
        .collect())
}

/// Whose a document is; a row of an older Atlas is the default tenant's.
fn tenant_of(document: &Document, what: &'static str) -> Result<TenantId, StorageError> {
    let tenant = Fields::of(document, what).optional_parsed("tenant")?;
    Ok(tenant.unwrap_or_default())
}

/// The document as long as the fields named are as they were when it was read.
fn unchanged(document: &Document, fields: &[&str]) -> Document {
    let seen = |name: &&str| {
        let value = document.get(*name).cloned().unwrap_or(Bson::Null);
        ((*name).to_owned(), value)
    };
    fields.iter().map(seen).collect()
}
