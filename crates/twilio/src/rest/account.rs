//! The account resource (<https://www.twilio.com/docs/iam/api/account>).

use super::fields::{Fields, MalformedResource, Resource};
use crate::sid::AccountSid;
use crate::vocabulary::AccountStatus;

/// An account, without its auth token, which Twilio sends along and which is dropped here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Its SID.
    pub sid: AccountSid,
    /// Whether it can be used.
    pub status: Option<AccountStatus>,
    /// Whether it is a trial account.
    pub is_trial: bool,
}

impl Resource for Account {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            status: fields.word("status"),
            is_trial: fields.text("type").as_deref() == Some("Trial"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_resource;
    use super::*;

    #[test]
    fn the_auth_token_is_not_kept() {
        let account: Account = parse_resource(
            br#"{"sid":"AC0123456789abcdef0123456789abcdef","status":"active","type":"Trial","auth_token":"secret"}"#,
        )
        .unwrap();
        assert_eq!(account.status, Some(AccountStatus::Active));
        assert!(account.is_trial);
        assert!(!format!("{account:?}").contains("secret"));
    }
}
