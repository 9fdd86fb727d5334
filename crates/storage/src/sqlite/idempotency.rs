//! Idempotency keys.

use async_trait::async_trait;
use atlas_domain::{CallId, TenantId, Timestamp};
use rusqlite::{Connection, ToSql};

use super::SqliteStore;
use super::fault::Fault;
use super::fields::Fields;
use crate::{
    IdempotencyBegin, IdempotencyClaim, IdempotencyKey, IdempotencyRepository, RecordedResponse,
    RequestDigest, StorageError,
};

pub(super) const FIND: &str = "
    SELECT request_sha256, call_id, lease_expires_at, expires_at, response_status,
        response_location, response_content_type, response_body
    FROM idempotency_keys
    WHERE tenant = ?1 AND api_key_name = ?2 AND route = ?3 AND key = ?4";

/// Takes the place of a row whose time is over.
pub(super) const BEGIN: &str = "
    INSERT OR REPLACE INTO idempotency_keys (tenant, api_key_name, route, key, request_sha256,
        call_id, lease_expires_at, expires_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";

pub(super) const TAKE_OVER: &str = "
    UPDATE idempotency_keys SET lease_expires_at = ?5
    WHERE tenant = ?1 AND api_key_name = ?2 AND route = ?3 AND key = ?4";

/// The first answer stays: it may have been given again already.
pub(super) const COMPLETE: &str = "
    UPDATE idempotency_keys SET response_status = ?6, response_location = ?7,
        response_content_type = ?8, response_body = ?9
    WHERE tenant = ?1 AND api_key_name = ?2 AND route = ?3 AND key = ?4 AND call_id = ?5
        AND response_status IS NULL";

pub(super) const RELEASE: &str = "
    DELETE FROM idempotency_keys
    WHERE tenant = ?1 AND api_key_name = ?2 AND route = ?3 AND key = ?4 AND call_id = ?5
        AND response_status IS NULL";

pub(super) const DELETE_EXPIRED: &str = "DELETE FROM idempotency_keys WHERE expires_at <= ?1";

#[async_trait]
impl IdempotencyRepository for SqliteStore {
    async fn begin(
        &self,
        tenant: &TenantId,
        claim: &IdempotencyClaim,
        now: Timestamp,
    ) -> Result<IdempotencyBegin, StorageError> {
        let (tenant, claim) = (tenant.clone(), claim.clone());
        self.write(move |connection| begin(connection, &tenant, &claim, now))
            .await
    }

    async fn complete(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
        response: &RecordedResponse,
    ) -> Result<(), StorageError> {
        let (tenant, key, response) = (tenant.clone(), key.clone(), response.clone());
        self.write(move |connection| complete(connection, &tenant, &key, call_id, &response))
            .await
    }

    async fn release(
        &self,
        tenant: &TenantId,
        key: &IdempotencyKey,
        call_id: CallId,
    ) -> Result<(), StorageError> {
        let (tenant, key) = (tenant.clone(), key.clone());
        self.write(move |connection| {
            connection.prepare_cached(RELEASE)?.execute((
                tenant.as_str(),
                &key.api_key_name,
                &key.route,
                &key.key,
                call_id.to_string(),
            ))?;
            Ok(())
        })
        .await
    }

    async fn delete_expired(&self, now: Timestamp) -> Result<u64, StorageError> {
        self.write(move |connection| {
            let deleted = connection
                .prepare_cached(DELETE_EXPIRED)?
                .execute([now.unix_millis()])?;
            Ok(u64::try_from(deleted).unwrap_or(u64::MAX))
        })
        .await
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

fn begin(
    connection: &Connection,
    tenant: &TenantId,
    claim: &IdempotencyClaim,
    now: Timestamp,
) -> Result<IdempotencyBegin, Fault> {
    let stored = find(connection, tenant, &claim.key)?.filter(|stored| stored.expires_at > now);
    let lease_expires_at = now.plus(claim.lease_duration);
    let Some(stored) = stored else {
        let parameters: [&dyn ToSql; 8] = [
            &tenant.as_str(),
            &claim.key.api_key_name,
            &claim.key.route,
            &claim.key.key,
            &claim.request.0,
            &claim.call_id.to_string(),
            &lease_expires_at.unix_millis(),
            &now.plus(claim.keep_for).unix_millis(),
        ];
        connection.prepare_cached(BEGIN)?.execute(parameters)?;
        return Ok(IdempotencyBegin::Proceed {
            call_id: claim.call_id,
        });
    };
    if stored.digest != claim.request {
        return Ok(IdempotencyBegin::Reused);
    }
    if let Some(response) = stored.response {
        return Ok(IdempotencyBegin::Replay(response));
    }
    if stored.lease_expires_at > now {
        return Ok(IdempotencyBegin::InProgress);
    }
    connection.prepare_cached(TAKE_OVER)?.execute((
        tenant.as_str(),
        &claim.key.api_key_name,
        &claim.key.route,
        &claim.key.key,
        lease_expires_at.unix_millis(),
    ))?;
    Ok(IdempotencyBegin::Proceed {
        call_id: stored.call_id,
    })
}

pub(super) fn complete(
    connection: &Connection,
    tenant: &TenantId,
    key: &IdempotencyKey,
    call_id: CallId,
    response: &RecordedResponse,
) -> Result<(), Fault> {
    let parameters: [&dyn ToSql; 9] = [
        &tenant.as_str(),
        &key.api_key_name,
        &key.route,
        &key.key,
        &call_id.to_string(),
        &response.http_status,
        &response.location,
        &response.content_type,
        &response.body,
    ];
    connection.prepare_cached(COMPLETE)?.execute(parameters)?;
    Ok(())
}

pub(super) fn find(
    connection: &Connection,
    tenant: &TenantId,
    key: &IdempotencyKey,
) -> Result<Option<StoredRequest>, Fault> {
    let mut statement = connection.prepare_cached(FIND)?;
    let parameters = (tenant.as_str(), &key.api_key_name, &key.route, &key.key);
    let mut rows = statement.query(parameters)?;
    match rows.next()? {
        Some(row) => Ok(Some(read(&mut Fields::of(row, "idempotency_keys"))?)),
        None => Ok(None),
    }
}

fn read(fields: &mut Fields<'_>) -> Result<StoredRequest, StorageError> {
    Ok(StoredRequest {
        digest: RequestDigest(fields.plain()?),
        call_id: fields.parsed()?,
        lease_expires_at: fields.timestamp()?,
        expires_at: fields.timestamp()?,
        response: read_response(fields)?,
    })
}

fn read_response(fields: &mut Fields<'_>) -> Result<Option<RecordedResponse>, StorageError> {
    let http_status = fields.optional_number()?;
    let location = fields.plain()?;
    let content_type: Option<String> = fields.plain()?;
    let body: Option<Vec<u8>> = fields.plain()?;
    match (http_status, content_type, body) {
        (Some(http_status), Some(content_type), Some(body)) => Ok(Some(RecordedResponse {
            http_status,
            location,
            content_type,
            body,
        })),
        (None, _, _) => Ok(None),
        (Some(_), _, _) => Err(fields.corrupt("a response that is not whole")),
    }
}
