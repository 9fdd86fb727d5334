//! Twilio's SIDs: two letters that name the kind of resource, then 32 hexadecimal digits.
//!
//! The pattern is the one of Twilio's OpenAPI documents (`^XX[0-9a-fA-F]{32}$`). A value of one of
//! these types is safe in a URL path: it holds letters and digits only.
//!
//! ```
//! use atlas_twilio::sid::CallSid;
//!
//! let sid: CallSid = "CA0123456789abcdef0123456789abcdef".parse()?;
//! assert_eq!(sid.as_str(), "CA0123456789abcdef0123456789abcdef");
//! assert!("RE0123456789abcdef0123456789abcdef".parse::<CallSid>().is_err());
//! # Ok::<(), atlas_twilio::sid::InvalidSid>(())
//! ```

use std::fmt;
use std::str::FromStr;

/// The number of hexadecimal digits after the two letters.
const HEX_DIGITS: usize = 32;

/// A text that is not a SID of the kind asked for.
///
/// The text itself is left out on purpose: it may be a secret put in the wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a Twilio {kind}: expected `{prefix}` and {HEX_DIGITS} hexadecimal digits")]
pub struct InvalidSid {
    kind: &'static str,
    prefix: &'static str,
}

macro_rules! sid {
    ($(#[$doc:meta])* $name:ident, $prefix:literal $(or $other:literal)?, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// The two letters a SID of this kind begins with.
            pub const PREFIX: &'static str = $prefix;

            /// The SID as Twilio writes it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidSid;

            fn from_str(text: &str) -> Result<Self, InvalidSid> {
                if is_sid(text, $prefix) $(|| is_sid(text, $other))? {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(InvalidSid { kind: $kind, prefix: concat!($prefix $(, "` or `", $other)?) })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }
    };
}

sid!(
    /// An account or subaccount, `AC…`.
    AccountSid,
    "AC",
    "account SID"
);
sid!(
    /// An API key, `SK…`; its secret is a credential, the SID is not.
    ApiKeySid,
    "SK",
    "API key SID"
);
sid!(
    /// A TwiML application, `AP…`.
    ApplicationSid,
    "AP",
    "application SID"
);
sid!(
    /// A trunk of an own carrier (bring your own carrier), `BY…`.
    ByocTrunkSid,
    "BY",
    "BYOC trunk SID"
);
sid!(
    /// A group of calls, `GP…`.
    CallGroupSid,
    "GP",
    "call group SID"
);
sid!(
    /// One call leg, `CA…`.
    CallSid,
    "CA",
    "call SID"
);
sid!(
    /// A conference, `CF…`.
    ConferenceSid,
    "CF",
    "conference SID"
);
sid!(
    /// A template of a message, `HX…`.
    ContentSid,
    "HX",
    "content SID"
);
sid!(
    /// A message, `SM…`, or one with media, `MM…`.
    MessageSid,
    "SM" or "MM",
    "message SID"
);
sid!(
    /// A Messaging Service, `MG…`.
    MessagingServiceSid,
    "MG",
    "Messaging Service SID"
);
sid!(
    /// A notification of the debugger, `NO…`.
    NotificationSid,
    "NO",
    "notification SID"
);
sid!(
    /// A phone number of the account, `PN…`.
    PhoneNumberSid,
    "PN",
    "phone number SID"
);
sid!(
    /// A queue of callers, `QU…`.
    QueueSid,
    "QU",
    "queue SID"
);
sid!(
    /// A recording, `RE…`.
    RecordingSid,
    "RE",
    "recording SID"
);
sid!(
    /// A media stream, `MZ…`.
    StreamSid,
    "MZ",
    "stream SID"
);
sid!(
    /// The transcription of a recording, `TR…`.
    TranscriptionSid,
    "TR",
    "transcription SID"
);
sid!(
    /// A SIP trunk, `TK…`.
    TrunkSid,
    "TK",
    "trunk SID"
);

fn is_sid(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|digits| {
        digits.len() == HEX_DIGITS && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sid_is_its_prefix_and_32_hexadecimal_digits() {
        let text = "ACfedcba9876543210FEDCBA9876543210";
        assert_eq!(text.parse::<AccountSid>().unwrap().to_string(), text);
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "AC",
            "ACfedcba9876543210fedcba987654321",
            "ACfedcba9876543210fedcba98765432100",
            "acfedcba9876543210fedcba9876543210",
            "CAfedcba9876543210fedcba9876543210",
            "ACfedcba9876543210fedcba987654321g",
            "ACfedcba9876543210fedcba9876543210\n",
            "AC../../../../../../../../../../aa",
        ] {
            assert!(text.parse::<AccountSid>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_message_has_one_of_two_prefixes() {
        for text in [
            "SMfedcba9876543210fedcba9876543210",
            "MMfedcba9876543210fedcba9876543210",
        ] {
            assert_eq!(text.parse::<MessageSid>().unwrap().as_str(), text);
        }
        assert!(
            "MGfedcba9876543210fedcba9876543210"
                .parse::<MessageSid>()
                .is_err()
        );
    }

    #[test]
    fn the_error_does_not_repeat_the_text() {
        let error = "my-auth-token".parse::<AccountSid>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "not a Twilio account SID: expected `AC` and 32 hexadecimal digits"
        );
    }
}
