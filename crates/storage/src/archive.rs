//! Moving house: everything a store keeps, row by row, so that another store can keep it.
//!
//! An [`Archive`] of each kind of [`Record`] gives out what is stored and takes in what another
//! gave out. Taking in is safe to repeat: a row that is there already is left alone, and an older
//! row never takes the place of a newer one.

#[cfg(any(feature = "sqlite", feature = "mongo"))]
mod arrival;
#[cfg(any(feature = "sqlite", feature = "mongo", feature = "contract-tests"))]
mod document_id;
mod records;

use std::hash::Hash;
use std::num::NonZeroU32;

use async_trait::async_trait;
use atlas_domain::{TenantId, Timestamp};

#[cfg(any(feature = "sqlite", feature = "mongo"))]
pub(crate) use self::arrival::Arrival;
#[cfg(any(feature = "sqlite", feature = "mongo", feature = "contract-tests"))]
pub(crate) use self::document_id::document_id;
pub use records::{CallRecord, IdempotencyRecord, OtherFields, RecordingRecord, UserRecord};

use crate::StorageError;

/// One row as stores hand it to each other: whose it is, all that Atlas knows of it, and all that
/// another program wrote beside it.
pub trait Record: Clone + PartialEq + Send + Sync + 'static {
    /// What no two rows of one tenant share.
    type Id: Clone + Eq + Hash + Send + Sync + 'static;

    /// What rows of this kind are called, in the plural.
    const KIND: &'static str;

    /// What it is found by.
    fn key(&self) -> RecordKey<Self::Id>;

    /// What a person may be shown to find it: ids, and nothing that a caller wrote.
    fn label(&self) -> String;

    /// When it may be forgotten; `None` for what is kept until somebody deletes it.
    fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// Whether it is a later state of the same row than `known`.
    fn supersedes(&self, known: &Self) -> bool;
}

/// What a row is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordKey<Id> {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its id.
    pub id: Id,
}

/// A place between two rows of one store; means nothing to another store.
#[derive(Debug, Clone, PartialEq)]
pub struct Position(pub(crate) PositionOf);

/// The order that each back end walks its rows in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum PositionOf {
    /// After the row with this number.
    #[cfg(feature = "sqlite")]
    Row(i64),
    /// After the document with this `_id`.
    #[cfg(feature = "mongo")]
    Document(mongodb::bson::Bson),
}

/// Some rows, in the order of the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported<R> {
    /// The rows.
    pub records: Vec<R>,
    /// Where to go on; `None` after the last row.
    pub next: Option<Position>,
}

/// What became of the rows of one import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// How many were not there.
    pub inserted: u64,
    /// How many took the place of an older state of the same row.
    pub replaced: u64,
    /// How many were there already, just so.
    pub unchanged: u64,
    /// Which differ from what is there and are no later state of it; nothing was changed.
    pub kept: Vec<String>,
    /// Which cannot be there, as another row has what must be theirs alone; nothing was changed.
    pub refused: Vec<Refused>,
}

/// A row that could not be taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its [`Record::label`].
    pub label: String,
    /// Why.
    pub why: String,
}

/// Gives out and takes in all rows of one kind, over all tenants.
#[async_trait]
pub trait Archive<R: Record>: Send + Sync {
    /// How many rows there are.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be counted.
    async fn count(&self) -> Result<u64, StorageError>;

    /// Up to `limit` rows after `after`, each once, in an order that does not change while nobody
    /// writes.
    ///
    /// # Errors
    /// [`StorageError`] when one of them could not be read.
    async fn export(
        &self,
        after: Option<&Position>,
        limit: NonZeroU32,
    ) -> Result<Exported<R>, StorageError>;

    /// Those of these rows that are there, in no particular order.
    ///
    /// # Errors
    /// [`StorageError`] when one of them could not be read.
    async fn look_up(&self, keys: Vec<RecordKey<R::Id>>) -> Result<Vec<R>, StorageError>;

    /// Takes in rows, each as a whole or not at all. Nobody holds a lease on a call that came in,
    /// but its fence grows on from where it was.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be written; some may be there, and all of them may be
    /// taken in again.
    async fn import(&self, records: Vec<R>) -> Result<Imported, StorageError>;
}

/// Says whether anybody works on due calls.
#[async_trait]
pub trait DueWork: Send + Sync {
    /// The latest time until which somebody holds a lease on a call, if that is after `now`.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be read.
    async fn leased_until(&self, now: Timestamp) -> Result<Option<Timestamp>, StorageError>;

    /// How many calls have work that is due now or later.
    ///
    /// # Errors
    /// [`StorageError`] when they could not be counted.
    async fn count_due(&self) -> Result<u64, StorageError>;
}

/// A store with an archive of everything it keeps.
///
/// ```
/// use atlas_storage::House;
/// use atlas_storage::sqlite::{SqliteOptions, SqliteStore};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// let store = SqliteStore::open(&folder.path().join("atlas.db"), SqliteOptions::default())?;
/// let house: &dyn House = &store;
/// assert_eq!(house.users().count().await?, 0);
/// # Ok(())
/// # }
/// ```
pub trait House: DueWork {
    /// Its users.
    fn users(&self) -> &dyn Archive<UserRecord>;
    /// Its calls, with their dials, attempts, due work, feedback and notifications.
    fn calls(&self) -> &dyn Archive<CallRecord>;
    /// Its recordings.
    fn recordings(&self) -> &dyn Archive<RecordingRecord>;
    /// Its idempotency keys.
    fn idempotency_keys(&self) -> &dyn Archive<IdempotencyRecord>;
}

impl<S> House for S
where
    S: Archive<UserRecord>
        + Archive<CallRecord>
        + Archive<RecordingRecord>
        + Archive<IdempotencyRecord>
        + DueWork,
{
    fn users(&self) -> &dyn Archive<UserRecord> {
        self
    }

    fn calls(&self) -> &dyn Archive<CallRecord> {
        self
    }

    fn recordings(&self) -> &dyn Archive<RecordingRecord> {
        self
    }

    fn idempotency_keys(&self) -> &dyn Archive<IdempotencyRecord> {
        self
    }
}

impl Imported {
    /// Adds what became of more rows.
    pub fn add(&mut self, more: Self) {
        self.inserted += more.inserted;
        self.replaced += more.replaced;
        self.unchanged += more.unchanged;
        self.kept.extend(more.kept);
        self.refused.extend(more.refused);
    }
}
