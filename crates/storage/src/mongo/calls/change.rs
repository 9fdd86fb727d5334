//! What a change of a call writes: the fields that differ, and nothing that Atlas does not know.

use atlas_domain::TenantId;
use atlas_domain::call::Call;
use mongodb::bson::{Array, Bson, Document, doc};

use super::load::Loaded;
use super::{attempts, dials, record};

/// The update that makes the loaded document that of `next`; `None` when there is nothing to do.
pub(super) fn update(tenant: &TenantId, loaded: &Loaded, next: &Call) -> Option<Document> {
    let before = &loaded.document;
    let after = rewritten(before, tenant, &loaded.call, next);
    difference(before, &after)
}

/// The document as it is to be: everything Atlas knows is that of `next`, everything else stays.
fn rewritten(document: &Document, tenant: &TenantId, before: &Call, next: &Call) -> Document {
    let mut rewritten = document.clone();
    for name in record::FIELDS {
        rewritten.remove(name);
    }
    rewritten.extend(record::encode(tenant, next));
    if let (Some(known), Some(feedback)) = (document.get("feedback"), rewritten.get("feedback")) {
        let merged = merged(known, feedback, &record::FEEDBACK_FIELDS);
        rewritten.insert("feedback", merged);
    }
    let known = entries(document, "dials");
    rewritten.insert("dials", dials::rewritten(known, &before.dials, next));
    let known = entries(document, "attempts");
    rewritten.insert(
        "attempts",
        attempts::rewritten(known, &before.attempts, next),
    );
    rewritten
}

fn entries<'document>(document: &'document Document, name: &str) -> &'document [Bson] {
    match document.get(name) {
        Some(Bson::Array(entries)) => entries,
        Some(_) | None => &[],
    }
}

/// `encoded`, with what `known` has beside the `fields` that Atlas knows.
pub(super) fn merged(known: &Bson, encoded: &Bson, fields: &[&str]) -> Bson {
    let (Bson::Document(known), Bson::Document(encoded)) = (known, encoded) else {
        return encoded.clone();
    };
    let mut merged = known.clone();
    for name in fields {
        merged.remove(name);
    }
    merged.extend(encoded.clone());
    Bson::Document(merged)
}

/// The update that makes `after` of `before`.
fn difference(before: &Document, after: &Document) -> Option<Document> {
    let (mut set, mut unset, mut push) = (Document::new(), Document::new(), Document::new());
    let owned = record::FIELDS.into_iter().chain(["dials", "attempts"]);
    for name in owned {
        match (before.get(name), after.get(name)) {
            (known, Some(value)) if known == Some(value) => {}
            (known, Some(value)) => match known.and_then(|known| appended(known, value)) {
                Some(entries) => {
                    push.insert(name, doc! { "$each": entries });
                }
                None => {
                    set.insert(name, value.clone());
                }
            },
            (Some(_), None) => {
                unset.insert(name, "");
            }
            (None, None) => {}
        }
    }
    let operators = [("$set", set), ("$unset", unset), ("$push", push)];
    let update: Document = operators
        .into_iter()
        .filter(|(_, fields)| !fields.is_empty())
        .map(|(operator, fields)| (operator.to_owned(), Bson::Document(fields)))
        .collect();
    (!update.is_empty()).then_some(update)
}

/// What was put at the end of an array that is else the same.
fn appended(before: &Bson, after: &Bson) -> Option<Array> {
    let rest = after
        .as_array()?
        .strip_prefix(before.as_array()?.as_slice())?;
    (!rest.is_empty()).then(|| rest.to_vec())
}
