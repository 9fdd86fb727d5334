//! Users: the people an API client calls.

use atlas_domain::{NewUser, Page, PageRequest, TenantId, User, UserChanges, UserId};

use crate::{Application, ApplicationError};

impl Application {
    /// Stores a new user.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] with `Duplicate` when the email address or external id is
    /// another user's.
    pub async fn create_user(
        &self,
        tenant: &TenantId,
        new: NewUser,
    ) -> Result<User, ApplicationError> {
        let now = self.now();
        let user = new.into_user(UserId::new(self.ports.ids.object_id(now)), now);
        self.ports.users.insert(tenant, &user).await?;
        Ok(user)
    }

    /// The user with this id.
    ///
    /// # Errors
    /// [`ApplicationError::UserNotFound`] when there is none.
    pub async fn find_user(&self, tenant: &TenantId, id: UserId) -> Result<User, ApplicationError> {
        let found = self.ports.users.find(tenant, id).await?;
        found.ok_or(ApplicationError::UserNotFound(id))
    }

    /// Users, newest first.
    ///
    /// # Errors
    /// [`ApplicationError::Storage`] when they could not be read.
    pub async fn list_users(
        &self,
        tenant: &TenantId,
        page: &PageRequest,
    ) -> Result<Page<User>, ApplicationError> {
        Ok(self.ports.users.list(tenant, page).await?)
    }

    /// Changes a user.
    ///
    /// # Errors
    /// [`ApplicationError::UserNotFound`] when there is none; [`ApplicationError::Storage`] with
    /// `Duplicate` when the new email address or external id is another user's.
    pub async fn update_user(
        &self,
        tenant: &TenantId,
        id: UserId,
        changes: &UserChanges,
    ) -> Result<User, ApplicationError> {
        let updated = self
            .ports
            .users
            .update(tenant, id, changes, self.now())
            .await?;
        updated.ok_or(ApplicationError::UserNotFound(id))
    }

    /// Deletes a user; their calls stay.
    ///
    /// # Errors
    /// [`ApplicationError::UserNotFound`] when there is none.
    pub async fn delete_user(&self, tenant: &TenantId, id: UserId) -> Result<(), ApplicationError> {
        if self.ports.users.delete(tenant, id).await? {
            Ok(())
        } else {
            Err(ApplicationError::UserNotFound(id))
        }
    }
}
