//! Making a repeated request get the same answer and dial nothing.

use std::time::Duration;

use atlas_domain::{CallId, TenantId};
use atlas_storage::{
    IdempotencyBegin, IdempotencyClaim, IdempotencyKey, RecordedResponse, RequestDigest,
};

use crate::{Application, ApplicationError};

/// How long a request with a key may run before another may take its place: longer than placing
/// a call may take.
const LEASE: Duration = Duration::from_secs(60);
/// How long a key is kept.
const KEEP_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// What a request with a key is to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdempotentStart {
    /// Go ahead.
    Proceed {
        /// The id the call is to have.
        call_id: CallId,
        /// Whether an earlier request went ahead with this id and ended without an answer: its
        /// call may have been dialled, so that the key must not be forgotten before that is known.
        resumed: bool,
    },
    /// Give this answer again.
    Replay(RecordedResponse),
    /// Another request with the same key and body is running.
    InProgress,
    /// The key belongs to a request with another body.
    Reused,
}

/// A request that carries an idempotency key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotentRequest {
    /// The key.
    pub key: IdempotencyKey,
    /// The SHA-256 of its parsed body.
    pub digest: RequestDigest,
}

impl Application {
    /// Says whether a request with a key may go ahead, and with which call id.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when the key could not be stored: do not go ahead.
    pub async fn begin_idempotent(
        &self,
        tenant: &TenantId,
        request: &IdempotentRequest,
    ) -> Result<IdempotentStart, ApplicationError> {
        let claim = IdempotencyClaim {
            key: request.key.clone(),
            request: request.digest,
            call_id: self.new_call_id(),
            lease_duration: LEASE,
            keep_for: KEEP_FOR,
        };
        let begun = self
            .ports
            .idempotency
            .begin(tenant, &claim, self.now())
            .await?;
        Ok(match begun {
            IdempotencyBegin::Proceed { call_id } => IdempotentStart::Proceed {
                call_id,
                resumed: call_id != claim.call_id,
            },
            IdempotencyBegin::Replay(response) => IdempotentStart::Replay(response),
            IdempotencyBegin::InProgress => IdempotentStart::InProgress,
            IdempotencyBegin::Reused => IdempotentStart::Reused,
        })
    }

    /// Keeps the answer of a request that went ahead; `None` forgets the key instead, so that the
    /// same request may be made again. What cannot be stored is logged: the key's lease ends.
    pub async fn finish_idempotent(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
        response: Option<&RecordedResponse>,
    ) {
        let finished = match response {
            Some(response) => {
                self.ports
                    .idempotency
                    .complete(tenant, key, call_id, response)
                    .await
            }
            None => self.ports.idempotency.release(tenant, key, call_id).await,
        };
        if let Err(error) = finished {
            tracing::warn!(call.id = %call_id, error = &error as &dyn std::error::Error,
                "the answer to a request with an idempotency key could not be kept");
        }
    }

    /// Deletes keys whose time is over, and says how many.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when they could not be deleted.
    pub async fn forget_expired_keys(&self) -> Result<u64, ApplicationError> {
        Ok(self.ports.idempotency.delete_expired(self.now()).await?)
    }
}
