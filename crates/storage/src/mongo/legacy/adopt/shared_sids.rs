//! Old calls that name one SID: nobody but the operator knows whose it is.

use std::collections::BTreeMap;

use atlas_domain::CallSid;
use mongodb::Database;
use mongodb::bson::{Bson, Document, doc};

use crate::mongo::fault::Fault;

/// The `_id`s of old calls with an id of their own that name one SID as theirs, a group for each
/// SID. Rows that callbacks for an unknown SID had left behind are none of them: they give way.
pub(in crate::mongo) async fn rows_that_share_a_sid(
    database: &Database,
) -> Result<Vec<Vec<Bson>>, Fault> {
    let pipeline = [
        doc! { "$match": { "shape": Bson::Null, "call_id": { "$type": "string" } } },
        doc! { "$project": {
            "tenant": { "$ifNull": ["$tenant", "default"] },
            "sid": { "$setUnion": [["$call_sid"], ["$twilio_sid"]] },
        } },
        doc! { "$unwind": "$sid" },
        doc! { "$match": { "sid": { "$type": "string" } } },
        doc! { "$group": {
            "_id": { "tenant": "$tenant", "sid": "$sid" },
            "rows": { "$push": "$_id" },
        } },
        doc! { "$match": { "rows.1": { "$exists": true } } },
    ];
    let calls = database.collection::<Document>("calls");
    let mut found = calls.aggregate(pipeline).allow_disk_use(true).await?;
    let mut groups = BTreeMap::new();
    while found.advance().await? {
        let group = found.deserialize_current()?;
        let shared = group.get_document("_id").ok();
        let sid = shared.and_then(|shared| shared.get_str("sid").ok());
        // A word that is no SID is nobody's.
        let (Some(sid), Ok(rows)) = (sid, group.get_array("rows")) else {
            continue;
        };
        if sid.parse::<CallSid>().is_ok() {
            groups.insert(group.get("_id").map(Bson::to_string), rows.clone());
        }
    }
    Ok(groups.into_values().collect())
}
