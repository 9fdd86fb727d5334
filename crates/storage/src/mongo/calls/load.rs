//! Finding a call's document and reading it.

use atlas_domain::call::Call;
use atlas_domain::{CallId, CallSid, TenantId};
use mongodb::Collection;
use mongodb::bson::{Bson, Document, doc};

use super::record;
use crate::StorageError;
use crate::mongo::checked_for_tenant;
use crate::mongo::fault::Fault;
use crate::mongo::legacy::{self, adopt};

/// The document of the call with this id.
pub(in crate::mongo) fn by_call_id(tenant: &TenantId, call_id: CallId) -> Document {
    let mut filter = checked_for_tenant(tenant);
    filter.extend(condition_of_call_id(call_id));
    filter
}

/// The document of the call one of whose dials has this SID.
pub(in crate::mongo) fn by_sid(tenant: &TenantId, sid: &CallSid) -> Document {
    let mut filter = checked_for_tenant(tenant);
    filter.extend(condition_of_sid(sid));
    filter
}

/// What tells a call's document from others of its tenant.
pub(in crate::mongo) fn condition_of_call_id(call_id: CallId) -> Document {
    let named = doc! { "call_id": call_id.to_string() };
    match legacy::row_of_derived_call_id(call_id) {
        // An old row without an id of its own is known by that of its row.
        Some(row_id) => doc! { "$or": [named, { "_id": row_id }] },
        None => named,
    }
}

/// What the documents have that a SID belongs to. The type is named because the index holds only
/// texts, and is used only by a query that says so.
pub(in crate::mongo) fn condition_of_sid(sid: &CallSid) -> Document {
    doc! { "sids": { "$eq": sid.as_str(), "$type": "string" } }
}

/// The call of a document.
pub(in crate::mongo) fn read(document: &Document) -> Result<Call, StorageError> {
    if legacy::is_old(document) {
        Ok(legacy::read_call(document))
    } else {
        record::read(document)
    }
}

/// A call and the document it was read from.
pub(super) struct Loaded {
    /// The document in today's shape.
    pub(super) document: Document,
    pub(super) call: Call,
    /// The document as it is stored, where an older service wrote it.
    pub(super) old: Option<Document>,
}

impl Loaded {
    pub(super) fn read(document: Document) -> Result<Self, StorageError> {
        let call = read(&document)?;
        let old = legacy::is_old(&document).then(|| document.clone());
        Ok(Self {
            document,
            call,
            old,
        })
    }

    /// Brings a document of an older service into today's shape, so that the change that is to be
    /// written takes it over.
    pub(super) async fn adopt(&mut self, calls: &Collection<Document>) -> Result<(), Fault> {
        if let Some(old) = &self.old {
            self.call = adopt::untaken(calls, old, self.call.clone()).await?;
            self.document = adopt::adopted_call(old, &self.call);
        }
        Ok(())
    }

    /// What finds the document as long as nobody has changed what `update` was made from.
    pub(super) fn guard(&self, update: &Document) -> Document {
        if let Some(old) = &self.old {
            return adopt::unchanged(old, update);
        }
        let field = |name| self.document.get(name).cloned().unwrap_or(Bson::Null);
        doc! { "_id": field("_id"), "revision": field("revision") }
    }
}
