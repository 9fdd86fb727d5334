//! Lists in the one order all of them have: newest first, a page at a time.

use atlas_domain::{Cursor, Page, PageRequest, PageStart, TenantId};
use rusqlite::types::Value;
use rusqlite::{Connection, ToSql};

use super::fault::Fault;
use super::fields::Fields;

/// What to list: the rows of one table that meet all conditions.
///
/// Conditions are made of constant text; values come in as parameters only.
pub(super) struct Listing {
    table: &'static str,
    /// The column that tells rows of the same millisecond apart.
    id: &'static str,
    conditions: Vec<&'static str>,
    /// A row must meet one of these too, if there are any.
    alternatives: Vec<&'static str>,
    parameters: Vec<(&'static str, Value)>,
}

impl Listing {
    /// All rows of a tenant.
    pub(super) fn new(table: &'static str, id: &'static str, tenant: &TenantId) -> Self {
        Self {
            table,
            id,
            conditions: vec!["tenant = :tenant"],
            alternatives: Vec::new(),
            parameters: vec![(":tenant", Value::from(tenant.as_str().to_owned()))],
        }
    }

    /// Only rows that meet `condition`, which names no parameter.
    pub(super) fn only(&mut self, condition: &'static str) {
        self.conditions.push(condition);
    }

    /// Only rows that meet `condition`, which names the parameter `name`.
    pub(super) fn only_with(
        &mut self,
        condition: &'static str,
        name: &'static str,
        value: impl Into<Value>,
    ) {
        self.conditions.push(condition);
        self.parameters.push((name, value.into()));
    }

    /// Only rows that meet this condition or another alternative.
    pub(super) fn or_with(
        &mut self,
        condition: &'static str,
        name: &'static str,
        value: impl Into<Value>,
    ) {
        self.alternatives.push(condition);
        self.parameters.push((name, value.into()));
    }

    /// Reads one page; `load` reads the item with an id.
    pub(super) fn read<T>(
        &self,
        connection: &Connection,
        page: &PageRequest,
        load: impl Fn(&str) -> Result<Option<T>, Fault>,
    ) -> Result<Page<T>, Fault> {
        let total = match page.start {
            PageStart::Number(_) => Some(self.count(connection)?),
            PageStart::After(_) => None,
        };
        let size = usize::try_from(page.size.get()).unwrap_or(usize::MAX);
        let mut places = self.places(connection, page)?;
        // One more than a page holds was asked for, to see whether there is a next one.
        let has_next = places.len() > size;
        places.truncate(size);
        let next_cursor = places.last().filter(|_| has_next).cloned();
        let mut items = Vec::with_capacity(places.len());
        for place in &places {
            items.extend(load(place.id())?);
        }
        Ok(Page {
            items,
            total,
            next_cursor,
        })
    }

    fn count(&self, connection: &Connection) -> Result<u64, Fault> {
        let mut statement = connection.prepare_cached(&self.count_sql())?;
        let mut rows = statement.query(&*borrowed(&self.parameters))?;
        match rows.next()? {
            Some(row) => Ok(Fields::of(row, self.table).number()?),
            None => Ok(0),
        }
    }

    fn places(&self, connection: &Connection, page: &PageRequest) -> Result<Vec<Cursor>, Fault> {
        let size = page.size.get();
        let mut parameters = self.parameters.clone();
        parameters.push((":limit", Value::from(size.saturating_add(1))));
        match &page.start {
            PageStart::Number(number) => {
                let offset = i64::from(size) * i64::from(number.get() - 1);
                parameters.push((":offset", Value::from(offset)));
            }
            PageStart::After(cursor) => {
                let created_at = cursor.created_at().unix_millis();
                parameters.push((":cursor_created_at", Value::from(created_at)));
                parameters.push((":cursor_id", Value::from(cursor.id().to_owned())));
            }
        }
        let mut statement = connection.prepare_cached(&self.page_sql(&page.start))?;
        let mut rows = statement.query(&*borrowed(&parameters))?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            let mut fields = Fields::of(row, self.table);
            let created_at = fields.timestamp()?;
            let id: String = fields.plain()?;
            places.push(Cursor::after(created_at, id));
        }
        Ok(places)
    }

    pub(super) fn count_sql(&self) -> String {
        if self.alternatives.is_empty() {
            let conditions = self.conditions.join(" AND ");
            format!("SELECT COUNT(*) FROM {} WHERE {conditions}", self.table)
        } else {
            format!("SELECT COUNT(*) FROM ({})", self.selection(None))
        }
    }

    pub(super) fn page_sql(&self, start: &PageStart) -> String {
        let (after, rest) = match start {
            PageStart::Number(_) => (None, "LIMIT :limit OFFSET :offset"),
            PageStart::After(_) => (
                Some(format!(
                    "(created_at, {}) < (:cursor_created_at, :cursor_id)",
                    self.id
                )),
                "LIMIT :limit",
            ),
        };
        format!(
            "{} ORDER BY created_at DESC, id DESC {rest}",
            self.selection(after.as_deref())
        )
    }

    /// Selects the places of the rows. Each alternative is a selection of its own, which SQLite
    /// reads from its own index in order and merges, so that a page costs the same at any depth.
    fn selection(&self, after: Option<&str>) -> String {
        let alternatives: Vec<_> = if self.alternatives.is_empty() {
            vec![None]
        } else {
            self.alternatives.iter().map(Some).collect()
        };
        let selections: Vec<_> = alternatives
            .into_iter()
            .map(|alternative| {
                let conditions: Vec<_> = self
                    .conditions
                    .iter()
                    .chain(alternative)
                    .copied()
                    .chain(after)
                    .collect();
                format!(
                    "SELECT created_at, {} AS id FROM {} WHERE {}",
                    self.id,
                    self.table,
                    conditions.join(" AND ")
                )
            })
            .collect();
        selections.join(" UNION ")
    }
}

fn borrowed<'value>(
    parameters: &'value [(&'static str, Value)],
) -> Vec<(&'static str, &'value dyn ToSql)> {
    parameters
        .iter()
        .map(|(name, value)| (*name, value as &dyn ToSql))
        .collect()
}
