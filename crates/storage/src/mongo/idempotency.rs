//! Idempotency keys.
//!
//! A key is the `_id` of its document, so that no two requests can begin with one key, whatever
//! indexes there are. The server deletes a document some time after its `expires_at`; until then it
//! counts as absent all the same.

use async_trait::async_trait;
use atlas_domain::{CallId, TenantId, Timestamp};
use mongodb::Collection;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, Document, doc};

use super::MongoStore;
use super::fault::{Fault, Outage, unavailable};
use super::fields::{Fields, set_optional, stored_time};
use crate::{
    IdempotencyBegin, IdempotencyClaim, IdempotencyKey, IdempotencyRepository, RecordedResponse,
    RequestDigest, StorageError,
};

/// How often a request looks again when the document changed between two looks.
const MAX_TRIES: u32 = 100;

#[async_trait]
impl IdempotencyRepository for MongoStore {
    async fn begin(
        &self,
        tenant: &TenantId,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<IdempotencyBegin, StorageError> {
        let keys = self.collection("idempotency_keys");
        self.bounded(async {
            for _ in 0..MAX_TRIES {
                if let Some(begun) = begin(&keys, tenant, claim, now).await? {
                    return Ok(begun);
                }
            }
            Err(Fault::Store(unavailable(Outage::Overtaken)))
        })
        .await
    }

    async fn complete(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
        response: &RecordedResponse,
    ) -> Result<(), StorageError> {
        let keys = self.collection("idempotency_keys");
        self.bounded(async {
            // The first answer stays: it may have been given again already.
            let answer = doc! { "$set": { "response": encode_response(response) } };
            keys.update_one(unanswered(tenant, key, call_id), answer)
                .await?;
            Ok(())
        })
        .await
    }

    async fn release(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
    ) -> Result<(), StorageError> {
        let keys = self.collection("idempotency_keys");
        self.bounded(async {
            keys.delete_one(unanswered(tenant, key, call_id)).await?;
            Ok(())
        })
        .await
    }

    async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError> {
        let keys = self.collection("idempotency_keys");
        self.bounded(async {
            let deleted = keys.delete_many(expired(now)).await?;
            Ok(deleted.deleted_count)
        })
        .await
    }
}

/// One look and at most one write; `None` when another request came between the two.
async fn begin(
    keys: &Collection<Document>,
    tenant: &TenantId,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> Result<Option<IdempotencyBegin>, Fault> {
    let lease_expires_at = now.plus(claim.lease_duration);
    let request = StoredRequest {
        digest: claim.request,
        call_id: claim.call_id,
        lease_expires_at,
        expires_at: now.plus(claim.keep_for),
        response: None,
    };
    let fresh = encode(tenant, &claim.key, &request);
    let proceed = |call_id| Ok(Some(IdempotencyBegin::Proceed { call_id }));
    let Some(document) = keys.find_one(by_key(tenant, &claim.key)).await? else {
        return match keys.insert_one(fresh).await.map_err(Fault::from) {
            Ok(_) => proceed(claim.call_id),
            Err(fault) if fault.is_duplicate_key() => Ok(None),
            Err(fault) => Err(fault),
        };
    };
    let stored = decode(&document)?;
    if stored.expires_at <= now {
        let replaced = keys
            .replace_one(as_seen(tenant, &claim.key, &stored), fresh)
            .await?;
        return if replaced.matched_count > 0 {
            proceed(claim.call_id)
        } else {
            Ok(None)
        };
    }
    if stored.digest != claim.request {
        return Ok(Some(IdempotencyBegin::Reused));
    }
    if let Some(response) = stored.response {
        return Ok(Some(IdempotencyBegin::Replay(response)));
    }
    if stored.lease_expires_at > now {
        return Ok(Some(IdempotencyBegin::InProgress));
    }
    let lease = doc! { "$set": { "lease_expires_at": stored_time(lease_expires_at) } };
    let taken_over = keys
        .update_one(as_seen(tenant, &claim.key, &stored), lease)
        .await?;
    if taken_over.matched_count > 0 {
        proceed(stored.call_id)
    } else {
        Ok(None)
    }
}

/// A request as stored under its key.
pub(super) struct StoredRequest {
    pub(super) digest: RequestDigest,
    pub(super) call_id: CallId,
    pub(super) lease_expires_at: Timestamp,
    pub(super) expires_at: Timestamp,
    pub(super) response: Option<RecordedResponse>,
}

/// What a key is in `_id`. The order of the fields counts: it must never change.
pub(super) fn id(tenant: &TenantId, key: &IdempotencyKey) -> Document {
    doc! {
        "tenant": tenant.as_str(),
        "api_key_name": &key.api_key_name,
        "route": &key.route,
        "key": &key.key,
    }
}

/// The request with a key.
pub(super) fn by_key(tenant: &TenantId, key: &IdempotencyKey) -> Document {
    doc! { "_id": id(tenant, key) }
}

/// The request with a key, if it is one that proceeded with `call_id` and has no answer yet.
pub(super) fn unanswered(tenant: &TenantId, key: &IdempotencyKey, call_id: CallId) -> Document {
    let mut filter = by_key(tenant, key);
    filter.insert("call_id", call_id.to_string());
    filter.insert("response", doc! { "$exists": false });
    filter
}

/// The request with a key, if nobody took it over since it was looked at.
fn as_seen(tenant: &TenantId, key: &IdempotencyKey, seen: &StoredRequest) -> Document {
    let mut filter = by_key(tenant, key);
    filter.insert("call_id", seen.call_id.to_string());
    filter.insert("lease_expires_at", stored_time(seen.lease_expires_at));
    filter.insert("expires_at", stored_time(seen.expires_at));
    filter.insert("response", doc! { "$exists": seen.response.is_some() });
    filter
}

/// Requests of all tenants whose time is over.
pub(super) fn expired(now: Timestamp) -> Document {
    doc! { "expires_at": { "$lte": stored_time(now) } }
}

fn binary(bytes: &[u8]) -> Bson {
    Bson::Binary(Binary {
        subtype: BinarySubtype::Generic,
        bytes: bytes.to_vec(),
    })
}

/// The document of a request.
pub(super) fn encode(tenant: &TenantId, key: &IdempotencyKey, request: &StoredRequest) -> Document {
    let mut document = doc! {
        "_id": id(tenant, key),
        "tenant": tenant.as_str(),
        "request_sha256": binary(&request.digest.0),
        "call_id": request.call_id.to_string(),
        "lease_expires_at": stored_time(request.lease_expires_at),
        "expires_at": stored_time(request.expires_at),
    };
    let response = request.response.as_ref().map(encode_response);
    set_optional(&mut document, "response", response);
    document
}

/// The request of a document.
pub(super) fn decode(document: &Document) -> Result<StoredRequest, StorageError> {
    let fields = Fields::of(document, "idempotency_keys");
    let digest = bytes(&fields, "request_sha256")?;
    let response = fields.optional_document("response", "idempotency_keys.response")?;
    Ok(StoredRequest {
        digest: digest
            .try_into()
            .map(RequestDigest)
            .map_err(|_| fields.corrupt("request_sha256", "not 32 bytes"))?,
        call_id: fields.parsed("call_id")?,
        lease_expires_at: fields.timestamp("lease_expires_at")?,
        expires_at: fields.timestamp("expires_at")?,
        response: response.as_ref().map(decode_response).transpose()?,
    })
}

fn bytes(fields: &Fields<'_>, name: &str) -> Result<Vec<u8>, StorageError> {
    let value = fields.required(name, fields.value(name))?;
    if let Bson::Binary(binary) = value {
        Ok(binary.bytes.clone())
    } else {
        Err(fields.corrupt(name, "not bytes"))
    }
}

fn encode_response(response: &RecordedResponse) -> Document {
    let mut document = doc! {
        "http_status": i32::from(response.http_status),
        "content_type": &response.content_type,
        "body": binary(&response.body),
    };
    set_optional(&mut document, "location", response.location.as_deref());
    document
}

fn decode_response(fields: &Fields<'_>) -> Result<RecordedResponse, StorageError> {
    Ok(RecordedResponse {
        http_status: fields.number("http_status")?,
        location: fields.optional_text("location")?.map(str::to_owned),
        content_type: fields.text("content_type")?.to_owned(),
        body: bytes(fields, "body")?,
    })
}
