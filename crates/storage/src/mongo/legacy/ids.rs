//! Ids of rows that have none of the kind Atlas knows.

use atlas_domain::{CallId, ObjectId};
use mongodb::bson::{Bson, Document, oid};

/// Marks a UUID of version 8 as one that holds an ObjectId: what is left of bytes 6 and 8 beside
/// version and variant, and the last two bytes.
const MARKS: [(usize, u8); 4] = [(6, 0x8a), (8, 0xa7), (14, 0x4f), (15, 0x49)];
/// Where its bytes are.
const PLACES: [usize; 12] = [0, 1, 2, 3, 4, 5, 7, 9, 10, 11, 12, 13];

/// The ObjectId of a row; one made of it where `_id` is something else.
pub(super) fn object_id(row: &Document) -> ObjectId {
    let id = row.get("_id");
    let known = id.and_then(|id| {
        id.as_object_id()
            .map(|id| ObjectId::from_bytes(id.bytes()))
            .or_else(|| id.as_str()?.parse().ok())
    });
    known.unwrap_or_else(|| hashed(id.unwrap_or(&Bson::Null)))
}

/// The id of a call whose row has no UUID: a UUID of version 8 (RFC 9562, section 5.8) that holds
/// the row's ObjectId.
pub(super) fn derived_call_id(row: ObjectId) -> CallId {
    let mut bytes = [0; 16];
    for (place, byte) in PLACES.into_iter().zip(row.bytes()) {
        if let Some(there) = bytes.get_mut(place) {
            *there = *byte;
        }
    }
    for (place, mark) in MARKS {
        if let Some(there) = bytes.get_mut(place) {
            *there = mark;
        }
    }
    CallId::from_bytes(bytes)
}

/// The row that a derived call id was made of; `None` for every other id.
pub(in crate::mongo) fn row_of_derived_call_id(call_id: CallId) -> Option<oid::ObjectId> {
    let bytes = call_id.as_uuid().as_bytes();
    let derived = MARKS
        .iter()
        .all(|(place, mark)| bytes.get(*place) == Some(mark));
    let mut row = [0; 12];
    for (there, place) in row.iter_mut().zip(PLACES) {
        *there = *bytes.get(place)?;
    }
    derived.then(|| oid::ObjectId::from_bytes(row))
}

/// Twelve bytes that differ from value to value (FNV-1a, twice).
fn hashed(value: &Bson) -> ObjectId {
    let text = value.to_string();
    let hash = |start: u64| {
        text.bytes().fold(start, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    };
    let first = hash(0xcbf2_9ce4_8422_2325).to_be_bytes();
    let second = hash(0x6c62_272e_07bb_0142).to_be_bytes();
    let mut bytes = [0; 12];
    for (there, byte) in bytes.iter_mut().zip(first.into_iter().chain(second)) {
        *there = byte;
    }
    ObjectId::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_call_id_is_a_uuid_of_version_8_and_names_its_row() {
        for bytes in [[0; 12], [255; 12], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]] {
            let call_id = derived_call_id(ObjectId::from_bytes(bytes));
            assert_eq!(call_id.as_uuid().get_version_num(), 8);
            let row = row_of_derived_call_id(call_id).unwrap();
            assert_eq!(row.bytes(), bytes);
        }
        let other = "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11".parse().unwrap();
        assert_eq!(row_of_derived_call_id(other), None);
    }
}
