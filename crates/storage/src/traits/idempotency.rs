//! Idempotency keys: the answers that a repeated request gets again.

use std::time::Duration;

use async_trait::async_trait;
use atlas_domain::{CallId, TenantId, Timestamp};

use crate::StorageError;

/// What an `Idempotency-Key` header is the key of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey {
    /// The name of the API key that made the request; empty when the API is open.
    pub api_key_name: String,
    /// The route, such as `POST /calls/outbound`.
    pub route: String,
    /// The header's value.
    pub key: String,
}

/// The SHA-256 of a parsed request body, by which two requests are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestDigest(pub [u8; 32]);

/// A request that carries a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyClaim {
    /// Its key.
    pub key: IdempotencyKey,
    /// Its body.
    pub request: RequestDigest,
    /// The id that a call made by it is to have, if it is the first.
    pub call_id: CallId,
    /// How long it may run before another may take its place; longer than it can take.
    pub lease_duration: Duration,
    /// How long the key is kept.
    pub keep_for: Duration,
}

/// The answer to a request, as it is given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedResponse {
    /// The HTTP status.
    pub http_status: u16,
    /// The `location` header.
    pub location: Option<String>,
    /// The media type of the body.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What a request with a key is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotencyBegin {
    /// Go ahead, with this call id: the claim's own, or that of an earlier request with the same
    /// key and body that ended without an answer.
    Proceed {
        /// The id to use.
        call_id: CallId,
    },
    /// Give this answer again.
    Replay(RecordedResponse),
    /// Another request with the same key and body is running.
    InProgress,
    /// The key belongs to a request with another body.
    Reused,
}

/// Keeps idempotency keys.
#[cfg_attr(feature = "mocks", mockall::automock)]
#[async_trait]
pub trait IdempotencyRepository: Send + Sync {
    /// Inserts the key, or says what is there: as one atomic step, so that of two requests with
    /// one key only one proceeds. A key older than its `keep_for` counts as absent.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn begin(
        &self,
        tenant: &TenantId,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<IdempotencyBegin, StorageError>;

    /// Keeps the answer of the request that proceeded with `call_id`. Does nothing when the key
    /// is gone or belongs to another request by now.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn complete(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
        response: &RecordedResponse,
    ) -> Result<(), StorageError>;

    /// Forgets the key of the request that proceeded with `call_id` and has no answer to keep.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn release(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
    ) -> Result<(), StorageError>;

    /// Deletes keys whose time is over, over all tenants, and says how many.
    ///
    /// # Errors
    /// [`StorageError`] when it could not be written.
    async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError>;
}
