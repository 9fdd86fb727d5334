//! Adopting rows where they are. Each is one guarded write, safe to repeat, to stop and to run on
//! several servers at once, and while an older service still writes.

use std::collections::HashSet;
use std::time::Duration;

use atlas_domain::CallSid;
use atlas_domain::call::Call;
use mongodb::bson::{Bson, Document, doc};
use mongodb::{Collection, Database};
use tokio::task::JoinSet;

use super::{
    adopted_call, adopted_recording, adopted_user, difference, give_up_sids, tenant_of, unchanged,
};
use crate::mongo::checked_for_tenant;
use crate::mongo::fault::{Fault, unavailable};
use crate::mongo::legacy::calls::{own_sids, read_call};
use crate::mongo::legacy::find::{call_of_recording, condition_of_own_sids};
use crate::mongo::legacy::{is_old, read_recording};
use crate::{StorageError, Unique};

/// How many rows are adopted at once.
const CONCURRENCY: usize = 16;
/// How often a row is tried that somebody else writes at the same time.
const MAX_TRIES: u32 = 20;
/// How long to wait before such a row is tried again; as many times longer as it was tried.
const PAUSE: Duration = Duration::from_millis(5);

/// What adopting the rows of a collection came to.
#[derive(Debug, Default)]
pub(in crate::mongo) struct Adoption {
    /// How many rows it rewrote.
    pub(in crate::mongo) adopted: u64,
    /// The `_id`s of rows that others changed at every try. They are still old.
    pub(in crate::mongo) overtaken: Vec<Bson>,
}

/// Adopts every old row of a collection. Calls with an id of their own come before those that a
/// callback for an unknown SID had left behind, so that a SID that both name is the former's.
pub(in crate::mongo) async fn adopt_rows(
    database: &Database,
    collection: &str,
) -> Result<Adoption, Fault> {
    let old = doc! { "shape": Bson::Null };
    let mut adoption = Adoption::default();
    if collection == "calls" {
        let mut with_id = old.clone();
        with_id.insert("call_id", doc! { "$type": "string" });
        adoption.adopt_found(database, collection, with_id).await?;
        // They are met again among all others.
        adoption.overtaken.clear();
    }
    adoption.adopt_found(database, collection, old).await?;
    Ok(adoption)
}

impl Adoption {
    async fn adopt_found(
        &mut self,
        database: &Database,
        collection: &str,
        filter: Document,
    ) -> Result<(), Fault> {
        let rows: Collection<Document> = database.collection(collection);
        let mut found = rows.find(filter).await?;
        let mut running = JoinSet::new();
        loop {
            let row = match found.advance().await? {
                true => Some(found.deserialize_current()?),
                false => None,
            };
            while running.len() >= CONCURRENCY || (row.is_none() && !running.is_empty()) {
                if let Some(done) = running.join_next().await {
                    // One that was cut off leaves its row old, so the whole has failed.
                    self.count(done.map_err(unavailable)??);
                }
            }
            let Some(row) = row else {
                return Ok(());
            };
            running.spawn(adopt_row(database.clone(), collection.to_owned(), row));
        }
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Adopted => self.adopted += 1,
            Outcome::NotOld => {}
            Outcome::Overtaken(row) => self.overtaken.push(row),
        }
    }
}

/// What became of one row.
enum Outcome {
    Adopted,
    /// Somebody else has adopted or deleted it.
    NotOld,
    /// The row with this `_id` is still old: others changed it at every try.
    Overtaken(Bson),
}

async fn adopt_row(
    database: Database,
    collection: String,
    row: Document,
) -> Result<Outcome, Fault> {
    let id = row.get("_id").cloned().unwrap_or(Bson::Null);
    let rows = database.collection(&collection);
    let mut row = Some(row);
    for tried in 1..=MAX_TRIES {
        let Some(old) = row.filter(is_old) else {
            return Ok(Outcome::NotOld);
        };
        let adopted = match collection.as_str() {
            "calls" => adopt_call(&rows, &old).await?,
            "recordings" => adopt_recording(&database, &old).await?,
            _ => adopt_user(&rows, &old).await?,
        };
        if adopted {
            return Ok(Outcome::Adopted);
        }
        tokio::time::sleep(PAUSE * tried).await;
        row = rows.find_one(doc! { "_id": &id }).await?;
    }
    Ok(Outcome::Overtaken(id))
}

/// Adopts a call as it was read, unless somebody has changed it; says whether it did.
async fn adopt_call(calls: &Collection<Document>, old: &Document) -> Result<bool, Fault> {
    let mut call = untaken(calls, old, read_call(old)).await?;
    match write(calls, old, &adopted_call(old, &call)).await {
        Err(fault) if fault.is_duplicate_key() => match StorageError::from(fault) {
            // Another call was quicker.
            StorageError::Duplicate(Unique::CallSid) => {
                let taken = sids_of(&call).collect();
                give_up_sids(&mut call, &taken);
                write(calls, old, &adopted_call(old, &call)).await
            }
            error @ (StorageError::Duplicate(_)
            | StorageError::Unavailable(_)
            | StorageError::Corrupt { .. }) => Err(error.into()),
        },
        done => done,
    }
}

/// Adopts a user as it was read, unless somebody has changed it; says whether it did.
pub(in crate::mongo) async fn adopt_user(
    users: &Collection<Document>,
    old: &Document,
) -> Result<bool, Fault> {
    write(users, old, &adopted_user(old)).await
}

/// Adopts a recording as it was read, unless somebody has changed it; says whether it did.
pub(in crate::mongo) async fn adopt_recording(
    database: &Database,
    old: &Document,
) -> Result<bool, Fault> {
    let call_id = call_of_recording(&database.collection("calls"), old).await?;
    let adopted = adopted_recording(old, &read_recording(old, call_id));
    write(&database.collection("recordings"), old, &adopted).await
}

/// `call`, read of an old `row`, without the SIDs that other calls have. A SID that a row has only
/// because an attempt names it, or that a callback for an unknown SID had left behind, gives way to
/// every row of a call that names it as its own.
pub(in crate::mongo) async fn untaken(
    calls: &Collection<Document>,
    row: &Document,
    mut call: Call,
) -> Result<Call, Fault> {
    let sids: Vec<CallSid> = sids_of(&call).collect();
    if sids.is_empty() {
        return Ok(call);
    }
    let names: Vec<&str> = sids.iter().map(CallSid::as_str).collect();
    let mut others = checked_for_tenant(&tenant_of(row));
    others.insert("_id", doc! { "$ne": row.get("_id") });
    let mut owners = others.clone();
    owners.insert("sids", doc! { "$in": &names, "$type": "string" });
    let mut found = calls.find(owners).await?;
    let mut taken = HashSet::new();
    while found.advance().await? {
        let owner = found.deserialize_current()?;
        let owned = owner.get_array("sids").into_iter().flatten();
        taken.extend(owned.filter_map(|sid| sid.as_str()?.parse().ok()));
    }
    let is_phantom = row.get("call_id").and_then(Bson::as_str).is_none();
    let own = own_sids(row);
    let yielding: Vec<&str> = sids
        .iter()
        .filter(|sid| !taken.contains(*sid) && (is_phantom || !own.contains(sid)))
        .map(CallSid::as_str)
        .collect();
    if !yielding.is_empty() {
        others.extend(condition_of_own_sids(&yielding));
        others.insert("call_id", doc! { "$type": "string" });
        let mut found = calls.find(others).await?;
        while found.advance().await? {
            taken.extend(own_sids(&found.deserialize_current()?));
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
