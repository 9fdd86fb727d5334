//! Lists in the one order all of them have: newest first, a page at a time.
//!
//! Rows that Atlas wrote or took over have a creation date and an id to be ordered by. A row of an
//! older Atlas that was not taken over yet may lack one of them; such rows come after all others,
//! newest `_id` first, so that a walk meets every row once.

mod calls;

use atlas_domain::{Cursor, Page, PageRequest, PageStart, TenantId, Timestamp};
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::{Collection, options::FindOptions};

use super::fault::Fault;
use super::fields::stored_time;
use super::tenant_filter;
use crate::StorageError;

/// Starts the id in a cursor that names a row by its `_id` and not by its place.
const BY_ROW: &str = "row-";

/// What tells rows of the same millisecond apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TieBreak {
    /// The text in `call_id`.
    CallId,
    /// The ObjectId in `_id`.
    ObjectId,
}

impl TieBreak {
    const fn field(self) -> &'static str {
        match self {
            Self::CallId => "call_id",
            Self::ObjectId => "_id",
        }
    }
}

/// What to list: the rows of one collection that meet all conditions.
pub(super) struct Listing {
    tie_break: TieBreak,
    conditions: Document,
    /// A row must meet one of these too, if there are any.
    alternatives: Vec<Document>,
    created_after: Option<Timestamp>,
    created_before: Option<Timestamp>,
    /// Whether rows without a place of their own can be in it.
    has_undated: bool,
}

/// A place in a list.
enum Place {
    /// Among the rows with a place of their own: after this date and this id, if it is one.
    Dated(DateTime, Option<Bson>),
    /// Among the rows without: after this `_id`, or before all of them.
    Undated(Option<ObjectId>),
}

impl Listing {
    /// All rows of a tenant.
    pub(super) fn new(tie_break: TieBreak, tenant: &TenantId) -> Self {
        Self {
            tie_break,
            conditions: tenant_filter(tenant),
            alternatives: Vec::new(),
            created_after: None,
            created_before: None,
            has_undated: true,
        }
    }

    /// Only rows whose `field` meets `condition`.
    pub(super) fn only(&mut self, field: &'static str, condition: impl Into<Bson>) {
        self.conditions.insert(field, condition);
    }

    /// Only rows whose `field` meets this condition, or that meet another alternative.
    pub(super) fn or(&mut self, field: &'static str, condition: impl Into<Bson>) {
        self.alternatives.push(doc! { field: condition });
    }

    /// Only rows created in this time, ends included.
    pub(super) fn created(&mut self, after: Option<Timestamp>, before: Option<Timestamp>) {
        self.created_after = after;
        self.created_before = before;
        if after.is_some() || before.is_some() {
            self.dated_only();
        }
    }

    /// Only rows with a place of their own: a list of what no older Atlas has stored has no others.
    pub(super) fn dated_only(&mut self) {
        self.has_undated = false;
    }

    /// Reads one page; `read` makes the item of a row.
    pub(super) async fn read<T>(
        &self,
        collection: &Collection<Document>,
        page: &PageRequest,
        read: impl Fn(&Document) -> Result<T, StorageError>,
    ) -> Result<Page<T>, Fault> {
        let size = u64::from(page.size.get());
        let (total, mut rows) = match &page.start {
            PageStart::Number(number) => {
                let total = collection.count_documents(self.every_row()).await?;
                let skip = size.saturating_mul(u64::from(number.get() - 1));
                let rows = if skip < total {
                    self.rows_from(collection, skip, size + 1).await?
                } else {
                    Vec::new()
                };
                (Some(total), rows)
            }
            PageStart::After(cursor) => {
                let place = self.place(collection, cursor).await?;
                (None, self.rows_after(collection, place, size + 1).await?)
            }
        };
        // One more than a page holds was asked for, to see whether there is a next one.
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_next = rows.len() > size;
        rows.truncate(size);
        let last = rows.last().filter(|_| has_next);
        Ok(Page {
            next_cursor: last.and_then(|row| self.cursor(row)),
            items: rows.iter().map(read).collect::<Result<_, _>>()?,
            total,
        })
    }

    /// Every row of the list, for counting.
    pub(super) fn every_row(&self) -> Document {
        if self.has_undated {
            return self.filter(&Document::new());
        }
        self.dated_rows(None)
    }

    /// The rows with a place of their own; with a date and an id, those after them.
    ///
    /// What is left of the last millisecond is said by `$nor`, so that the dates alone bound what
    /// is read of an index, and a page costs the same at any depth.
    pub(super) fn dated_rows(&self, after: Option<(DateTime, Option<&Bson>)>) -> Document {
        let first = self.created_after.unwrap_or(Timestamp::EPOCH);
        let last = self.created_before.unwrap_or(Timestamp::MAX);
        let last = DateTime::from_millis(last.unix_millis());
        let mut created_at = doc! { "$gte": stored_time(first) };
        match after {
            None => created_at.insert("$lte", last),
            Some((date, None)) if date <= last => created_at.insert("$lt", date),
            Some((date, _)) => created_at.insert("$lte", date.min(last)),
        };
        let mut conditions = doc! { "created_at": created_at };
        if self.tie_break == TieBreak::CallId {
            conditions.insert("call_id", doc! { "$gte": "" });
        }
        if let Some((date, Some(id))) = after {
            let passed = doc! { "created_at": date, self.tie_break.field(): { "$gte": id } };
            conditions.insert("$nor", [passed]);
        }
        self.filter(&conditions)
    }

    /// The order of the rows with a place of their own.
    pub(super) fn dated_order(&self) -> Document {
        doc! { "created_at": -1, self.tie_break.field(): -1 }
    }

    /// The rows without a place of their own.
    fn undated_rows(&self, after: Option<ObjectId>) -> Document {
        const OTHER_TYPES: [&str; 7] = [
            "number",
            "string",
            "object",
            "binData",
            "objectId",
            "bool",
            "timestamp",
        ];
        let mut lacking = vec![
            doc! { "created_at": null },
            doc! { "created_at": { "$type": OTHER_TYPES.to_vec() } },
            doc! { "created_at": { "$lt": stored_time(Timestamp::EPOCH) } },
            doc! { "created_at": { "$gt": stored_time(Timestamp::MAX) } },
        ];
        if self.tie_break == TieBreak::CallId {
            lacking.push(doc! { "call_id": { "$not": { "$gte": "" } } });
        }
        let mut conditions = doc! { "$and": [{ "$or": lacking }] };
        if let Some(id) = after {
            conditions.insert("_id", doc! { "$lt": id });
        }
        self.filter(&conditions)
    }

    /// Adds conditions to those of the list. Each alternative repeats all of them, so that each is
    /// read from its own index in order, and merged.
    fn filter(&self, more: &Document) -> Document {
        let mut conditions = self.conditions.clone();
        conditions.extend(more.clone());
        if self.alternatives.is_empty() {
            return conditions;
        }
        let each = |alternative: &Document| {
            let mut conditions = conditions.clone();
            conditions.extend(alternative.clone());
            Bson::Document(conditions)
        };
        doc! { "$or": self.alternatives.iter().map(each).collect::<Vec<_>>() }
    }

    /// The `limit` rows after the first `skip`.
    async fn rows_from(
        &self,
        collection: &Collection<Document>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Document>, Fault> {
        let mut rows = self.dated(collection, None, skip, limit).await?;
        let missing = limit.saturating_sub(count(&rows));
        if missing > 0 && self.has_undated {
            let passed = if rows.is_empty() {
                let dated = collection.count_documents(self.dated_rows(None)).await?;
                skip.saturating_sub(dated)
            } else {
                0
            };
            rows.extend(self.undated(collection, None, passed, missing).await?);
        }
        Ok(rows)
    }

    /// The `limit` rows after a place.
    async fn rows_after(
        &self,
        collection: &Collection<Document>,
        place: Place,
        limit: u64,
    ) -> Result<Vec<Document>, Fault> {
        let (mut rows, from) = match place {
            Place::Dated(date, id) => {
                let after = Some((date, id.as_ref()));
                (self.dated(collection, after, 0, limit).await?, None)
            }
            Place::Undated(from) => (Vec::new(), from),
        };
        let missing = limit.saturating_sub(count(&rows));
        if missing > 0 && self.has_undated {
            rows.extend(self.undated(collection, from, 0, missing).await?);
        }
        Ok(rows)
    }

    async fn dated(
        &self,
        collection: &Collection<Document>,
        after: Option<(DateTime, Option<&Bson>)>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Document>, Fault> {
        let options = options(self.dated_order(), skip, limit);
        let found = collection.find(self.dated_rows(after));
        rows(found.with_options(options).await?).await
    }

    async fn undated(
        &self,
        collection: &Collection<Document>,
        after: Option<ObjectId>,
        skip: u64,
        limit: u64,
    ) -> Result<Vec<Document>, Fault> {
        let options = options(doc! { "_id": -1 }, skip, limit);
        let found = collection.find(self.undated_rows(after));
        rows(found.with_options(options).await?).await
    }

    /// Where a row is.
    fn place_of(&self, row: &Document) -> Option<Place> {
        let date = row.get_datetime("created_at").ok().copied();
        let date = date.filter(|date| Timestamp::from_unix_millis(date.timestamp_millis()).is_ok());
        let id = row
            .get(self.tie_break.field())
            .filter(|id| match self.tie_break {
                TieBreak::CallId => id.as_str().is_some(),
                TieBreak::ObjectId => id.as_object_id().is_some(),
            });
        match (date, id) {
            (Some(date), Some(id)) => Some(Place::Dated(date, Some(id.clone()))),
            (None, _) | (_, None) => row
                .get_object_id("_id")
                .ok()
                .map(|id| Place::Undated(Some(id))),
        }
    }

    /// The cursor after a row; `None` when no cursor can say where it is.
    fn cursor(&self, row: &Document) -> Option<Cursor> {
        let row_id = row.get_object_id("_id").ok();
        match self.place_of(row)? {
            Place::Dated(date, id) => {
                let at = Timestamp::from_unix_millis(date.timestamp_millis()).ok()?;
                let id = id?;
                let text = id.as_str().map(str::to_owned);
                let id = text.or_else(|| id.as_object_id().map(|id| id.to_hex()))?;
                let cursor = Cursor::after(at, id);
                // An older Atlas may have kept texts there that a cursor cannot carry.
                if cursor.to_string().parse::<Cursor>().is_ok() && !cursor.id().starts_with(BY_ROW)
                {
                    Some(cursor)
                } else {
                    Some(Cursor::after(at, format!("{BY_ROW}{}", row_id?)))
                }
            }
            Place::Undated(_) => Some(Cursor::after(
                Timestamp::EPOCH,
                format!("{BY_ROW}{}", row_id?),
            )),
        }
    }

    /// Where a cursor is.
    async fn place(
        &self,
        collection: &Collection<Document>,
        cursor: &Cursor,
    ) -> Result<Place, Fault> {
        let date = DateTime::from_millis(cursor.created_at().unix_millis());
        if let Some(row_id) = cursor.id().strip_prefix(BY_ROW) {
            let Ok(row_id) = ObjectId::parse_str(row_id) else {
                return Ok(Place::Dated(date, None));
            };
            let row = collection.find_one(doc! { "_id": row_id }).await?;
            let place = row.as_ref().and_then(|row| self.place_of(row));
            return Ok(place.unwrap_or(Place::Undated(Some(row_id))));
        }
        let id = match self.tie_break {
            TieBreak::CallId => Some(Bson::String(cursor.id().to_owned())),
            TieBreak::ObjectId => ObjectId::parse_str(cursor.id()).ok().map(Bson::ObjectId),
        };
        Ok(Place::Dated(date, id))
    }
}

fn options(sort: Document, skip: u64, limit: u64) -> FindOptions {
    FindOptions::builder()
        .sort(sort)
        .skip(skip)
        .limit(i64::try_from(limit).unwrap_or(i64::MAX))
        .build()
}

fn count(rows: &[Document]) -> u64 {
    u64::try_from(rows.len()).unwrap_or(u64::MAX)
}

/// All rows that a query finds.
pub(super) async fn rows(mut cursor: mongodb::Cursor<Document>) -> Result<Vec<Document>, Fault> {
    let mut rows = Vec::new();
    while cursor.advance().await? {
        rows.push(cursor.deserialize_current()?);
    }
    Ok(rows)
}
