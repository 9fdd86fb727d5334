//! Calls: a row each, with their dials and attempts in tables of their own.

pub(super) mod attempts;
pub(super) mod dials;
pub(super) mod purpose;
pub(super) mod record;

use async_trait::async_trait;
use atlas_domain::call::{self, Applied, Call, CallEvent, CallPurpose, Effect};
use atlas_domain::{CallId, CallSid, Page, PageRequest, TenantId, Timestamp};
use rusqlite::Connection;

use super::SqliteStore;
use super::fault::Fault;
use super::fields::Fields;
use super::listing::Listing;
use crate::{CallFilter, CallRepository, StorageError};

pub(super) const FIND_BY_SID: &str = "SELECT call_id FROM dials WHERE tenant = ?1 AND sid = ?2";

#[async_trait]
impl CallRepository for SqliteStore {
    async fn insert(&self, tenant: &TenantId, call: &Call) -> Result<(), StorageError> {
        let (tenant, call) = (tenant.clone(), call.clone());
        self.write(move |connection| insert(connection, &tenant, &call))
            .await
    }

    async fn find(&self, tenant: &TenantId, call_id: CallId) -> Result<Option<Call>, StorageError> {
        let key = Key::new(tenant, call_id);
        self.read(move |connection| load(connection, &key)).await
    }

    async fn find_by_sid(
        &self,
        tenant: &TenantId,
        sid: &CallSid,
    ) -> Result<Option<Call>, StorageError> {
        let (tenant, sid) = (tenant.clone(), sid.clone());
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(FIND_BY_SID)?;
            let mut rows = statement.query((tenant.as_str(), sid.as_str()))?;
            match rows.next()? {
                Some(row) => {
                    let call_id = Fields::of(row, "dials").parsed()?;
                    load(connection, &Key::new(&tenant, call_id))
                }
                None => Ok(None),
            }
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        filter: &CallFilter,
        page: &PageRequest,
    ) -> Result<Page<Call>, StorageError> {
        let (tenant, filter, page) = (tenant.clone(), filter.clone(), page.clone());
        self.read(move |connection| {
            listing(&tenant, &filter).read(connection, &page, |call_id| {
                let key = Key {
                    tenant: tenant.as_str().to_owned(),
                    call_id: call_id.to_owned(),
                };
                load(connection, &key)
            })
        })
        .await
    }

    async fn apply(
        &self,
        tenant: &TenantId,
        call_id: CallId,
        event: &CallEvent,
        now: Timestamp,
    ) -> Result<Option<Applied>, StorageError> {
        let key = Key::new(tenant, call_id);
        let event = event.clone();
        self.write(move |connection| {
            let Some(before) = load(connection, &key)? else {
                return Ok(None);
            };
            let applied = call::apply(&before, &event, now);
            match applied.effect {
                Effect::Changed => store_changes(connection, &key, &before, &applied.call)?,
                Effect::Unchanged | Effect::Stray | Effect::Refused(_) => {}
            }
            Ok(Some(applied))
        })
        .await
    }
}

/// What the rows of one call are found by.
pub(super) struct Key {
    tenant: String,
    call_id: String,
}

impl Key {
    pub(super) fn new(tenant: &TenantId, call_id: CallId) -> Self {
        Self {
            tenant: tenant.as_str().to_owned(),
            call_id: call_id.to_string(),
        }
    }
}

/// The list of the calls of a tenant that pass the filter.
pub(super) fn listing(tenant: &TenantId, filter: &CallFilter) -> Listing {
    let mut listing = Listing::new("calls", "call_id", tenant);
    if let Some(status) = filter.status {
        let word = status.as_str().to_owned();
        listing.only_with("status = :status", ":status", word);
    }
    if let Some(number) = &filter.to_number {
        let number = number.as_str().to_owned();
        listing.only_with("to_number = :to_number", ":to_number", number);
    }
    if let Some(number) = &filter.from_number {
        let number = number.as_str().to_owned();
        listing.only_with("from_number = :from_number", ":from_number", number);
    }
    if let Some(after) = filter.created_after {
        let after = after.unix_millis();
        listing.only_with("created_at >= :created_after", ":created_after", after);
    }
    if let Some(before) = filter.created_before {
        let before = before.unix_millis();
        listing.only_with("created_at <= :created_before", ":created_before", before);
    }
    match filter.held {
        // In words, because only then SQLite uses the index of held calls.
        Some(true) => listing.only("held = 1"),
        Some(false) => listing.only("held = 0"),
        None => {}
    }
    if let Some(notifications) = &filter.notifications {
        // In words, because only then SQLite uses the indexes of notifications.
        listing.only("purpose = 'notification'");
        if let Some(task_id) = &notifications.task_id {
            let task_id = task_id.as_str().to_owned();
            listing.only_with("task_id = :task_id", ":task_id", task_id);
        }
        if let Some(acknowledged) = notifications.acknowledged {
            listing.only_with(
                "acknowledged = :acknowledged",
                ":acknowledged",
                i64::from(acknowledged),
            );
        }
    }
    if let Some(user) = &filter.user {
        let user_id = user.user_id.to_string();
        listing.or_with("user_id = :user_id", ":user_id", user_id.clone());
        let external_id = user.external_id.as_ref().map(|id| id.as_str().to_owned());
        listing.or_with("user_external_id = :id_as_text", ":id_as_text", user_id);
        if let Some(external_id) = external_id {
            listing.or_with(
                "user_external_id = :external_id",
                ":external_id",
                external_id,
            );
        }
    }
    listing
}

pub(super) fn insert(connection: &Connection, tenant: &TenantId, call: &Call) -> Result<(), Fault> {
    let key = Key::new(tenant, call.call_id);
    record::insert(connection, &key, call)?;
    if call.purpose != CallPurpose::Script {
        purpose::store(connection, &key, &call.purpose)?;
    }
    dials::store_changes(connection, &key, &[], &call.dials)?;
    attempts::store_changes(connection, &key, &[], &call.attempts)
}

pub(super) fn load(connection: &Connection, key: &Key) -> Result<Option<Call>, Fault> {
    let Some(mut call) = record::load(connection, key)? else {
        return Ok(None);
    };
    call.dials = dials::load(connection, key)?;
    call.attempts = attempts::load(connection, key)?;
    Ok(Some(call))
}

/// Writes what differs between two states of one call.
fn store_changes(
    connection: &Connection,
    key: &Key,
    before: &Call,
    after: &Call,
) -> Result<(), Fault> {
    record::update(connection, key, after)?;
    if before.purpose != after.purpose {
        purpose::store(connection, key, &after.purpose)?;
    }
    dials::store_changes(connection, key, &before.dials, &after.dials)?;
    attempts::store_changes(connection, key, &before.attempts, &after.attempts)
}
