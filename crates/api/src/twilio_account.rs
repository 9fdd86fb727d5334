//! Which Twilio account there is, for those who ask whether calls can be placed.

/// The Twilio account that calls are placed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TwilioAccount {
    /// There is one, with this Account SID.
    Configured {
        /// Its SID.
        account_sid: String,
    },
    /// There is none.
    Missing {
        /// The variables that would have to be set.
        variables: Vec<&'static str>,
    },
}

impl TwilioAccount {
    /// Every variable that an account needs.
    pub const VARIABLES: [&'static str; 3] = [
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_FROM_NUMBER",
    ];

    /// What is missing, in a sentence; `None` when nothing is.
    pub(crate) fn what_is_missing(&self) -> Option<String> {
        match self {
            Self::Configured { .. } => None,
            Self::Missing { variables } => Some(match variables.as_slice() {
                [] => "no Twilio account is configured".to_owned(),
                [only] => format!("{only} is not set"),
                [first @ .., last] => format!("{} and {last} are not set", first.join(", ")),
            }),
        }
    }
}

impl Default for TwilioAccount {
    /// None, and everything is missing.
    fn default() -> Self {
        Self::Missing {
            variables: Self::VARIABLES.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let missing = |variables: &[&'static str]| {
            let variables = variables.to_vec();
            TwilioAccount::Missing { variables }.what_is_missing()
        };
        assert_eq!(missing(&["A"]).as_deref(), Some("A is not set"));
        assert_eq!(
            missing(&["A", "B", "C"]).as_deref(),
            Some("A, B and C are not set")
        );
        assert!(TwilioAccount::default().what_is_missing().is_some());
        let account_sid = "AC1".to_owned();
        let configured = TwilioAccount::Configured { account_sid };
        assert_eq!(configured.what_is_missing(), None);
    }
}
