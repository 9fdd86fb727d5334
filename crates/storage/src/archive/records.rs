//! The rows that stores hand to each other.

use std::fmt;

use atlas_domain::call::Call;
use atlas_domain::{CallId, ObjectId, Recording, RecordingId, TenantId, Timestamp, User, UserId};

use super::{Record, RecordKey};
use crate::{IdempotencyKey, RecordedResponse, RequestDigest};

/// Fields that another program wrote beside those of Atlas, as one BSON document
/// (<https://bsonspec.org/spec.html>): kept, never read. Within `attempts`, `dials` and other lists
/// that Atlas keeps too, each element's fields stand under its position.
#[derive(Clone, PartialEq, Eq)]
pub struct OtherFields(Vec<u8>);

impl OtherFields {
    /// These bytes of a BSON document.
    #[must_use]
    pub const fn from_bson(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes of the document.
    #[must_use]
    pub fn as_bson(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for OtherFields {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "OtherFields({} bytes)", self.0.len())
    }
}

/// A user as stores hand it to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// The user.
    pub user: User,
    /// What another program wrote beside it.
    pub other_fields: Option<OtherFields>,
}

/// A call as stores hand it to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// The call.
    pub call: Call,
    /// The id of its document; where it never had one, an id made from those of the call, so that
    /// copying it again makes the same.
    pub document_id: ObjectId,
    /// How often its due work has been claimed.
    pub fence: u64,
    /// What another program wrote beside it.
    pub other_fields: Option<OtherFields>,
}

/// A recording as stores hand it to each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// The recording.
    pub recording: Recording,
    /// What another program wrote beside it.
    pub other_fields: Option<OtherFields>,
}

/// A request made with an idempotency key, as stores hand it to each other.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// The key.
    pub key: IdempotencyKey,
    /// The body of the request.
    pub request: RequestDigest,
    /// The id of the call it makes.
    pub call_id: CallId,
    /// Until when it may be running.
    pub lease_expires_at: Timestamp,
    /// Until when it is kept.
    pub expires_at: Timestamp,
    /// Its answer, once there is one.
    pub response: Option<RecordedResponse>,
}

impl fmt::Debug for IdempotencyRecord {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.label())
    }
}

impl Record for UserRecord {
    type Id = UserId;

    const KIND: &'static str = "users";

    fn key(&self) -> RecordKey<UserId> {
        key(&self.tenant, self.user.id)
    }

    fn label(&self) -> String {
        format!("user {} of tenant {}", self.user.id, self.tenant)
    }

    fn supersedes(&self, known: &Self) -> bool {
        self.user.updated_at > known.user.updated_at
    }
}

impl Record for CallRecord {
    type Id = CallId;

    const KIND: &'static str = "calls";

    fn key(&self) -> RecordKey<CallId> {
        key(&self.tenant, self.call.call_id)
    }

    fn label(&self) -> String {
        format!("call {} of tenant {}", self.call.call_id, self.tenant)
    }

    fn supersedes(&self, known: &Self) -> bool {
        let age = |record: &Self| (record.call.revision, record.call.updated_at, record.fence);
        age(self) > age(known)
    }
}

impl Record for RecordingRecord {
    type Id = RecordingId;

    const KIND: &'static str = "recordings";

    fn key(&self) -> RecordKey<RecordingId> {
        key(&self.tenant, self.recording.id)
    }

    fn label(&self) -> String {
        format!("recording {} of tenant {}", self.recording.id, self.tenant)
    }

    fn supersedes(&self, known: &Self) -> bool {
        // Noting that its call shows it changes no time.
        let age = |record: &Self| (record.recording.updated_at, record.recording.linked);
        age(self) > age(known)
    }
}

impl Record for IdempotencyRecord {
    type Id = IdempotencyKey;

    const KIND: &'static str = "idempotency keys";

    fn key(&self) -> RecordKey<IdempotencyKey> {
        key(&self.tenant, self.key.clone())
    }

    /// Names the call it makes: the key itself is the caller's text.
    fn label(&self) -> String {
        format!(
            "idempotency key of call {} of tenant {}",
            self.call_id, self.tenant
        )
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.expires_at)
    }

    fn supersedes(&self, known: &Self) -> bool {
        let age = |record: &Self| {
            let answered = record.response.is_some();
            (record.expires_at, answered, record.lease_expires_at)
        };
        // The first answer to one and the same request stays.
        let same_request = (self.request, self.call_id) == (known.request, known.call_id);
        let overwrites = same_request && known.response.is_some();
        !overwrites && age(self) > age(known)
    }
}

fn key<Id>(tenant: &TenantId, id: Id) -> RecordKey<Id> {
    RecordKey {
        tenant: tenant.clone(),
        id,
    }
}
