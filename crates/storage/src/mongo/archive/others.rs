//! The fields of a document that another program wrote.

use std::collections::BTreeMap;

use mongodb::bson::{Bson, Document};

use crate::{OtherFields, StorageError};

/// What `document` has beyond `known`, which is what Atlas writes for the same row; `None` when
/// that is nothing. Within documents and lists of documents that both have, only what is beyond is
/// taken, in a list under its position from 0.
pub(super) fn beyond(
    document: &Document,
    known: &Document,
) -> Result<Option<OtherFields>, StorageError> {
    let rest = rest_of(document, known);
    if rest.is_empty() {
        return Ok(None);
    }
    let bytes = rest.to_vec().map_err(|_| unreadable())?;
    Ok(Some(OtherFields::from_bson(bytes)))
}

/// Puts beside what Atlas writes for a row what another program wrote; what Atlas writes stays.
pub(super) fn put_beside(
    document: &mut Document,
    other_fields: Option<&OtherFields>,
) -> Result<(), StorageError> {
    if let Some(other_fields) = other_fields {
        let mut bytes = other_fields.as_bson();
        let rest = Document::from_reader(&mut bytes).map_err(|_| unreadable())?;
        merge(document, rest);
    }
    Ok(())
}

/// In the order of the names, so that it is the same wherever in the document Atlas's own stand.
fn rest_of(document: &Document, known: &Document) -> Document {
    let mut rest = BTreeMap::new();
    for (name, value) in document {
        let beyond = match (value, known.get(name)) {
            (value, None) => Some(value.clone()),
            (Bson::Document(value), Some(Bson::Document(known))) => {
                not_empty(rest_of(value, known))
            }
            (Bson::Array(values), Some(Bson::Array(known))) => {
                let entries = values.iter().zip(known).enumerate();
                let beyond = entries.filter_map(|(position, entry)| match entry {
                    (Bson::Document(value), Bson::Document(known)) => {
                        Some((position.to_string(), not_empty(rest_of(value, known))?))
                    }
                    _ => None,
                });
                not_empty(beyond.collect())
            }
            (_, Some(_)) => None,
        };
        rest.extend(beyond.map(|beyond| (name.clone(), beyond)));
    }
    rest.into_iter().collect()
}

fn not_empty(document: Document) -> Option<Bson> {
    (!document.is_empty()).then_some(Bson::Document(document))
}

fn merge(document: &mut Document, rest: Document) {
    for (name, other) in rest {
        match (document.get_mut(&name), other) {
            (None, other) => {
                document.insert(name, other);
            }
            (Some(Bson::Document(known)), Bson::Document(other)) => merge(known, other),
            (Some(Bson::Array(known)), Bson::Document(other)) => {
                for (position, other) in other {
                    let entry = position
                        .parse()
                        .ok()
                        .and_then(|at: usize| known.get_mut(at));
                    if let (Some(Bson::Document(known)), Bson::Document(other)) = (entry, other) {
                        merge(known, other);
                    }
                }
            }
            (Some(_), _) => {}
        }
    }
}

fn unreadable() -> StorageError {
    StorageError::Corrupt {
        what: "row",
        detail: "the fields of another program are no BSON document".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use mongodb::bson::doc;

    use super::*;

    #[test]
    fn what_another_program_wrote_is_taken_out_and_put_back_at_every_depth() {
        let known = doc! {
            "status": "completed",
            "attempts": [{ "attempt_no": 1 }, { "attempt_no": 2 }],
            "feedback": { "notes": "good", "resolution": 1 },
            "sids": ["CA1"],
        };
        let whole = doc! {
            "zeta": { "$ifNull": ["$attempt_count", 0] },
            "status": "answered",
            "attempts": [{ "attempt_no": 1 }, { "error": { "b": 1, "a": 2 }, "attempt_no": 2 }],
            "feedback": { "resolution": 1, "by": "ann", "notes": "good" },
            "sids": ["CA1"],
            "alpha": [1, { "x": 1.5 }],
        };
        let beyond_known = beyond(&whole, &known).unwrap().unwrap();
        let mut rebuilt = known.clone();
        put_beside(&mut rebuilt, Some(&beyond_known)).unwrap();
        let expected = doc! {
            "status": "completed",
            "attempts": [{ "attempt_no": 1 }, { "attempt_no": 2, "error": { "b": 1, "a": 2 } }],
            "feedback": { "notes": "good", "resolution": 1, "by": "ann" },
            "sids": ["CA1"],
            "alpha": [1, { "x": 1.5 }],
            "zeta": { "$ifNull": ["$attempt_count", 0] },
        };
        assert_eq!(rebuilt, expected);
        assert_eq!(beyond(&rebuilt, &known).unwrap(), Some(beyond_known));
    }

    #[test]
    fn a_document_of_atlas_alone_has_nothing_beyond() {
        let known = doc! { "status": "completed", "attempts": [{ "attempt_no": 1 }] };
        assert_eq!(beyond(&known, &known).unwrap(), None);
    }

    #[test]
    fn a_field_that_atlas_writes_is_never_overwritten() {
        let taken = beyond(&doc! { "script": "old" }, &doc! {}).unwrap();
        let mut document = doc! { "script": "new" };
        put_beside(&mut document, taken.as_ref()).unwrap();
        assert_eq!(document, doc! { "script": "new" });
    }

    #[test]
    fn bytes_that_are_no_document_are_an_error() {
        let nonsense = OtherFields::from_bson(vec![1, 2, 3]);
        assert!(put_beside(&mut Document::new(), Some(&nonsense)).is_err());
    }
}
