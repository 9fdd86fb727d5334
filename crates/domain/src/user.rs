//! Users: the people an API client calls.

use crate::{EmailAddress, ExternalId, PhoneNumber, Stored, Timestamp, UserId, UserName};

/// A stored user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The id Atlas gave.
    pub id: UserId,
    /// Their name.
    pub name: Stored<UserName>,
    /// Their email address; no two users have the same one, whatever its case.
    pub email: Stored<EmailAddress>,
    /// Their phone number.
    pub phone_number: Stored<PhoneNumber>,
    /// The id another system knows them by; no two users have the same one.
    pub external_id: Option<ExternalId>,
    /// When they were stored.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}

/// A user to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// Their name.
    pub name: UserName,
    /// Their email address.
    pub email: EmailAddress,
    /// Their phone number.
    pub phone_number: PhoneNumber,
    /// The id another system knows them by.
    pub external_id: Option<ExternalId>,
}

impl NewUser {
    /// The user as stored at `now` under `id`.
    #[must_use]
    pub fn into_user(self, id: UserId, now: Timestamp) -> User {
        User {
            id,
            name: self.name.into(),
            email: self.email.into(),
            phone_number: self.phone_number.into(),
            external_id: self.external_id,
            created_at: now,
            updated_at: now,
        }
    }
}

/// What to change of a user; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChanges {
    /// A new name.
    pub name: Option<UserName>,
    /// A new email address.
    pub email: Option<EmailAddress>,
    /// A new phone number.
    pub phone_number: Option<PhoneNumber>,
    /// A new external id.
    pub external_id: Option<ExternalId>,
}

impl UserChanges {
    /// The user with these changes made at `now`.
    ///
    /// ```
    /// # use atlas_domain::*;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let now = Timestamp::EPOCH;
    /// let ann = NewUser {
    ///     name: "Ann".parse()?,
    ///     email: "ann@example.com".parse()?,
    ///     phone_number: "+15550100042".parse()?,
    ///     external_id: None,
    /// }
    /// .into_user(UserId::new(ObjectId::from_parts(now, [7; 8])), now);
    /// let changes = UserChanges { name: Some("Ann O'Neil".parse()?), ..UserChanges::default() };
    /// assert_eq!(changes.apply_to(&ann, now).name.text(), Some("Ann O'Neil"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn apply_to(&self, user: &User, now: Timestamp) -> User {
        User {
            id: user.id,
            name: changed(self.name.as_ref(), &user.name),
            email: changed(self.email.as_ref(), &user.email),
            phone_number: changed(self.phone_number.as_ref(), &user.phone_number),
            external_id: self
                .external_id
                .clone()
                .or_else(|| user.external_id.clone()),
            created_at: user.created_at,
            updated_at: now,
        }
    }
}

fn changed<T: Clone>(new: Option<&T>, old: &Stored<T>) -> Stored<T> {
    new.map_or_else(|| old.clone(), |new| new.clone().into())
}
