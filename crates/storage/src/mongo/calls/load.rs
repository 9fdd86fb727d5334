//! Finding a call's document and reading it.

use atlas_domain::call::Call;
use atlas_domain::{CallId, CallSid, TenantId};
use mongodb::bson::{Bson, Document, doc};

use super::record;
use crate::StorageError;
use crate::mongo::tenant_filter;

/// The document of the call with this id.
pub(in crate::mongo) fn by_call_id(tenant: &TenantId, call_id: CallId) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.extend(condition_of_call_id(call_id));
    filter
}

/// The document of the call one of whose dials has this SID.
pub(in crate::mongo) fn by_sid(tenant: &TenantId, sid: &CallSid) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.extend(condition_of_sid(sid));
    filter
}

/// What tells a call's document from others of its tenant.
pub(in crate::mongo) fn condition_of_call_id(call_id: CallId) -> Document {
    doc! { "call_id": call_id.to_string() }
}

/// What the documents have that a SID belongs to. The type is named because the index holds only
/// texts, and is used only by a query that says so.
pub(in crate::mongo) fn condition_of_sid(sid: &CallSid) -> Document {
    doc! { "sids": { "$eq": sid.as_str(), "$type": "string" } }
}

/// The call of a document.
pub(in crate::mongo) fn read(document: &Document) -> Result<Call, StorageError> {
    record::read(document)
}

/// A call and the document it was read from.
pub(super) struct Loaded {
    pub(super) document: Document,
    pub(super) call: Call,
}

impl Loaded {
    pub(super) fn read(document: Document) -> Result<Self, StorageError> {
        let call = read(&document)?;
        Ok(Self { document, call })
    }

    /// What finds the document as long as nobody has changed it.
    pub(super) fn guard(&self) -> Document {
        let field = |name| self.document.get(name).cloned().unwrap_or(Bson::Null);
        doc! { "_id": field("_id"), "revision": field("revision") }
    }
}
