//! Rows that a unique index could not be built over.

use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use super::error::{Violation, Violations};
use super::indexes::IndexSpec;
use crate::mongo::fault::Fault;
use crate::mongo::legacy::adopt::rows_that_share_a_sid;

/// How many shared values are shown, and how many rows of each.
const GROUPS_SHOWN: usize = 20;
const ROWS_SHOWN: u8 = 10;

/// Looks for rows that share what one of the unique ones of `specs` forbids to share.
pub(super) async fn find(
    database: &Database,
    collection: &str,
    specs: &[&IndexSpec],
) -> Result<Violations, Fault> {
    let mut found = Vec::new();
    for spec in specs.iter().filter(|spec| spec.is_unique()) {
        found.extend(of_index(database, collection, spec).await?);
    }
    Ok(Violations(found))
}

/// Old calls of which several name one SID.
pub(super) async fn of_old_calls(database: &Database) -> Result<Violations, Fault> {
    let groups = rows_that_share_a_sid(database).await?;
    if groups.is_empty() {
        return Ok(Violations(Vec::new()));
    }
    let rows: usize = groups.iter().map(Vec::len).sum();
    let shown = |group: &Vec<Bson>| {
        group
            .iter()
            .take(usize::from(ROWS_SHOWN))
            .map(id_text)
            .collect()
    };
    Ok(Violations(vec![Violation {
        index: "calls_sids".to_owned(),
        collection: "calls".to_owned(),
        fields: vec!["tenant".to_owned(), "call_sid or twilio_sid".to_owned()],
        shared_values: u64::try_from(groups.len()).unwrap_or(u64::MAX),
        rows: u64::try_from(rows).unwrap_or(u64::MAX),
        groups: groups.iter().take(GROUPS_SHOWN).map(shown).collect(),
    }]))
}

async fn of_index(
    database: &Database,
    collection: &str,
    spec: &IndexSpec,
) -> Result<Option<Violation>, Fault> {
    let rows = database.collection::<Document>(collection);
    let mut violation = Violation {
        index: spec.name.clone(),
        collection: collection.to_owned(),
        fields: spec.keys.keys().cloned().collect(),
        shared_values: 0,
        rows: 0,
        groups: Vec::new(),
    };
    let mut shared = rows
        .aggregate(shared_values(spec))
        .allow_disk_use(true)
        .await?;
    while shared.advance().await? {
        let group = shared.deserialize_current()?;
        violation.shared_values += 1;
        violation.rows += row_count(&group);
        if violation.groups.len() < GROUPS_SHOWN {
            let mut ids = Vec::new();
            let mut sharing = rows
                .find(having(spec, &group))
                .projection(doc! { "_id": 1 })
                .limit(i64::from(ROWS_SHOWN))
                .await?;
            while sharing.advance().await? {
                ids.extend(sharing.deserialize_current()?.get("_id").map(id_text));
            }
            violation.groups.push(ids);
        }
    }
    Ok((violation.shared_values > 0).then_some(violation))
}

/// Groups the rows by what the index compares, a list by each of its entries, and keeps the groups
/// of several rows. An index counts a missing field as null.
fn shared_values(spec: &IndexSpec) -> Vec<Document> {
    let mut pipeline = vec![doc! { "$match": spec.partial_filter() }];
    let mut per_row = doc! { "row": "$_id" };
    for (position, field) in spec.keys.keys().enumerate() {
        let keep = doc! { "path": format!("${field}"), "preserveNullAndEmptyArrays": true };
        pipeline.push(doc! { "$unwind": keep });
        let value = doc! { "$ifNull": [format!("${field}"), Bson::Null] };
        per_row.insert(name_of(position), value);
    }
    let mut value = Document::new();
    for position in 0..spec.keys.len() {
        value.insert(name_of(position), format!("$_id.{}", name_of(position)));
    }
    // First once for each row, as a list may hold one entry twice.
    pipeline.push(doc! { "$group": { "_id": per_row } });
    pipeline.push(doc! { "$group": { "_id": value, "rows": { "$sum": 1 } } });
    pipeline.push(doc! { "$match": { "rows": { "$gt": 1 } } });
    pipeline
}

/// The rows that have the values of this group.
fn having(spec: &IndexSpec, group: &Document) -> Document {
    let mut conditions = vec![Bson::Document(spec.partial_filter())];
    let value = group.get_document("_id").cloned().unwrap_or_default();
    for (position, field) in spec.keys.keys().enumerate() {
        let own = value.get(name_of(position)).cloned().unwrap_or(Bson::Null);
        conditions.push(Bson::Document(doc! { field: { "$eq": own } }));
    }
    doc! { "$and": conditions }
}

/// A name for the value of a field, which may contain dots itself.
fn name_of(position: usize) -> String {
    format!("value{position}")
}

fn row_count(group: &Document) -> u64 {
    let count = group.get("rows").and_then(|count| {
        let small = count.as_i32().map(i64::from);
        small.or_else(|| count.as_i64())
    });
    count
        .and_then(|count| u64::try_from(count).ok())
        .unwrap_or_default()
}

pub(super) fn id_text(id: &Bson) -> String {
    id.as_object_id()
        .map_or_else(|| id.to_string(), |id| id.to_hex())
}
