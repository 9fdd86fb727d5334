//! Writing beside the unique indexes of an older Atlas, which migrating drops.
//!
//! They take a missing field for a value like any other, so that only one row may lack it
//! (<https://www.mongodb.com/docs/manual/core/index-unique/#missing-document-field-in-a-unique-single-field-index>).
//! Where one of them refuses a row for that, the row's own `_id` stands in for what is missing:
//! nothing else has it, and no text is like it. Reading takes it for a missing field; see
//! [`Fields`](super::fields::Fields).

use mongodb::Collection;
use mongodb::bson::{Bson, Document};

use super::fault::Fault;

/// Inserts a document.
pub(super) async fn insert(
    collection: &Collection<Document>,
    mut document: Document,
) -> Result<(), Fault> {
    loop {
        let Err(error) = collection.insert_one(&document).await else {
            return Ok(());
        };
        let refused = Fault::from(error);
        match (refused.missing_key(), document.get("_id").cloned()) {
            (Some(name), Some(id)) if !document.contains_key(name) => document.insert(name, id),
            _ => return Err(refused),
        };
    }
}

/// Updates the document that `filter` finds by its `_id`, and says whether there was one.
pub(super) async fn update(
    collection: &Collection<Document>,
    filter: Document,
    mut update: Document,
) -> Result<bool, Fault> {
    loop {
        let written = collection.update_one(filter.clone(), update.clone()).await;
        let refused = match written {
            Ok(written) => return Ok(written.matched_count > 0),
            Err(error) => Fault::from(error),
        };
        let filled = match (refused.missing_key(), filter.get("_id")) {
            (Some(name), Some(id @ Bson::ObjectId(_))) => fill(&mut update, name, id),
            _ => false,
        };
        if !filled {
            return Err(refused);
        }
    }
}

/// Has an update set `name` to `id`, and says whether that is new.
fn fill(update: &mut Document, name: &str, id: &Bson) -> bool {
    if let Some(Bson::Document(unset)) = update.get_mut("$unset") {
        unset.remove(name);
        if unset.is_empty() {
            update.remove("$unset");
        }
    }
    let set = update
        .entry("$set")
        .or_insert_with(|| Bson::Document(Document::new()));
    let Some(set) = set.as_document_mut() else {
        return false;
    };
    let new = !set.contains_key(name);
    set.insert(name, id.clone());
    new
}
