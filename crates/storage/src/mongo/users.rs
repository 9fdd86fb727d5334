//! Users.

use async_trait::async_trait;
use atlas_domain::{ExternalId, Page, PageRequest, TenantId, Timestamp, User, UserChanges, UserId};
use mongodb::bson::{Document, doc, oid::ObjectId};
use mongodb::options::ReturnDocument;

use super::fault::{Fault, Outage, unavailable};
use super::fields::{Fields, set_optional, stored_time};
use super::listing::{Listing, TieBreak};
use super::{MongoStore, SHAPE, legacy, old_indexes, tenant_filter};
use crate::{StorageError, UserRepository};

/// How often a change is tried again whose row others change before it is taken over.
const MAX_TRIES: u32 = 20;

#[async_trait]
impl UserRepository for MongoStore {
    async fn insert(&self, tenant: &TenantId, user: &User) -> Result<(), StorageError> {
        let users = self.collection("users");
        self.bounded(async { old_indexes::insert(&users, encode(tenant, user)).await })
            .await
    }

    async fn find(&self, tenant: &TenantId, id: UserId) -> Result<Option<User>, StorageError> {
        let users = self.collection("users");
        self.bounded(async {
            let found = users.find_one(by_id(tenant, id)).await?;
            Ok(found.as_ref().map(decode).transpose()?)
        })
        .await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        page: &PageRequest,
    ) -> Result<Page<User>, StorageError> {
        let users = self.collection("users");
        self.bounded(async { listing(tenant).read(&users, page, decode).await })
            .await
    }

    async fn update(
        &self,
        tenant: &TenantId,
        id: UserId,
        changes: &UserChanges,
        now: Timestamp,
    ) -> Result<Option<User>, StorageError> {
        let users = self.collection("users");
        self.bounded(async {
            // Only what the change names is written, so that of two changes at once none is lost.
            let mut filter = by_id(tenant, id);
            filter.insert("shape", SHAPE);
            let write = || {
                users
                    .find_one_and_update(filter.clone(), doc! { "$set": changed(changes, now) })
                    .return_document(ReturnDocument::After)
            };
            for _ in 0..MAX_TRIES {
                if let Some(changed) = write().await? {
                    return Ok(Some(decode(&changed)?));
                }
                let Some(old) = users.find_one(by_id(tenant, id)).await? else {
                    return Ok(None);
                };
                if legacy::is_old(&old) {
                    legacy::adopt::adopt_user(&users, &old).await?;
                }
            }
            Err(Fault::Store(unavailable(Outage::Overtaken)))
        })
        .await
    }

    async fn delete(&self, tenant: &TenantId, id: UserId) -> Result<bool, StorageError> {
        let users = self.collection("users");
        self.bounded(async {
            let deleted = users.delete_one(by_id(tenant, id)).await?;
            Ok(deleted.deleted_count > 0)
        })
        .await
    }
}

/// The user with an id.
pub(super) fn by_id(tenant: &TenantId, id: UserId) -> Document {
    let mut filter = tenant_filter(tenant);
    filter.insert("_id", object_id(id));
    filter
}

/// The list of all users of a tenant.
pub(super) fn listing(tenant: &TenantId) -> Listing {
    Listing::new(TieBreak::ObjectId, tenant)
}

pub(super) fn object_id(id: UserId) -> ObjectId {
    ObjectId::from_bytes(*id.as_object_id().bytes())
}

/// The fields that a change writes.
fn changed(changes: &UserChanges, now: Timestamp) -> Document {
    let mut fields = doc! { "updated_at": stored_time(now) };
    set_optional(
        &mut fields,
        "name",
        changes.name.as_ref().map(|name| name.as_str()),
    );
    if let Some(email) = &changes.email {
        fields.insert("email", email.as_str());
        fields.insert("email_key", email.key());
    }
    let phone_number = changes.phone_number.as_ref().map(|number| number.as_str());
    set_optional(&mut fields, "phone_number", phone_number);
    let external_id = changes.external_id.as_ref().map(|id| id.as_str());
    set_optional(&mut fields, "external_id", external_id);
    fields
}

/// The document of a user.
pub(super) fn encode(tenant: &TenantId, user: &User) -> Document {
    let mut document = doc! { "_id": object_id(user.id), "tenant": tenant.as_str() };
    let external_id = user.external_id.as_ref().map(|id| id.as_str());
    set_optional(&mut document, "name", user.name.text());
    set_optional(&mut document, "email", user.email.text());
    set_optional(&mut document, "email_key", user.email.key());
    set_optional(&mut document, "phone_number", user.phone_number.text());
    set_optional(&mut document, "external_id", external_id);
    document.insert("created_at", stored_time(user.created_at));
    document.insert("updated_at", stored_time(user.updated_at));
    document.insert("shape", SHAPE);
    document
}

/// The user of a document.
pub(super) fn decode(document: &Document) -> Result<User, StorageError> {
    if legacy::is_old(document) {
        return Ok(legacy::read_user(document));
    }
    let fields = Fields::of(document, "users");
    let external_id = fields.optional_text("external_id")?.map(str::to_owned);
    Ok(User {
        id: UserId::new(fields.object_id("_id")?),
        name: fields.stored("name")?,
        email: fields.stored("email")?,
        phone_number: fields.stored("phone_number")?,
        external_id: external_id.map(ExternalId::from_stored),
        created_at: fields.timestamp("created_at")?,
        updated_at: fields.timestamp("updated_at")?,
    })
}
