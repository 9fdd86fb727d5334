//! Adopting rows where they are. Each is one guarded write, safe to repeat, to stop and to run on
//! several servers at once, and while an older service still writes.

use std::collections::HashSet;

use atlas_domain::CallSid;
use atlas_domain::call::Call;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Collection, Database};
use tokio::task::JoinSet;

use super::{
    adopted_call, adopted_recording, adopted_user, difference, give_up_sids, tenant_of, unchanged,
};
use crate::mongo::fault::Fault;
use crate::mongo::legacy::calls::read_call;
use crate::mongo::legacy::find::{call_of_recording, condition_of_old_sids};
use crate::mongo::legacy::{is_old, read_recording};
use crate::mongo::tenant_filter;
use crate::{StorageError, Unique};

/// How many rows are adopted at once.
const CONCURRENCY: usize = 16;
/// How often a row is tried that somebody else writes at the same time.
const MAX_TRIES: u32 = 20;

/// Adopts every old row of a collection and says how many there were. Calls with an id of their
/// own come before those that a callback for an unknown SID had left behind, so that a SID that
/// both name is the former's.
pub(in crate::mongo) async fn adopt_rows(
    database: &Database,
    collection: &str,
) -> Result<u64, Fault> {
    let old = doc! { "shape": Bson::Null };
    if collection != "calls" {
        return adopt_found(database, collection, old).await;
    }
    let mut with_id = old.clone();
    with_id.insert("call_id", doc! { "$type": "string" });
    let own = adopt_found(database, collection, with_id).await?;
    Ok(own + adopt_found(database, collection, old).await?)
}

async fn adopt_found(
    database: &Database,
    collection: &str,
    filter: Document,
) -> Result<u64, Fault> {
    let rows: Collection<Document> = database.collection(collection);
    let mut found = rows.find(filter).sort(doc! { "_id": 1 }).await?;
    let mut adopted = 0;
    let mut running = JoinSet::new();
    loop {
        let row = match found.advance().await? {
            true => Some(found.deserialize_current()?),
            false => None,
        };
        while running.len() >= CONCURRENCY || (row.is_none() && !running.is_empty()) {
            // One that was cut off with the runtime is left for the next run.
            if let Some(Ok(done)) = running.join_next().await {
                adopted += u64::from(done?);
            }
        }
        let Some(row) = row else {
            return Ok(adopted);
        };
        running.spawn(adopt_row(database.clone(), collection.to_owned(), row));
    }
}

async fn adopt_row(database: Database, collection: String, row: Document) -> Result<bool, Fault> {
    match collection.as_str() {
        "calls" => adopt_call(&database.collection(&collection), row).await,
        "recordings" => adopt_recording(&database, row).await,
        _ => adopt_user(&database.collection(&collection), row).await,
    }
}

async fn adopt_call(calls: &Collection<Document>, row: Document) -> Result<bool, Fault> {
    let mut row = Some(row);
    let mut taken = HashSet::new();
    for _ in 0..MAX_TRIES {
        let Some(old) = row.filter(is_old) else {
            return Ok(false);
        };
        let mut call = untaken(calls, &old, read_call(&old)).await?;
        give_up_sids(&mut call, &taken);
        match write(calls, &old, &adopted_call(&old, &call)).await {
            Ok(true) => return Ok(true),
            Ok(false) => {}
            // Another call was quicker.
            Err(fault) if fault.is_duplicate_key() => match StorageError::from(fault) {
                StorageError::Duplicate(Unique::CallSid) if taken.is_empty() => {
                    taken.extend(sids_of(&call));
                }
                error @ (StorageError::Duplicate(_)
                | StorageError::Unavailable(_)
                | StorageError::Corrupt { .. }) => return Err(error.into()),
            },
            Err(fault) => return Err(fault),
        }
        row = again(calls, &old).await?;
    }
    Ok(false)
}

/// Adopts a user, unless somebody else has.
pub(in crate::mongo) async fn adopt_user(
    users: &Collection<Document>,
    row: Document,
) -> Result<bool, Fault> {
    let mut row = Some(row);
    for _ in 0..MAX_TRIES {
        let Some(old) = row.filter(is_old) else {
            return Ok(false);
        };
        if write(users, &old, &adopted_user(&old)).await? {
            return Ok(true);
        }
        row = again(users, &old).await?;
    }
    Ok(false)
}

/// Adopts a recording, unless somebody else has.
pub(in crate::mongo) async fn adopt_recording(
    database: &Database,
    row: Document,
) -> Result<bool, Fault> {
    let recordings = database.collection("recordings");
    let mut row = Some(row);
    for _ in 0..MAX_TRIES {
        let Some(old) = row.filter(is_old) else {
            return Ok(false);
        };
        let call_id = call_of_recording(&database.collection("calls"), &old).await?;
        let recording = read_recording(&old, call_id);
        if write(&recordings, &old, &adopted_recording(&old, &recording)).await? {
            return Ok(true);
        }
        row = again(&recordings, &old).await?;
    }
    Ok(false)
}

/// `call`, read of an old `row`, without the SIDs that other calls have. A row without an id of its
/// own, which a callback for an unknown SID had left behind, gives way to every other.
pub(in crate::mongo) async fn untaken(
    calls: &Collection<Document>,
    row: &Document,
    mut call: Call,
) -> Result<Call, Fault> {
    let sids: Vec<&str> = call
        .dials
        .iter()
        .filter_map(|dial| dial.sid.as_ref().map(CallSid::as_str))
        .collect();
    if sids.is_empty() {
        return Ok(call);
    }
    let mut others = tenant_filter(&tenant_of(row));
    others.insert("_id", doc! { "$ne": row.get("_id") });
    let mut owners = others.clone();
    owners.insert("sids", doc! { "$in": &sids, "$type": "string" });
    let mut found = calls.find(owners).await?;
    let mut taken = HashSet::new();
    while found.advance().await? {
        let owner = found.deserialize_current()?;
        let owned = owner.get_array("sids").into_iter().flatten();
        taken.extend(owned.filter_map(|sid| sid.as_str()?.parse().ok()));
    }
    let is_phantom = row.get("call_id").and_then(Bson::as_str).is_none();
    if is_phantom && taken.is_empty() {
        others.extend(condition_of_old_sids(&sids));
        others.insert("call_id", doc! { "$type": "string" });
        if let Some(owner) = calls.find_one(others).await? {
            taken.extend(sids_of(&read_call(&owner)));
        }
    }
    give_up_sids(&mut call, &taken);
    Ok(call)
}

fn sids_of(call: &Call) -> impl Iterator<Item = CallSid> {
    call.dials.iter().filter_map(|dial| dial.sid.clone())
}

/// Writes an adopted row, unless somebody has changed it; says whether it did.
async fn write(
    rows: &Collection<Document>,
    old: &Document,
    adopted: &Document,
) -> Result<bool, Fault> {
    let Some(update) = difference(old, adopted) else {
        return Ok(true);
    };
    let written = rows.update_one(unchanged(old, &update), update).await?;
    Ok(written.matched_count > 0)
}

/// A row as it is now.
async fn again(rows: &Collection<Document>, row: &Document) -> Result<Option<Document>, Fault> {
    Ok(rows.find_one(doc! { "_id": row.get("_id") }).await?)
}

#[cfg(all(test, feature = "contract-tests"))]
mod tests {
    use mongodb::Client;
    use mongodb::bson::oid::ObjectId;

    use super::*;
    use crate::contract::MongoDatabase;

    #[tokio::test]
    async fn what_an_older_service_writes_meanwhile_is_kept_though_it_does_not_say_when() {
        let own = MongoDatabase::fresh();
        let client = Client::with_uri_str(own.uri()).await.unwrap();
        let calls: Collection<Document> = client.database(own.name()).collection("calls");
        let read = doc! {
            "_id": ObjectId::from_bytes([7; 12]),
            "call_id": "6f2cbf1c-53d2-4e4b-9d8c-2d6f2f6f0a11",
            "call_sid": "CA1",
            "status": "ringing",
            "attempts": [{ "attempt_no": 1, "status": "ringing" }],
        };
        calls.insert_one(&read).await.unwrap();
        let ended = doc! {
            "$set": { "status": "completed", "ended_at": "2024-05-01T10:00:00" },
            "$push": { "attempts": { "attempt_no": 2, "status": "completed" } },
        };
        let by_id = doc! { "_id": read.get("_id") };
        calls.update_one(by_id.clone(), ended).await.unwrap();

        assert!(adopt_call(&calls, read).await.unwrap());
        let adopted = calls.find_one(by_id).await.unwrap().unwrap();
        assert_eq!(adopted.get_array("attempts").unwrap().len(), 2);
        assert_eq!(adopted.get_str("status").unwrap(), "completed");
        assert!(adopted.contains_key("ended_at"));
    }
}
