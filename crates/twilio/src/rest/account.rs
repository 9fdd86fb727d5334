//! The account resource (<https://www.twilio.com/docs/iam/api/account>).

use time::OffsetDateTime;

use super::Received;
use super::fields::{Fields, MalformedResource, Resource};
use crate::sid::AccountSid;
use crate::vocabulary::{AccountStatus, AccountType};

/// An account, without its auth token, which Twilio sends along and which is dropped here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Account {
    /// Its SID.
    pub sid: AccountSid,
    /// Whether it can be used.
    pub status: Option<AccountStatus>,
    /// Whether it is a trial account.
    pub account_type: Option<AccountType>,
    /// The account it is a subaccount of; itself when it is none.
    pub owner_account_sid: Option<AccountSid>,
    /// The name its owner gave it.
    pub friendly_name: Option<String>,
    /// When it was made.
    pub date_created: Option<OffsetDateTime>,
    /// When it was changed last.
    pub date_updated: Option<OffsetDateTime>,
    /// All that Twilio sent, without the auth token.
    pub received: Received,
}

impl Resource for Account {
    fn from_fields(fields: &Fields<'_>) -> Result<Self, MalformedResource> {
        Ok(Self {
            sid: fields.required("sid")?,
            status: fields.word("status"),
            account_type: fields.word("type"),
            owner_account_sid: fields.parsed("owner_account_sid"),
            friendly_name: fields.text("friendly_name"),
            date_created: fields.timestamp("date_created"),
            date_updated: fields.timestamp("date_updated"),
            received: fields.received(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::fields::parse_bare;
    use super::*;

    #[test]
    fn the_auth_token_is_not_kept() {
        let account: Account = parse_bare(
            br#"{"sid":"AC0123456789abcdef0123456789abcdef","status":"active","type":"Trial","auth_token":"secret"}"#,
        )
        .unwrap();
        assert_eq!(account.status, Some(AccountStatus::Active));
        assert_eq!(account.account_type, Some(AccountType::Trial));
        assert_eq!(account.received.field("auth_token"), None);
        assert!(account.received.field("sid").is_some());
        assert!(!format!("{account:?}").contains("secret"));
    }
}
