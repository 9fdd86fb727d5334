//! Users.

use async_trait::async_trait;
use atlas_domain::{ExternalId, Page, PageRequest, TenantId, Timestamp, User, UserChanges, UserId};
use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::SqliteStore;
use super::fault::Fault;
use super::fields::{Fields, stored_text};
use super::listing::Listing;
use crate::{StorageError, UserRepository};

pub(super) const FIND: &str = "
    SELECT id, name, email, phone_number, external_id, created_at, updated_at
    FROM users WHERE tenant = ?1 AND id = ?2";

const INSERT: &str = "
    INSERT INTO users (tenant, id, name, email, email_key, phone_number, external_id, created_at,
        updated_at)
    VALUES (:tenant, :id, :name, :email, :email_key, :phone_number, :external_id, :created_at,
        :updated_at)";

pub(super) const UPDATE: &str = "
    UPDATE users SET name = :name, email = :email, email_key = :email_key,
        phone_number = :phone_number, external_id = :external_id, updated_at = :updated_at
    WHERE tenant = :tenant AND id = :id";

pub(super) const DELETE: &str = "DELETE FROM users WHERE tenant = ?1 AND id = ?2";

#[async_trait]
impl UserRepository for SqliteStore {
    async fn insert(&self, tenant: &TenantId, user: &User) -> Result<(), StorageError> {
        let (tenant, user) = (tenant.clone(), user.clone());
        self.write(move |connection| insert(connection, &tenant, &user))
            .await
    }

    async fn find(&self, tenant: &TenantId, id: UserId) -> Result<Option<User>, StorageError> {
        let tenant = tenant.clone();
        self.read(move |connection| find(connection, &tenant, &id.to_string()))
            .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        page: &PageRequest,
    ) -> Result<Page<User>, StorageError> {
        let (tenant, page) = (tenant.clone(), page.clone());
        self.read(move |connection| {
            listing(&tenant).read(connection, &page, |id| find(connection, &tenant, id))
        })
        .await
    }

    async fn update(
        &self,
        tenant: &TenantId,
        id: UserId,
        changes: &UserChanges,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError> {
        let (tenant, changes) = (tenant.clone(), changes.clone());
        self.write(move |connection| {
            let Some(before) = find(connection, &tenant, &id.to_string())? else {
                return Ok(None);
            };
            let user = changes.apply_to(&before, now);
            connection.prepare_cached(UPDATE)?.execute(named_params! {
                ":tenant": tenant.as_str(),
                ":id": user.id.to_string(),
                ":name": stored_text(&user.name),
                ":email": stored_text(&user.email),
                ":email_key": user.email.key().unwrap_or_default(),
                ":phone_number": stored_text(&user.phone_number),
                ":external_id": user.external_id.as_ref().map(|id| id.as_str()),
                ":updated_at": user.updated_at.unix_millis(),
            })?;
            Ok(Some(user))
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, id: UserId) -> Result<bool, StorageError> {
        let tenant = tenant.clone();
        self.write(move |connection| {
            let deleted = connection
                .prepare_cached(DELETE)?
                .execute((tenant.as_str(), id.to_string()))?;
            Ok(deleted > 0)
        })
        .await
    }
}

/// The list of all users of a tenant.
pub(super) fn listing(tenant: &TenantId) -> Listing {
    Listing::new("users", "id", tenant)
}

pub(super) fn insert(connection: &Connection, tenant: &TenantId, user: &User) -> Result<(), Fault> {
    connection.prepare_cached(INSERT)?.execute(named_params! {
        ":tenant": tenant.as_str(),
        ":id": user.id.to_string(),
        ":name": stored_text(&user.name),
        ":email": stored_text(&user.email),
        ":email_key": user.email.key().unwrap_or_default(),
        ":phone_number": stored_text(&user.phone_number),
        ":external_id": user.external_id.as_ref().map(|id| id.as_str()),
        ":created_at": user.created_at.unix_millis(),
        ":updated_at": user.updated_at.unix_millis(),
    })?;
    Ok(())
}

pub(super) fn find(
    connection: &Connection,
    tenant: &TenantId,
    id: &str,
) -> Result<Option<User>, Fault> {
    let mut statement = connection.prepare_cached(FIND)?;
    statement
        .query_row((tenant.as_str(), id), |row| Ok(read(row)))
        .optional()?
        .transpose()
        .map_err(Fault::from)
}

fn read(row: &Row<'_>) -> Result<User, StorageError> {
    let mut fields = Fields::of(row, "users");
    Ok(User {
        id: fields.parsed()?,
        name: fields.stored()?,
        email: fields.stored()?,
        phone_number: fields.stored()?,
        external_id: fields
            .plain::<Option<String>>()?
            .map(ExternalId::from_stored),
        created_at: fields.timestamp()?,
        updated_at: fields.timestamp()?,
    })
}
