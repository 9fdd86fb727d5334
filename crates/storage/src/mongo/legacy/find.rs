//! Finding rows that were not adopted yet, by what they keep in other fields than today's.

use atlas_domain::{CallId, CallSid, TenantId};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};

use super::calls::read_call;
use super::ids::{object_id, row_of_derived_call_id};
use super::recordings::CallOfRecording;
use crate::mongo::fault::Fault;
use crate::mongo::{MongoStore, listing, tenant_filter};

/// How many old rows one SID may be in.
const MOST_ROWS: i64 = 16;

impl MongoStore {
    /// The old row of the call one of whose dials has this SID; over all tenants where none is
    /// named. A row with an id of its own comes before one that a callback had left behind.
    pub(in crate::mongo) async fn old_row_with_sid(
        &self,
        tenant: Option<&TenantId>,
        sid: &CallSid,
    ) -> Result<Option<Document>, Fault> {
        let mut filter = tenant.map(tenant_filter).unwrap_or_default();
        filter.extend(condition_of_old_sids(&[sid.as_str()]));
        let calls = self.collection("calls");
        let found = calls.find(filter).limit(MOST_ROWS).await?;
        let mut rows = listing::rows(found).await?;
        rows.retain(|row| read_call(row).dial_by_sid(sid).is_some());
        let own = |row: &Document| row.get("call_id").and_then(Bson::as_str).is_some();
        let chosen = rows.iter().position(own).unwrap_or_default();
        Ok(rows.into_iter().nth(chosen))
    }

    /// The old rows of the recordings of a call.
    pub(in crate::mongo) async fn old_recordings_of(
        &self,
        tenant: &TenantId,
        call_id: CallId,
    ) -> Result<Vec<Document>, Fault> {
        let row_id = match row_of_derived_call_id(call_id) {
            Some(row_id) => row_id,
            None => {
                let mut filter = tenant_filter(tenant);
                filter.insert("call_id", call_id.to_string());
                let found = self
                    .collection("calls")
                    .find_one(filter)
                    .projection(doc! { "_id": 1 })
                    .await?;
                match found.and_then(|call| call.get_object_id("_id").ok()) {
                    Some(row_id) => row_id,
                    None => return Ok(Vec::new()),
                }
            }
        };
        let mut filter = tenant_filter(tenant);
        let names: [Bson; 2] = [row_id.into(), row_id.to_hex().into()];
        filter.insert("call_id", doc! { "$in": names.to_vec() });
        filter.insert("shape", Bson::Null);
        listing::rows(self.collection("recordings").find(filter).await?).await
    }
}

/// What the old rows have that name one of these SIDs.
pub(super) fn condition_of_old_sids(sids: &[&str]) -> Document {
    let one_of = doc! { "$in": sids.to_vec() };
    doc! {
        "shape": Bson::Null,
        "$or": [
            { "call_sid": one_of.clone() },
            { "twilio_sid": one_of.clone() },
            { "attempts.twilio_sid": one_of },
        ],
    }
}

/// What the old rows have that name one of these SIDs as that of the call itself.
pub(super) fn condition_of_own_sids(sids: &[&str]) -> Document {
    let one_of = doc! { "$in": sids.to_vec() };
    doc! {
        "shape": Bson::Null,
        "$or": [{ "call_sid": one_of.clone() }, { "twilio_sid": one_of }],
    }
}

/// The id of the call that an old recording names by the `_id` of its row.
pub(in crate::mongo) async fn call_of_recording(
    calls: &Collection<Document>,
    recording: &Document,
) -> Result<Option<CallId>, Fault> {
    let CallOfRecording::Row(row_id) = CallOfRecording::of(recording) else {
        return Ok(None);
    };
    let found = calls
        .find_one(doc! { "_id": row_id })
        .projection(doc! { "call_id": 1 })
        .await?;
    Ok(found.map(|row| super::calls::call_id_of(&row, object_id(&row))))
}
